/// What a value in a scenario file must look like before its names are resolved.
///
/// The shapes are data: the reader checks files against them, and a test holds
/// `schemas/scenario.schema.json` to them.
indirect enum Shape: Sendable {
  case flag
  case integer(ClosedRange<Int>)
  /// Text on one line with at most this many scalars, not empty.
  case text(limit: Int)
  case name(NameForm)
  /// One of a few names; `noun` is what messages call them.
  case choice(noun: String, [String])
  /// An entry's bits, as `rwx RC`.
  case entry(ScenarioError.Absence)
  case list(of: Shape, count: ClosedRange<Int>, Repeats)
  case object([Key], ScenarioError.Absence)
  /// An object whose key `tag` decides which other keys it takes.
  case variants(tag: Key, [Variant])

  /// Whether a list of names may hold the same one twice.
  enum Repeats: Sendable { case allowed, refused }

  /// What an object with one value of the tag looks like.
  struct Variant: Sendable {
    var tagValue: String
    /// The keys besides the tag.
    var keys: [Key]
  }

  /// The word that stands for a value that is not there.
  static let absent = "absent"
}

/// A key of an object with the shape of its value.
struct Key: Sendable {
  enum Presence: Hashable, Sendable {
    case required
    case optional
    case defaultsTo(Fallback)
  }

  /// The value of a key that was left out.
  enum Fallback: Hashable, Sendable {
    case integer(Int)
    case text(String)
  }

  var name: String
  var shape: Shape
  var presence: Presence

  init(_ name: String, _ shape: Shape, _ presence: Presence = .required) {
    (self.name, self.shape, self.presence) = (name, shape, presence)
  }
}

extension Shape {
  /// Checks a value and everything in it, in the order of the file.
  ///
  /// A key that is missing is reported after the members that are there: when one of those is
  /// misspelled, saying so helps more.
  func check(_ value: JSON5Value) throws(ScenarioFault) {
    switch self {
    case .flag:
      guard case .flag = value.kind else { throw value.fault(expected: .flag) }
    case .integer(let range):
      guard case .number(let number) = value.kind, let integer = number.integer,
        range.contains(integer)
      else { throw value.fault(expected: .integer(range)) }
    case .text(let limit):
      try Self.checkText(try value.text(), limit: limit, at: value.position)
    case .name(let form):
      let name = try value.text()
      guard form.accepts(name) else { throw value.fault(.malformedName(name, form: form)) }
    case .choice(let noun, let allowed):
      let name = try value.text()
      guard allowed.contains(name) else {
        throw value.fault(.unknownName(name, noun: noun, allowed: allowed))
      }
    case .entry(let absence):
      let text = try value.text()
      guard Scenario.EntryBits(text) != nil || (absence == .allowed && text == Self.absent) else {
        throw value.fault(.malformedEntry(text, absence: absence))
      }
    case .list(let item, let count, let repeats):
      try Self.checkList(value, of: item, count: count, repeats)
    case .object(_, .allowed) where value.kind == .string(Self.absent): break
    case .object(let keys, let absence):
      guard case .object(let members) = value.kind else {
        throw value.fault(expected: absence == .allowed ? .objectOrAbsent : .object)
      }
      try Self.checkMembers(members, of: value, keys: keys) { .missingKey($0) }
    case .variants(let tag, let variants):
      try Self.checkVariants(value, tag: tag, variants)
    }
  }

  private static func checkText(
    _ text: String, limit: Int, at position: SourcePosition
  ) throws(ScenarioFault) {
    let count = text.unicodeScalars.count
    guard count > 0 else { throw ScenarioFault(.emptyText, at: position) }
    guard count <= limit else {
      throw ScenarioFault(.textTooLong(scalars: count, limit: limit), at: position)
    }
    // Reports print the text, and a control character could rewrite the terminal.
    if let control = text.unicodeScalars.first(where: \.breaksLines) {
      throw ScenarioFault(.controlCharacter(control), at: position)
    }
  }

  private static func checkList(
    _ value: JSON5Value, of item: Shape, count: ClosedRange<Int>, _ repeats: Repeats
  ) throws(ScenarioFault) {
    guard case .list(let items) = value.kind else { throw value.fault(expected: .list) }
    guard count.contains(items.count) else {
      throw value.fault(.wrongCount(items.count, expected: count))
    }
    var lines: [String: Int] = [:]
    for element in items {
      try item.check(element)
      guard repeats == .refused, case .string(let text) = element.kind else { continue }
      if let line = lines.updateValue(element.position.line, forKey: text) {
        throw element.fault(.repeatedItem(text, firstLine: line))
      }
    }
  }

  private static func checkMembers(
    _ members: [JSON5Member], of object: JSON5Value, keys: [Key],
    missing: (String) -> ScenarioError.Reason
  ) throws(ScenarioFault) {
    for member in members {
      guard let key = keys.first(where: { $0.name == member.key }) else {
        throw ScenarioFault(
          .unknownKey(member.key, allowed: keys.map(\.name)), at: member.keyPosition)
      }
      try key.shape.check(member.value)
    }
    for key in keys where key.presence == .required {
      guard members.contains(where: { $0.key == key.name }) else {
        throw object.fault(missing(key.name))
      }
    }
  }

  private static func checkVariants(
    _ value: JSON5Value, tag: Key, _ variants: [Variant]
  ) throws(ScenarioFault) {
    guard case .object(let members) = value.kind else { throw value.fault(expected: .object) }
    let every = variants.flatMap(\.keys)
    guard let chosen = members.first(where: { $0.key == tag.name }) else {
      // Most likely the tag is misspelled: the first unknown key says so.
      let optional = every.map { Key($0.name, $0.shape, .optional) }
      try checkMembers(members, of: value, keys: [tag] + optional) { .missingKey($0) }
      throw value.fault(.missingKey(tag.name))
    }
    try tag.shape.check(chosen.value)
    guard let variant = variants.first(where: { chosen.value.kind == .string($0.tagValue) }) else {
      preconditionFailure("tag '\(tag.name)' allows a value that no variant has")
    }
    let takes = variant.keys.map(\.name)
    for member in members where member.key != tag.name && !takes.contains(member.key) {
      guard every.contains(where: { $0.name == member.key }) else { continue }
      throw ScenarioFault(
        .argumentNotTaken(member.key, by: variant.tagValue, takes: takes), at: member.keyPosition)
    }
    try checkMembers(members, of: value, keys: [tag] + variant.keys) {
      .missingArgument($0, of: variant.tagValue, takes: takes)
    }
  }
}

extension Unicode.Scalar {
  /// Whether the scalar ends a line or is a control character.
  fileprivate var breaksLines: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}

extension JSON5Value {
  fileprivate func text() throws(ScenarioFault) -> String {
    guard case .string(let text) = kind else { throw fault(expected: .string) }
    return text
  }

  fileprivate func fault(expected: ScenarioError.Expected) -> ScenarioFault {
    fault(.wrongValue(found, expected: expected))
  }

  func fault(_ reason: ScenarioError.Reason) -> ScenarioFault {
    ScenarioFault(reason, at: position)
  }

  private var found: ScenarioError.Found {
    switch kind {
    case .null: .null
    case .flag(let flag): .flag(flag)
    case .number(let number): .number(number.text)
    case .string(let text): .string(text)
    case .list: .list
    case .object: .object
    }
  }
}
