/// The properties that a reduction has to keep in view, and the cells that they read.
struct Watch: Sendable {
  /// The properties about single states whose truth is preserved.
  let properties: [Int]
  /// What a step must not write, wherever it is taken.
  let always: CellSet
  /// What it must not write unless its thread holds one of ``quietLocks``.
  let quiet: CellSet
  let quietLocks: UInt64

  init(_ system: System, _ habits: Habits, sometimes: Set<Int>) {
    var (properties, always, quiet) = ([Int](), CellSet(), CellSet())
    for (number, property) in system.properties.enumerated() {
      switch property.kind {
      case .always: always.formUnion(habits.propertyReads[number])
      case .quiet where system.quietLocks != nil: quiet.formUnion(habits.propertyReads[number])
      case .quiet: always.formUnion(habits.propertyReads[number])
      case .sometimes where sometimes.contains(number):
        always.formUnion(habits.propertyReads[number])
      case .sometimes, .atEnd, .perStep: continue
      }
      properties.append(number)
    }
    quietLocks = system.quietLocks ?? 0
    if properties.contains(where: { if case .quiet = system.properties[$0].kind { true } else { false } }) {
      for (lock, named) in system.locks.enumerated() where quietLocks >> UInt64(lock) & 1 == 1 {
        quiet.insert(named.lock.ownerCell)
      }
    }
    (self.properties, self.always, self.quiet) = (properties, always, quiet)
  }

  /// Whether a step that writes some cells could make a broken property look whole.
  @inline(__always) func mayRepair(_ writes: CellSet, holding locks: UInt64) -> Bool {
    if writes.intersects(always) { return true }
    return locks & quietLocks == 0 && writes.intersects(quiet)
  }
}
