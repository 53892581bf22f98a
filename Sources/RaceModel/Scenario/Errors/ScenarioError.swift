/// All that is wrong with a scenario file, in the order of the text.
///
/// There is at least one error, and there are no more than are told.
package struct ScenarioFileError: Error, Hashable, Sendable {
  package var errors: [ScenarioError]
  /// Whether there are more than are told.
  package var hasOthers: Bool
}

/// One reason why a scenario file was refused, and the place in it to look at.
package struct ScenarioError: Error, Hashable, Sendable {
  package var file: String
  package var position: SourcePosition
  package var reason: Reason

  package init(file: String, position: SourcePosition, reason: Reason) {
    (self.file, self.position, self.reason) = (file, position, reason)
  }

  package var line: Int { position.line }
  package var column: Int { position.column }

  package enum Reason: Hashable, Sendable {
    // The file is not JSON5 that we read.
    case fileTooLarge(bytes: Int, limit: Int)
    case invalidUTF8
    case unexpectedCharacter(Unicode.Scalar)
    case unterminatedComment
    case unterminatedString
    case invalidEscape(String)
    case loneSurrogate(String)
    case invalidNumber(String)
    /// A bare word where only a quoted string would do.
    case needsQuotes(String)
    case unexpectedToken(Found, expected: Expected)
    case nestedTooDeep(limit: Int)
    case duplicateKey(String, firstLine: Int)

    // A value does not look as its key wants it to.
    case unknownKey(String, allowed: [String])
    /// `all` lists the keys of the object, as ``Shape/signature(of:)`` writes them.
    case missingKeys([String], all: String)
    case wrongValue(Found, expected: Expected)
    case wrongCount(Int, expected: ClosedRange<Int>)
    /// `noun` says what the name should have been a name of.
    case unknownName(String, noun: String, allowed: [String])
    case malformedName(String, form: NameForm)
    case emptyText
    case textTooLong(scalars: Int, limit: Int)
    case controlCharacter(Unicode.Scalar)
    case malformedEntry(String, absence: Absence)
    case repeatedItem(String, firstLine: Int)
    case argumentNotTaken(String, by: String, takes: [String])
    case missingArguments([String], of: String, takes: [String])

    // Values do not fit each other.
    case nameUnlikeFile(String, expected: String)
    case taken(Unique, String, firstLine: Int)
    case lpidOfL1(Int)
    case slotEndsBeyond(lastGFN: Int, limit: Int)
    case slotsOverlap(id: Int, otherID: Int, otherLine: Int)
    case gfnOutsideSlots(Int, slots: [ClosedRange<Int>])
    case gfnWithoutPage(Int)
    case readOnlyForVMM
    /// A page is to get a frame that another page has.
    case frameInUse(rpn: Int, gfn: Int)
    /// A vCPU is to start inside a guest that nobody has entered.
    case notEntered(l1LPID: Int)
    case needsGuestEntry(Dependent)
    case shadowOfAbsentPage(gfn: Int)
    /// `known` lists what there is, in the order of the file.
    case unknownReference(Reference, String, known: [String])
    case slotNotLogged(id: Int)
    case slotChangedTwice(id: Int)
    case leafOfBasePages(id: Int)
    case hugePageHasGaps(gfn: Int, expected: Int)
    case entryUnderLeaf(gfn: Int)
    case moveOverlaps(id: Int, otherID: Int)
    /// The key has no place in a machine with this table.
    case keyOfOtherTable(String, TableKind)
    /// A path, property or landmark that the machine's table does not have.
    case nameOfOtherTable(String, noun: String, has: TableKind)
    case halfHashedEntry(missing: String)
    case noHashedEntry(Int, count: Int)
    case vcpuOnTwoThreads(String, otherThread: String)
    case vcpuIsStopped(String, line: Int)
    case loggingIsUnchanged(id: Int, isOn: Bool)
    case noLandmark(row: String)
    /// A row sets a knob, or takes a patch, that changes nothing in it.
    case unread(UnreadRequest, row: String)
    case violatesMissing
    case violatesOfHolds
    case violatesOfUnpinned
    case violatesUnchecked(String, checked: [String])
  }

  /// What the text has at some place.
  package enum Found: Hashable, Sendable {
    case null, list, object, endOfFile
    case flag(Bool)
    case number(String)
    case string(String)
    case word(String)
    case mark(Character)
  }

  /// What the text should have had there.
  package enum Expected: Hashable, Sendable {
    case value, item, key, colon, commaOrBracket, commaOrBrace, endOfFile
    case integer(ClosedRange<Int>)
    case flag, string
    /// One of a few names.
    case name([String])
    case entry(Absence)
    /// `items` is the signature of the objects that it has, empty for other items.
    case list(items: String)
    /// `keys` is the object's signature.
    case object(keys: String, Absence)
  }

  /// Whether an entry may be left out by writing "absent".
  package enum Absence: Hashable, Sendable { case allowed, refused }

  /// The things of which no two may be equal.
  package enum Unique: Hashable, Sendable {
    case slotID, gfn, rpn, l1LPID, shadowLPID, pageNumber, tlbEntry
    case vcpuName, threadName, rowName
  }

  /// The things that are there only where L1 has an entry for the page.
  package enum Dependent: Hashable, Sendable { case shadow, rmap, tlb }

  /// The things that one place of a file names and another defines.
  package enum Reference: Hashable, Sendable { case guest, vcpu, page, slot }
}

extension ScenarioError: CustomStringConvertible {
  /// `FILE:LINE:COLUMN: error: REASON`, the form that editors jump to.
  package var description: String { "\(file):\(line):\(column): error: \(reason)" }
}

/// What is wrong and where, before the name of the file is known.
struct ScenarioFault: Error, Hashable {
  var position: SourcePosition
  var reason: ScenarioError.Reason

  init(_ reason: ScenarioError.Reason, at position: SourcePosition) {
    (self.reason, self.position) = (reason, position)
  }
}
