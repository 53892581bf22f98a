extension PropertySpec {
  /// Whether threads that run `paths` can have to do with the property.
  ///
  /// A scenario may ask for any property; this is which of them are worth asking for to begin
  /// with. Those that a kernel breaks as long as nothing is lost by it, and those about endless
  /// runs, are left to whoever wants them.
  package func concerns(_ paths: [PathSpec]) -> Bool {
    let paths = Set(paths)
    guard let wanted = Self.concerns[id] else { return false }
    switch wanted {
    case .always: return true
    case .never: return false
    case .anyOf(let some): return !paths.isDisjoint(with: some)
    case .allOf(let groups): return groups.allSatisfy { !paths.isDisjoint(with: $0) }
    }
  }

  /// The properties that it is not known of when they are worth asking for; none, if all is well.
  package static var withoutConcern: [String] {
    allCases.map(\.id).filter { concerns[$0] == nil }
  }

  private enum Concern {
    case always, never
    /// One of these paths runs.
    case anyOf(Set<PathSpec>)
    /// One path of each group runs.
    case allOf([Set<PathSpec>])
  }

  private static let harvests: Set = [GetDirtyLog.path]
  private static let notifiers: Set = [InvalidateRange.path, InvalidateRange.slotPath]
  private static let removals: Set = [SetMemslot.delete, SetMemslot.move]
  private static let invalidations: Set = [TlbiePage.path, TlbieLPID.path, TlbieLPID.allPath]

  private static let concerns: [String: Concern] = [
    cSubset.id: .always, rSubset.id: .always, coverage.id: .always, rmapUnique.id: .always,
    rmapShape.id: .always, authority.id: .always, tlbSubset.id: .never,
    dirtyLog.id: .anyOf(harvests), noEarlyReuse.id: .anyOf(notifiers),
    l1TLBSubset.id: .anyOf([GuestAccess.l1Load, GuestAccess.l1Store]),
    finalHarvest.id: .allOf([harvests, [SetMemslot.stopLogging]]),
    l1Coherence.id: .anyOf(invalidations), l1Subset.id: .anyOf([L1Write.setGpte]),
    slotFlushed.id: .anyOf(removals), seqBump.id: .never, notifierCount.id: .anyOf(notifiers),
    unmapLogged.id: .allOf([harvests, notifiers]), entrySucceeds.id: .anyOf([EnterNested.path]),
    progress.id: .never, progressUnfairLocks.id: .never, hpteChained.id: .always,
    chainConsistent.id: .always, cTransferred.id: .always,
    logDroppedWithSlot.id: .allOf([harvests, [SetMemslot.delete]]),
  ]
}
