internal import Scheduler

/// A value of a JSON text, with the place that it stands at.
package struct JSONNode: Sendable {
  /// What it is.
  package var value: Value
  /// Where it begins, in bytes from the start of the text.
  package var offset: Int

  /// What a value is; numbers that are not whole, or do not fit, are kept as they were written.
  package indirect enum Value: Sendable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(String)
    case string(String)
    case list([JSONNode])
    case object([Member])
  }

  /// A key of an object and its value.
  package struct Member: Sendable {
    package var key: String
    /// Where the key begins.
    package var offset: Int
    package var node: JSONNode

    package init(key: String, offset: Int, node: JSONNode) {
      (self.key, self.offset, self.node) = (key, offset, node)
    }
  }

  package init(value: Value, offset: Int) { (self.value, self.offset) = (value, offset) }

  /// What it is, as messages call it.
  private var kind: String {
    switch value {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .number(let text): text.shown(limit: 40)
    case .string(let text): "\"\(text.shown(limit: 40))\""
    case .list: "a list"
    case .object: "an object"
    }
  }

  /// The fault that something else should stand here.
  package func unexpected(_ expected: String) -> JSONFault {
    JSONFault("expected \(expected) and found \(kind)", at: offset)
  }
}

/// What is wrong with a JSON text, or with what it says, and where.
package struct JSONFault: Error, Hashable, Sendable {
  /// What is wrong and what would be right, without the place.
  package var message: String
  /// In bytes from the start of the text.
  package var offset: Int

  package init(_ message: String, at offset: Int) {
    (self.message, self.offset) = (message, offset)
  }
}

// What decoders ask of a value.
extension JSONNode {
  /// The greatest number that every reader of JSON tells from its neighbours.
  package static let greatest = 1 << 53

  /// The value of a key that must be there.
  package subscript(key: String) -> JSONNode {
    get throws(JSONFault) {
      if let node = try member(key) { return node }
      throw JSONFault("the object has no '\(key)'", at: offset)
    }
  }

  /// The value of a key; nil if the object does not have it.
  package func member(_ key: String) throws(JSONFault) -> JSONNode? {
    guard case .object(let members) = value else { throw unexpected("an object") }
    return members.first { $0.key == key }?.node
  }

  /// Nil for null, else the value itself.
  package var unlessNull: JSONNode? {
    if case .null = value { return nil }
    return self
  }

  package var string: String {
    get throws(JSONFault) {
      if case .string(let text) = value { return text }
      throw unexpected("a string")
    }
  }

  package var flag: Bool {
    get throws(JSONFault) {
      if case .flag(let flag) = value { return flag }
      throw unexpected("true or false")
    }
  }

  package var list: [JSONNode] {
    get throws(JSONFault) {
      if case .list(let items) = value { return items }
      throw unexpected("a list")
    }
  }

  package var members: [Member] {
    get throws(JSONFault) {
      if case .object(let members) = value { return members }
      throw unexpected("an object")
    }
  }

  package var strings: [String] {
    get throws(JSONFault) {
      try list.map { (node) throws(JSONFault) in try node.string }
    }
  }

  /// A whole number of a range.
  package func integer(_ range: ClosedRange<Int> = 0...greatest) throws(JSONFault) -> Int {
    if case .integer(let number) = value, range.contains(number) { return number }
    throw unexpected("a whole number \(range.lowerBound)...\(range.upperBound)")
  }

  /// One of some names.
  package func choice<Choice>(
    among choices: [(name: String, choice: Choice)]
  ) throws(JSONFault) -> Choice {
    let text = try string
    if let choice = choices.first(where: { $0.name == text }) { return choice.choice }
    let names = choices.map(\.name)
    let near = nearestName(to: text, among: names).map { "; did you mean \"\($0)\"?" }
    let all =
      names.count > 16 ? "" : "; expected " + Reporting.list(names.map { "\"\($0)\"" }, "or")
    throw JSONFault("\"\(text.shown(limit: 40))\" is no known name" + (near ?? all), at: offset)
  }

  /// The choice of a catalog that the text names.
  package func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _: Choice.Type
  ) throws(JSONFault) -> Choice {
    try choice(among: Choice.allCases.map { ($0.rawValue, $0) })
  }

  /// What `transform` makes of each item of a list.
  package func map<Result>(
    _ transform: (JSONNode) throws(JSONFault) -> Result
  ) throws(JSONFault) -> [Result] {
    var results: [Result] = []
    for item in try list { results.append(try transform(item)) }
    return results
  }
}

extension JSONNode {
  /// The first place where the value is not what is written for `written`; nil if it is all there.
  ///
  /// Keys that `written` does not have are let pass.
  package func difference(from written: JSONValue) -> JSONFault? {
    switch (value, written) {
    case (.null, .null): return nil
    case (.flag(let found), .flag(let wanted)) where found == wanted: return nil
    case (.integer(let found), .integer(let wanted)) where found == wanted: return nil
    case (.string(let found), .string(let wanted))
    where found.utf8.elementsEqual(wanted.utf8):
      return nil
    case (.list(let found), .list(let wanted)):
      if found.count != wanted.count {
        return JSONFault(
          "the list has \(counted(found.count, "item")), and the rest of the report makes it "
            + "\(wanted.count)", at: offset)
      }
      return zip(found, wanted).lazy.compactMap { $0.difference(from: $1) }.first
    case (.object(let found), .object(let wanted)):
      for (key, value) in wanted {
        guard let member = found.first(where: { $0.key == key }) else {
          return JSONFault("the object has no '\(key)'", at: offset)
        }
        if let fault = member.node.difference(from: value) { return fault }
      }
      return nil
    default:
      let text = written.text(indent: "").shown(limit: 80)
      return JSONFault(
        "\(kind) does not go with the rest of the report, which makes it \(text)", at: offset)
    }
  }
}
