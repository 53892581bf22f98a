/// Judges documents by a JSON schema, as far as our own schemas go.
///
/// A keyword that it does not know is an error: nothing in a schema is passed over in silence.
struct SchemaValidator {
  let root: JSON
  /// Whether keys that the schema does not describe are errors, which readers let pass.
  var isStrict = false

  /// Other schemas that this one refers to, by the name of their file.
  var others: [String: JSON] = [:]

  private static let silent: Set<String> = ["$schema", "$defs", "title", "description", "default"]

  /// Every place where `document` is not what the schema says.
  func errors(in document: JSON) -> [String] { check(document, root, at: "$") }

  private func check(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
    guard case .object(let keywords) = schema else { return ["\(place): no schema"] }
    return strangers(in: value, keywords, at: place)
      + keywords.sorted { $0.key < $1.key }.flatMap { keyword, argument in
        check(value, keyword, argument, schema, place).map { "\(place): \($0)" }
          + descend(value, keyword, argument, schema, place)
      }
  }

  /// The keys that are not described where some are.
  private func strangers(in value: JSON, _ keywords: [String: JSON], at place: String) -> [String] {
    guard isStrict, keywords["additionalProperties"] == nil, case .object(let members) = value,
      case .object(let described)? = keywords["properties"]
    else { return [] }
    return members.keys.sorted().filter { described[$0] == nil }.map {
      "\(place): has the undescribed key \($0)"
    }
  }

  /// What a keyword says of the value itself.
  private func check(
    _ value: JSON, _ keyword: String, _ argument: JSON, _ schema: JSON, _ place: String
  ) -> [String] {
    switch (keyword, argument, value) {
    case ("type", .string(let type), _):
      return value.typeName == type ? [] : ["not of type \(type)"]
    case ("type", .list(let types), _):
      return types.contains(.string(value.typeName)) ? [] : ["has type \(value.typeName)"]
    case ("const", _, _): return value == argument ? [] : ["is not \(argument)"]
    case ("enum", .list(let values), _): return values.contains(value) ? [] : ["is not listed"]
    case ("required", .list(let keys), .object(let members)):
      return keys.compactMap(\.text).filter { members[$0] == nil }.map { "lacks \($0)" }
    case ("minimum", .integer(let least), .integer(let number)):
      return number >= least ? [] : ["is below \(least)"]
    case ("minLength", .integer(let least), .string(let text)):
      return text.unicodeScalars.count >= least ? [] : ["is shorter than \(least)"]
    case ("minItems", .integer(let least), .list(let items)):
      return items.count >= least ? [] : ["has fewer items than \(least)"]
    case ("minProperties", .integer(let least), .object(let members)):
      return members.count >= least ? [] : ["has fewer members than \(least)"]
    case ("uniqueItems", .flag(true), .list(let items)):
      return Set(items).count == items.count ? [] : ["repeats an item"]
    case ("pattern", .string(let pattern), .string(let text)):
      guard let regex = try? Regex(pattern) else { return ["has a bad pattern"] }
      return text.contains(regex) ? [] : ["does not match \(pattern)"]
    case ("oneOf", .list(let schemas), _):
      let fitting = schemas.count { check(value, $0, at: place).isEmpty }
      return fitting == 1 ? [] : ["fits \(fitting) of the alternatives"]
    case ("required", _, _), ("minimum", _, _), ("minLength", _, _), ("minItems", _, _),
      ("minProperties", _, _), ("uniqueItems", _, _), ("pattern", _, _):
      // These say nothing of values of other types.
      return []
    case ("properties", _, _), ("additionalProperties", _, _), ("items", _, _), ("$ref", _, _):
      return []
    default: return Self.silent.contains(keyword) ? [] : ["unknown keyword \(keyword)"]
    }
  }

  /// What a keyword says of the values inside.
  private func descend(
    _ value: JSON, _ keyword: String, _ argument: JSON, _ schema: JSON, _ place: String
  ) -> [String] {
    switch (keyword, argument, value) {
    case ("$ref", .string(let target), _):
      let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let home = parts[0].isEmpty ? root : others[String(parts[0])] ?? .null
      let steps = parts.last?.split(separator: "/").map(String.init) ?? []
      guard steps.count == 2, let found = home[steps[0]]?[steps[1]] else {
        return ["\(place): no \(target)"]
      }
      return SchemaValidator(root: home, isStrict: isStrict, others: others)
        .check(value, found, at: place)
    case ("items", _, .list(let items)):
      return items.enumerated().flatMap {
        check($0.element, argument, at: "\(place)[\($0.offset)]")
      }
    case ("properties", .object(let schemas), .object(let members)):
      return members.keys.sorted().flatMap { key in
        schemas[key].map { check(members[key] ?? .null, $0, at: "\(place).\(key)") } ?? []
      }
    case ("additionalProperties", _, .object(let members)):
      let known = schema["properties"].map { properties -> Set<String> in
        guard case .object(let schemas) = properties else { return [] }
        return Set(schemas.keys)
      }
      return members.keys.sorted().filter { !(known ?? []).contains($0) }.flatMap { key in
        argument == .flag(false)
          ? ["\(place): has an unknown key \(key)"]
          : check(members[key] ?? .null, argument, at: "\(place).\(key)")
      }
    default: return []
    }
  }
}
