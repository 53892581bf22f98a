extension ScenarioError.Found: CustomStringConvertible {
  package var description: String {
    switch self {
    case .null: "null"
    case .list: "a list"
    case .object: "an object"
    case .endOfFile: "the end of the file"
    case .flag(let flag): "\(flag)"
    case .number(let text): shown(text)
    case .string(let text): "the string \(quoted(text))"
    case .word(let word): quoted(word)
    case .mark(let mark): "'\(mark)'"
    }
  }
}

extension ScenarioError.Expected: CustomStringConvertible {
  package var description: String {
    switch self {
    case .value: "a value"
    case .item: "a value or ']'"
    case .key: "a key or '}'"
    case .colon: "':' after the key"
    case .commaOrBracket: "',' or ']' after the item"
    case .commaOrBrace: "',' or '}' after the value"
    case .endOfFile: "the end of the file"
    case .integer(let range): "an integer \(range.lowerBound)...\(bound(range.upperBound))"
    case .flag: "true or false"
    case .string: "a string"
    case .name(let names): listed(names.map { "\"\($0)\"" }, "or")
    case .entry(let absence):
      "an entry such as \"rwx RC\"" + (absence == .allowed ? " or \"absent\"" : "")
    case .list(let items): items.isEmpty ? "a list" : "a list of objects \(items)"
    case .object(let keys, .refused): "an object \(keys)"
    case .object(let keys, .allowed): "an object \(keys) or \"absent\""
    }
  }

  /// Large bounds are bounds of frames and pages.
  private func bound(_ value: Int) -> String { value < 0xFFFF ? "\(value)" : value.hex }
}

extension ScenarioError.Unique: CustomStringConvertible {
  package var description: String {
    switch self {
    case .slotID: "slot id"
    case .gfn: "gfn"
    case .rpn: "rpn"
    case .l1LPID: "l1_lpid"
    case .shadowLPID: "shadow_lpid"
    case .pageNumber: "page n"
    case .tlbEntry: "TLB entry n"
    case .vcpuName: "vCPU name"
    case .threadName: "thread name"
    case .rowName: "row name"
    }
  }
}

extension ScenarioError.Dependent: CustomStringConvertible {
  package var description: String {
    switch self {
    case .shadow: "a shadow entry"
    case .rmap: "an rmap entry"
    case .tlb: "a TLB entry"
    }
  }
}

extension ScenarioError {
  /// Whether a name may be a misspelling of another; numbers that look alike are not alike.
  enum Suggestion { case nearest, none }
}

extension ScenarioError.Reference {
  var suggestion: ScenarioError.Suggestion {
    switch self {
    case .vcpu: .nearest
    case .guest, .page, .slot: .none
    }
  }

  /// That nothing goes by the name.
  func absence(of name: String) -> String {
    switch self {
    case .guest: "no guest has l1_lpid \(name)"
    case .vcpu: "no vCPU is called '\(name)'"
    case .page: "the vCPU's guest has no page n \(name)"
    case .slot: "no slot has id \(name)"
    }
  }
}
