import Foundation

/// A JSON document as Foundation reads it: the tests' own reader, to judge our own writer.
enum JSON: Decodable, Hashable, Sendable {
  case null
  case flag(Bool)
  case integer(Int)
  case string(String)
  case list([JSON])
  case object([String: JSON])

  init(_ text: String) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Int.self) {
      self = .integer(number)
    } else if let string = try? container.decode(String.self) {
      self = .string(string)
    } else if let list = try? container.decode([JSON].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  subscript(key: String) -> JSON? {
    get {
      guard case .object(let members) = self else { return nil }
      return members[key]
    }
    set {
      guard case .object(var members) = self else { return }
      members[key] = newValue
      self = .object(members)
    }
  }

  subscript(index: Int) -> JSON? {
    get {
      guard case .list(let items) = self, items.indices.contains(index) else { return nil }
      return items[index]
    }
    set {
      guard case .list(var items) = self, let newValue else { return }
      items[index] = newValue
      self = .list(items)
    }
  }

  var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  var items: [JSON]? {
    if case .list(let items) = self { return items }
    return nil
  }

  /// The name that schemas have for the value's type.
  var typeName: String {
    switch self {
    case .null: "null"
    case .flag: "boolean"
    case .integer: "integer"
    case .string: "string"
    case .list: "array"
    case .object: "object"
    }
  }
}
