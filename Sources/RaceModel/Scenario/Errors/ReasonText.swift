internal import Scheduler

extension ScenarioError.Reason: CustomStringConvertible {
  /// What is wrong and, after a semicolon, what would be right.
  package var description: String {
    switch self {
    case .fileTooLarge(let bytes, let limit):
      "the file has \(bytes) bytes; at most \(limit) are read"
    case .invalidUTF8:
      "this byte is not UTF-8; save the file as UTF-8"
    case .unexpectedCharacter(let scalar):
      "unexpected character \(quoted(scalar)); remove it, or quote the text it is in"
    case .unterminatedComment:
      "this comment is never closed; end it with */"
    case .unterminatedString:
      "this string is not closed on its line; close it, or end the line with \\ to go on"
    case .invalidEscape(let text):
      "\(quoted(text)) is no escape; write \\\\ for a backslash, \\xHH or \\uHHHH for a character"
    case .loneSurrogate(let text):
      "\(quoted(text)) is half a character; write both halves of the surrogate pair"
    case .invalidNumber(let text):
      "\(quoted(text)) is not a number; write decimal without leading zeros, or hex as 0x1F"
    case .needsQuotes(let word):
      "\(quoted(word)) needs quotes; write \"\(shown(word))\""
    case .unexpectedToken(let found, let expected), .wrongValue(let found, let expected):
      "expected \(expected), found \(found)"
    case .nestedTooDeep(let limit):
      "lists and objects are nested more than \(limit) deep"
    case .duplicateKey(let key, let line):
      "key \(quoted(key)) was given before, in line \(line); remove one of them"
    case .unknownKey(let key, let allowed):
      "unknown key \(quoted(key))"
        + (nearestName(to: key, among: allowed) == nil
          ? wayOut(from: key, to: allowed)
          : wayOut(from: key, to: allowed) + " the keys here are \(listed(allowed, "and"))")
    case .missingKeys(let keys, let all):
      "missing \(keys.count == 1 ? "key" : "keys") \(listed(keys.map { quoted($0) }, "and"))"
        + " in this object; it is \(all)"
    case .wrongCount(let count, let expected):
      "expected \(expected.lowerBound) to \(expected.upperBound) items, found \(count)"
    case .unknownName(let name, let noun, let allowed):
      "unknown \(noun) \(quoted(name))" + wayOut(from: name, to: allowed)
    case .malformedName(let name, let form):
      "\(quoted(name)) cannot be a name; \(form.rule)"
    case .emptyText:
      "this text is empty"
    case .textTooLong(let scalars, let limit):
      "this text has \(scalars) characters; at most \(limit) fit"
    case .controlCharacter(let scalar):
      "control character \(codePoint(scalar)) in a text; write it on one line, in plain characters"
    case .malformedEntry(let text, let absence):
      "\(quoted(text)) is not an entry; write permissions and R/C as in \"rwx RC\" or \"r-x R-\""
        + (absence == .allowed ? ", or \"absent\"" : "")
    case .repeatedItem(let item, let line):
      "\(quoted(item)) was listed before, in line \(line); remove one of them"
    case .argumentNotTaken(let argument, let path, let takes):
      "path \(quoted(path)) does not take \(quoted(argument)); it takes \(listed(takes, "and"))"
    case .missingArguments(let arguments, let path, let takes):
      "path \(quoted(path)) needs \(listed(arguments.map { quoted($0) }, "and"))"
        + "; it takes \(listed(takes, "and"))"
    case .nameUnlikeFile(let name, let expected):
      "the scenario is called \(quoted(name)) but its file \(quoted(expected)); make them equal"
    case .taken(let unique, let text, let line):
      "\(unique) \(shown(text)) is taken, in line \(line); choose another"
    case .lpidOfL1(let lpid):
      "shadow_lpid \(lpid) is the machine's own lpid; choose another"
    case .slotEndsBeyond(let last, let limit):
      "the slot's last gfn is \(last.hex); it cannot be above \(limit.hex)"
    case .slotsOverlap(let id, let otherID, let line):
      "slot \(id) overlaps slot \(otherID), in line \(line); move or shorten one of them"
    case .gfnOutsideSlots(let gfn, let slots):
      "gfn \(gfn.hex) is in no slot; the slots hold "
        + listed(slots.map { "\($0.lowerBound.hex)...\($0.upperBound.hex)" }, "and")
    case .gfnWithoutPage(let gfn):
      "gfn \(gfn.hex) has no page; add { gfn: \(gfn.hex), rpn: ... } to machine.pages"
    case .readOnlyForVMM:
      "the entry allows writes but the VMM maps the page readonly; drop w, or make vmm writable"
    case .frameInUse(let rpn, let gfn):
      "frame \(rpn.hex) backs gfn \(gfn.hex); give the page one that no other page has"
    case .notEntered(let lpid):
      "the vCPU cannot start inside guest \(lpid), which has \"entered: false\";"
        + " give it context \"l1\""
    case .needsGuestEntry(let dependent):
      "\(dependent) needs an entry of L1 for the page; give its gpte"
    case .shadowOfAbsentPage(let gfn):
      "a shadow entry needs a host entry to copy; give the page with gfn \(gfn.hex) a host entry"
    case .unknownReference(let reference, let text, let known):
      reference.absence(of: shown(text)) + wayOut(from: text, to: known, reference.suggestion)
    case .leafOfBasePages(let id):
      "slot \(id) is made of base pages; a leaf needs huge: true"
    case .hugePageHasGaps(let gfn, let expected):
      "gfn \(gfn.hex) lies in a huge page, so its frame must be \(expected.hex)"
    case .entryUnderLeaf(let gfn):
      "gfn \(gfn.hex) is mapped by the leaf of its slot; drop its host entry, or the leaf"
    case .slotChangedTwice(let id):
      "slot \(id) is changed a second time; a scenario changes a slot once"
    case .moveOverlaps(let id, let other):
      "the new place of slot \(id) overlaps "
        + (id == other ? "its old one" : "slot \(other)")
        + "; choose a base_gfn outside every slot"
    case .slotNotLogged(let id):
      "slot \(id) has no dirty log; give it the flag 'log-dirty'"
    case .keyOfOtherTable(let key, let table):
      "\(quoted(key)) has no place in a machine with a \(table.rawValue) table; drop it"
        + (table == .hashed ? ", or drop 'hpt'" : "")
    case .nameOfOtherTable(let name, let noun, let table):
      "\(noun) \(quoted(name)) is not for a machine with a \(table.rawValue) table; "
        + (table == .hashed ? "drop 'hpt', or choose another" : "give it 'hpt', or choose another")
    case .halfHashedEntry(let missing):
      "an entry in use needs \(quoted(missing)); give it, or leave the entry empty"
    case .noHashedEntry(let index, let count):
      "the hashed table has no entry \(index); its last one is \(count - 1)"
    case .vcpuOnTwoThreads(let vcpu, let thread):
      "\(quoted(vcpu)) already runs on thread \(quoted(thread)); "
        + "a vCPU runs on one thread"
    case .vcpuIsStopped(let vcpu, let line):
      "\(quoted(vcpu)) was stopped in line \(line), and nothing runs it again; "
        + "move the call before that"
    case .loggingIsUnchanged(let id, let isOn):
      "slot \(id) \(isOn ? "logs already" : "does not log"), and the kernel returns at once; "
        + (isOn ? "drop its flag 'log-dirty'" : "give it the flag 'log-dirty'")
        + ", or drop the call"
    case .noLandmark(let row):
      "row \(quoted(row)) expects 'holds' and need reach nothing, so it could hold for want of a race;"
        + " name a landmark in 'sometimes', here or for all rows"
    case .unread(let request, let row):
      request.reason(in: "row \(quoted(row))")
    case .violatesMissing:
      "a row that expects 'violated' must say what breaks; add 'violates'"
    case .violatesOfHolds:
      "a row that expects 'holds' has nothing to break; remove 'violates'"
    case .violatesOfUnpinned:
      "a row without 'expect' names nothing that breaks; add expect: \"violated\""
    case .violatesUnchecked(let id, let checked):
      "\(quoted(id)) is not checked here; add it to 'properties', or name one of "
        + listed(checked, "or")
    }
  }

  /// The nearest allowed name, or all of them when none is near and they are few.
  private func wayOut(
    from name: String, to allowed: [String],
    _ suggestion: ScenarioError.Suggestion = .nearest
  ) -> String {
    if suggestion == .nearest, let near = nearestName(to: name, among: allowed) {
      return "; did you mean '\(near)'?"
    }
    if allowed.isEmpty { return "; there is none" }
    if allowed.count > 40 { return "; there are \(allowed.count) to choose from" }
    return "; expected \(listed(allowed, "or"))"
  }
}

/// `a`, `a and b`, or `a, b and c`.
func listed(_ items: [String], _ conjunction: String) -> String {
  guard let last = items.last, items.count > 1 else { return items.first ?? "none" }
  return items.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
