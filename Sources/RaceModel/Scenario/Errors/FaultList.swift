internal import Scheduler

/// Collects what is wrong with a scenario file, and knows what could not be read because of it.
///
/// Nothing is said twice: of faults at one place the first counts, and what only follows from
/// something that could not be read is no fault of its own.
final class FaultList {
  private var found: [ScenarioFault] = []
  private var places: Set<SourcePosition> = []
  /// Values in which something is wrong, by their places.
  private var brokenValues: Set<SourcePosition> = []
  /// Objects whose keys are not all known, by their places.
  private var unclearObjects: Set<SourcePosition> = []
  private var unread: Set<ScenarioPart> = []
  /// How many faults have been noted, those among them that are not told.
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  /// Notes that something is wrong.
  func note(_ reason: ScenarioError.Reason, at position: SourcePosition) {
    note(ScenarioFault(reason, at: position))
  }

  func note(_ fault: ScenarioFault) {
    count += 1
    guard unread.isDisjoint(with: fault.reason.restsOn) else { return }
    if places.insert(fault.position).inserted { found.append(fault) }
  }

  /// What `body` makes; nil if it cannot, for a reason that is noted.
  func attempt<Result>(_ body: () throws(ScenarioFault) -> Result) -> Result? {
    do throws(ScenarioFault) { return try body() } catch {
      note(error)
      return nil
    }
  }

  // MARK: - What could not be read

  /// Marks a value in which something is wrong, wherever in it.
  func markBroken(_ value: JSON5Value) { brokenValues.insert(value.position) }

  func isBroken(_ value: JSON5Value) -> Bool { brokenValues.contains(value.position) }

  /// Marks an object that lacks a key, or has one that may be the misspelling of another.
  func markUnclear(_ position: SourcePosition) { unclearObjects.insert(position) }

  func isUnclear(_ position: SourcePosition) -> Bool { unclearObjects.contains(position) }

  /// Marks parts of the file that others rest on and that are not all known.
  func markUnread(_ parts: ScenarioPart...) { unread.formUnion(parts) }

  func markUnread(_ parts: Set<ScenarioPart>) { unread.formUnion(parts) }

  func isUnread(_ part: ScenarioPart) -> Bool { unread.contains(part) }

  // MARK: - What is told

  /// The faults in the order of their places.
  var ordered: [ScenarioFault] { found.sorted { $0.position < $1.position } }

  /// - Throws: what is told of the file, if anything is wrong with it.
  func check(_ file: String) throws(ScenarioFileError) {
    guard !isEmpty else { return }
    let errors = ordered.map {
      ScenarioError(file: file, position: $0.position, reason: $0.reason)
    }
    throw ScenarioFileError(
      errors: Array(errors.prefix(ErrorLimit.most)), hasOthers: errors.count > ErrorLimit.most)
  }
}

/// The parts of a scenario file that complaints about other parts may rest on.
enum ScenarioPart: Hashable {
  /// Which page tables the machine has.
  case table
  case lpid, slots, pages, guests, pagesOfGuests, vcpus, hashedEntries
  /// The properties of the file.
  case properties
}

extension ScenarioError.Unique {
  /// The parts that are not all known where two of these are equal, as one is meant otherwise.
  var parts: Set<ScenarioPart> {
    switch self {
    case .slotID: [.slots]
    case .gfn: [.pages]
    case .l1LPID: [.guests, .pagesOfGuests]
    case .pageNumber: [.pagesOfGuests]
    case .vcpuName: [.vcpus]
    case .rpn, .shadowLPID, .tlbEntry, .threadName, .rowName: []
    }
  }
}

extension ScenarioError.Reason {
  /// The parts that must have been read for this to be a fault of its own.
  var restsOn: Set<ScenarioPart> {
    switch self {
    case .fileTooLarge, .invalidUTF8, .unexpectedCharacter, .unterminatedComment,
      .unterminatedString, .invalidEscape, .loneSurrogate, .invalidNumber, .needsQuotes,
      .unexpectedToken, .nestedTooDeep, .duplicateKey, .unknownKey, .missingKeys, .wrongValue,
      .wrongCount, .unknownName, .malformedName, .emptyText, .textTooLong, .controlCharacter,
      .malformedEntry, .repeatedItem, .argumentNotTaken, .missingArguments:
      []
    // Both of the things that do not fit each other have been read.
    case .nameUnlikeFile, .taken, .slotEndsBeyond, .slotsOverlap, .readOnlyForVMM, .frameInUse,
      .notEntered, .needsGuestEntry, .shadowOfAbsentPage, .slotChangedTwice, .leafOfBasePages,
      .hugePageHasGaps, .entryUnderLeaf, .moveOverlaps, .halfHashedEntry, .vcpuOnTwoThreads,
      .vcpuIsStopped, .noLandmark, .unread, .violatesMissing, .violatesOfHolds,
      .violatesOfUnpinned:
      []
    // Another slot with the same number may be meant.
    case .slotNotLogged, .loggingIsUnchanged: [.slots]
    case .lpidOfL1: [.lpid]
    case .gfnOutsideSlots: [.slots]
    case .gfnWithoutPage: [.pages]
    case .unknownReference(.guest, _, _): [.guests]
    case .unknownReference(.vcpu, _, _): [.vcpus]
    case .unknownReference(.page, _, _): [.pagesOfGuests]
    case .unknownReference(.slot, _, _): [.slots]
    case .keyOfOtherTable, .nameOfOtherTable: [.table]
    case .noHashedEntry: [.hashedEntries]
    case .violatesUnchecked: [.properties]
    }
  }
}
