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
  /// Checks a value and everything in it, in the order of the file, and says whether all is right.
  ///
  /// What is wrong is noted. That a key is missing is reported only where none is unknown: such a
  /// one may be its misspelling.
  @discardableResult
  func check(_ value: JSON5Value, _ faults: FaultList) -> Bool {
    let before = faults.count
    if value.kind != .broken {
      _ = faults.attempt { () throws(ScenarioFault) in try checkKind(value, faults) }
      if faults.count == before, !hasBrokenPart(value, faults) { return true }
    }
    faults.markBroken(value)
    return false
  }

  /// Whether something in a value could not be read before its shape was looked at.
  private func hasBrokenPart(_ value: JSON5Value, _ faults: FaultList) -> Bool {
    switch value.kind {
    case .object(let members):
      faults.isUnclear(value.position) || members.contains { faults.isBroken($0.value) }
    case .list(let items): items.contains { faults.isBroken($0) }
    case .null, .flag, .number, .string: false
    case .broken: true
    }
  }

  /// - Throws: the one thing that can be wrong with a value that has no parts.
  private func checkKind(_ value: JSON5Value, _ faults: FaultList) throws(ScenarioFault) {
    switch self {
    case .flag:
      guard case .flag = value.kind else { throw wrong(value) }
    case .integer(let range):
      guard case .number(let number) = value.kind, let integer = number.integer,
        range.contains(integer)
      else { throw wrong(value) }
    case .text(let limit):
      try Self.checkText(try text(value), limit: limit, at: value.position)
    case .name(let form):
      let name = try text(value)
      guard form.accepts(name) else { throw value.fault(.malformedName(name, form: form)) }
    case .choice(let noun, let allowed):
      let name = try text(value)
      guard allowed.contains(name) else {
        throw value.fault(.unknownName(name, noun: noun, allowed: allowed))
      }
    case .entry(let absence):
      let text = try text(value)
      guard Scenario.EntryBits(text) != nil || (absence == .allowed && text == Self.absent) else {
        throw value.fault(.malformedEntry(text, absence: absence))
      }
    case .list(let item, let count, let repeats):
      guard case .list(let items) = value.kind else { throw wrong(value) }
      Self.check(items.prefix(count.upperBound), of: item, repeats, faults)
      guard count.contains(items.count) else {
        throw value.fault(.wrongCount(items.count, expected: count))
      }
    case .object(_, .allowed) where value.kind == .string(Self.absent): break
    case .object(let keys, _):
      guard case .object(let members) = value.kind else { throw wrong(value) }
      Self.check(members, of: value, keys: keys, faults) {
        .missingKeys($0, all: Self.signature(of: keys))
      }
    case .variants(let tag, let variants):
      guard case .object(let members) = value.kind else { throw wrong(value) }
      Self.check(members, of: value, tag: tag, variants, faults)
    }
  }

  private func text(_ value: JSON5Value) throws(ScenarioFault) -> String {
    guard case .string(let text) = value.kind else { throw wrong(value) }
    return text
  }

  /// That a value is of another kind than this shape.
  private func wrong(_ value: JSON5Value) -> ScenarioFault {
    value.fault(.wrongValue(value.found, expected: expected))
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

  private static func check(
    _ items: ArraySlice<JSON5Value>, of item: Shape, _ repeats: Repeats, _ faults: FaultList
  ) {
    var lines: [String: Int] = [:]
    for element in items {
      item.check(element, faults)
      guard repeats == .refused, case .string(let text) = element.kind else { continue }
      if let line = lines[text] {
        faults.note(element.fault(.repeatedItem(text, firstLine: line)))
      } else {
        lines[text] = element.position.line
      }
    }
  }

  private static func check(
    _ members: [JSON5Member], of object: JSON5Value, keys: [Key], _ faults: FaultList,
    missing: ([String]) -> ScenarioError.Reason
  ) {
    for member in members {
      if let key = keys.first(where: { $0.name == member.key }) {
        key.shape.check(member.value, faults)
      } else {
        faults.note(.unknownKey(member.key, allowed: keys.map(\.name)), at: member.keyPosition)
        faults.markUnclear(object.position)
      }
    }
    if faults.isUnclear(object.position) { return }
    let absent = keys.filter { key in
      key.presence == .required && !members.contains { $0.key == key.name }
    }
    if absent.isEmpty { return }
    faults.note(object.fault(missing(absent.map(\.name))))
    faults.markUnclear(object.position)
  }

  private static func check(
    _ members: [JSON5Member], of object: JSON5Value, tag: Key, _ variants: [Variant],
    _ faults: FaultList
  ) {
    var every: [Key] = []
    for key in variants.flatMap(\.keys) where !every.contains(where: { $0.name == key.name }) {
      every.append(key)
    }
    guard let chosen = members.first(where: { $0.key == tag.name }) else {
      let optional = every.map { Key($0.name, $0.shape, .optional) }
      return check(members, of: object, keys: [tag] + optional, faults) {
        .missingKeys($0, all: Shape.variants(tag: tag, variants).signature)
      }
    }
    guard tag.shape.check(chosen.value, faults),
      let variant = variants.first(where: { chosen.value.kind == .string($0.tagValue) })
    else { return faults.markUnclear(object.position) }
    let takes = variant.keys.map(\.name)
    var own = members
    own.removeAll { member in
      let isOfOther =
        member.key != tag.name && !takes.contains(member.key)
        && every.contains { $0.name == member.key }
      if isOfOther {
        faults.note(
          .argumentNotTaken(member.key, by: variant.tagValue, takes: takes), at: member.keyPosition)
        faults.markUnclear(object.position)
      }
      return isOfOther
    }
    check(own, of: object, keys: [tag] + variant.keys, faults) {
      .missingArguments($0, of: variant.tagValue, takes: takes)
    }
  }
}

extension Shape {
  /// What stands in messages for a value of this shape.
  private var expected: ScenarioError.Expected {
    switch self {
    case .flag: .flag
    case .integer(let range): .integer(range)
    case .text, .name: .string
    case .choice(_, let names): names.count > 16 ? .string : .name(names)
    case .entry(let absence): .entry(absence)
    case .list(let item, _, _): .list(items: item.signature)
    case .object(_, let absence): .object(keys: signature, absence)
    case .variants: .object(keys: signature, .refused)
    }
  }

  /// The keys of the objects of this shape, as messages list them; empty for other shapes.
  private var signature: String {
    switch self {
    case .object(let keys, _): Self.signature(of: keys)
    case .variants(let tag, _): "{ \(tag.name), ... }"
    case .flag, .integer, .text, .name, .choice, .entry, .list: ""
    }
  }

  /// `{ name, l1_lpid?, tlb? }`: the keys of an object, a mark behind those that may be left out.
  static func signature(of keys: [Key]) -> String {
    let most = 16
    let names = keys.prefix(most).map { $0.name + ($0.presence == .required ? "" : "?") }
    return "{ " + names.joined(separator: ", ") + (keys.count > most ? ", ..." : "") + " }"
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
  func fault(_ reason: ScenarioError.Reason) -> ScenarioFault {
    ScenarioFault(reason, at: position)
  }

  fileprivate var found: ScenarioError.Found {
    switch kind {
    case .null: .null
    case .flag(let flag): .flag(flag)
    case .number(let number): .number(number.text)
    case .string(let text): .string(text)
    case .list: .list
    case .object: .object
    case .broken: .endOfFile
    }
  }
}
