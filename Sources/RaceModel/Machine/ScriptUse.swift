internal import Scheduler

extension KVM {
  /// Cells that change with what paths do, and that only some properties have a use for.
  package enum Ghost: Sendable {
    /// ``Ghosts/weakened``.
    case weakened
  }

  /// What the threads' scripts make of a machine.
  package struct Use: Sendable {
    package var threadNames: [String] = []
    /// The ghosts that are kept, for the properties that are checked.
    package var ghosts: Set<Ghost> = []
    /// The most often that `mmu_notifier_seq` can be incremented in any run.
    package var bumps = 0
    /// How many notifiers can be under way at once.
    package var notifiers = 0
    /// How many threads access memory as L2, and can be in a nested fault.
    package var nestedFaulters = 0
    /// The core and the page of each L1 access.
    package var l1Accesses: [(core: Int, page: Int)] = []
    /// How often each guest is entered.
    package var entries: [Int: Int] = [:]
    /// What becomes of each slot that is changed.
    package var updates: [Int: SlotUpdate] = [:]
    /// The core and the entry of each access by way of a hashed table; each once.
    package var hptAccesses: [HPT.TLBSlot] = []
    /// The guest frames that entries are entered for.
    package var enteredGFNs: [Int] = []
    /// The frames that pages get in the course of a run.
    package var newFrames: [Geometry.Frame] = []

    package init() {}
  }
}
