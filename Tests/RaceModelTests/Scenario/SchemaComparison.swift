import Foundation

@testable import RaceModel

/// Walks a JSON schema and a shape side by side and notes where they differ.
struct SchemaComparison {
  typealias Node = [String: Any]

  let root: Node
  private(set) var differences: [String] = []
  /// How many schema nodes were looked at.
  private(set) var compared = 0

  init(root: Node) { self.root = root }

  mutating func compare(_ schema: Any?, with shape: Shape, at path: String) {
    compared += 1
    guard let node = resolve(schema) else {
      return differences.append("\(path): not in the schema")
    }
    var expected = Node()
    switch shape {
    case .flag:
      expected = ["type": "boolean"]
    case .integer(let range):
      expected = [
        "type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound,
      ]
    case .text(let limit):
      expected = [
        "type": "string", "minLength": 1, "maxLength": limit,
        "pattern": #"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"#,
      ]
    case .name(let form):
      expected = ["type": "string", "maxLength": form.limit, "pattern": form.pattern]
    case .choice(_, let allowed):
      expected = ["enum": allowed]
    case .entry(.refused):
      expected = ["type": "string", "pattern": "^\(Scenario.EntryBits.pattern)$"]
    case .entry(.allowed):
      expected = ["type": "string", "pattern": "^(absent|\(Scenario.EntryBits.pattern))$"]
    case .list(let item, let count, let repeats):
      expected = ["type": "array", "minItems": count.lowerBound, "maxItems": count.upperBound]
      if repeats == .refused { expected["uniqueItems"] = true }
      compare(node["items"], with: item, at: "\(path)[]")
    case .object(let keys, .refused):
      compareObject(node, keys: keys, at: path)
      return
    case .object(let keys, .allowed):
      let choices = alternatives(node, count: 2, at: path)
      compareKeywords(resolve(choices.first), ["const": Shape.absent], at: path)
      compare(choices.last, with: .object(keys, .refused), at: path)
    case .variants(let tag, let variants):
      let choices = (node["oneOf"] as? [Any] ?? []).compactMap(resolve)
      let names = choices.map { self.tagValue(of: $0, tag) }
      let known = variants.map(\.tagValue)
      differences += known.filter { !names.contains($0) }.map { "\(path): no variant \($0)" }
      differences += names.filter { !known.contains($0) }.map {
        "\(path): variant \($0) of nothing"
      }
      if names.filter(known.contains) != known.filter(names.contains) {
        differences.append("\(path): the variants in another order, \(names)")
      }
      for variant in variants {
        guard let index = names.firstIndex(of: variant.tagValue) else { continue }
        let place = "\(path)(\(variant.tagValue))"
        compareObject(choices[index], keys: [tag] + variant.keys, at: place, variant)
      }
    }
    compareKeywords(node, expected, at: path)
  }

  /// The one value that a variant's tag may have; empty when it has none.
  private func tagValue(of choice: Node, _ tag: Key) -> String {
    let properties = choice["properties"] as? Node
    return resolve(properties?[tag.name])?["const"] as? String ?? ""
  }

  private mutating func compareObject(
    _ node: Node, keys: [Key], at path: String, _ variant: Shape.Variant? = nil
  ) {
    let properties = node["properties"] as? Node ?? [:]
    let names = keys.map(\.name).sorted()
    if properties.keys.sorted() != names {
      differences.append("\(path): properties \(properties.keys.sorted()), not \(names)")
    }
    for (index, key) in keys.enumerated() {
      let place = "\(path).\(key.name)"
      let property = properties[key.name]
      if (property as? Node)?["description"] as? String ?? resolve(property)?["description"]
        as? String ?? "" == ""
      {
        differences.append("\(place): no description")
      }
      compareDefault(property as? Node, key, at: place)
      if let variant, index == 0 {
        compareKeywords(resolve(property), ["const": variant.tagValue], at: place)
      } else {
        compare(property, with: key.shape, at: place)
      }
    }
    let required = keys.filter { $0.presence == .required }.map(\.name)
    compareKeywords(
      node, ["type": "object", "additionalProperties": false, "required": required], at: path)
  }

  private mutating func compareDefault(_ property: Node?, _ key: Key, at path: String) {
    let expected: NSObject? =
      switch key.presence {
      case .required, .optional: nil
      case .defaultsTo(.integer(let value)): NSNumber(value: value)
      case .defaultsTo(.text(let value)): NSString(string: value)
      }
    if property?["default"] as? NSObject != expected {
      differences.append("\(path): default \(property?["default"] ?? "none"), not \(key.presence)")
    }
  }

  /// Compares the keywords that constrain a value; a keyword we do not expect is a difference.
  private mutating func compareKeywords(_ node: Node?, _ expected: Node, at path: String) {
    let structural = [
      "$schema", "$id", "$defs", "$ref", "title", "description", "default", "properties", "items",
      "oneOf", "if", "then", "else",
    ]
    let actual = (node ?? [:]).filter { !structural.contains($0.key) }
    if NSDictionary(dictionary: actual) != NSDictionary(dictionary: expected) {
      differences.append("\(path): \(sorted(actual)), not \(sorted(expected))")
    }
  }

  private mutating func alternatives(_ node: Node, count: Int, at path: String) -> [Any] {
    let choices = node["oneOf"] as? [Any] ?? []
    if choices.count != count {
      differences.append("\(path): \(choices.count) alternatives, not \(count)")
    }
    return choices
  }

  /// The node with what its `$ref` refers to; its own keywords win.
  private func resolve(_ schema: Any?) -> Node? {
    guard let node = schema as? Node else { return nil }
    guard let reference = node["$ref"] as? String else { return node }
    let name = reference.replacing("#/$defs/", with: "")
    guard let definition = (root["$defs"] as? Node)?[name] as? Node else { return nil }
    return definition.merging(node) { _, own in own }
  }

  private func sorted(_ node: Node) -> String {
    node.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
