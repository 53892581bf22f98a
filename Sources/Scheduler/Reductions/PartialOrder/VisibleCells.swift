/// The properties that a reduction must not hide, and the cells that make a step visible to them.
struct VisibleCells: Sendable {
  /// The properties about single states that must not be hidden when they are broken or reached.
  let properties: [PropertyIndex]
  /// What a step must not write, whoever takes it.
  private let always: CellSet
  /// What a step must not write unless its thread holds one of ``quietLocks``.
  private let quiet: CellSet
  /// The locks that are free in quiet states; holding one puts every such property out of sight.
  private let quietLocks: UInt64

  init(_ system: System, _ observed: ObservedAccesses, landmarks: Set<PropertyIndex>) {
    var (properties, always, quiet) = ([PropertyIndex](), CellSet(), CellSet())
    for (number, property) in system.properties.enumerated() {
      let reads = observed.propertyReads[number]
      switch property.kind {
      case .quiet where system.quietLocks != nil: quiet.formUnion(reads)
      case .always, .quiet: always.formUnion(reads)
      case .atEnd where system.hasDaemons: always.formUnion(reads)
      case .sometimes where landmarks.contains(PropertyIndex(number)): always.formUnion(reads)
      case .sometimes, .atEnd, .perStep, .terminates: continue
      }
      properties.append(PropertyIndex(number))
    }
    quietLocks = system.quietLocks ?? 0
    (self.properties, self.always, self.quiet) = (properties, always, quiet)
  }

  /// Whether a step that writes some cells could hide that a property is broken.
  ///
  /// `locks` are those that the thread of the step holds.
  @inline(__always) func mayHide(_ writes: CellSet, holding locks: UInt64) -> Bool {
    if writes.intersects(always) { return true }
    return locks & quietLocks == 0 && writes.intersects(quiet)
  }
}
