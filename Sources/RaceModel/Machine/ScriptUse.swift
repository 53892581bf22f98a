internal import Scheduler

extension KVM {
  /// Cells that change with what paths do, and that only some properties have a use for.
  package enum Ghost: Sendable {
    /// ``Ghosts/weakened``.
    case weakened
    /// ``Ghosts/dropped``.
    case dropped
    /// ``Ghosts/missed``.
    case missed
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
    /// What else becomes of nested guests.
    package var nested = NestedUse()
    /// Whether a page can come to have no frame, or no valid slot.
    var takesPagesAway: Bool { losesFrames || updates.values.contains { !$0.keepsSlot } }
    /// Whether the VMM's mapping of a page goes.
    var losesFrames = false
    /// What becomes of each slot that is changed.
    package var updates: [Int: SlotUpdate] = [:]
    /// The core and the entry of each access by way of a hashed table; each once.
    package var hptAccesses: [HPT.TLBSlot] = []
    /// The guest frames that entries are entered for.
    package var enteredGFNs: [Int] = []
    /// The frames that pages get in the course of a run.
    package var newFrames: [Geometry.Frame] = []
    /// The slots of whose memory some page gets another frame, or none.
    package var changedSlots: Set<Int> = []
    /// The slots whose dirty log is read.
    package var harvestedSlots: Set<Int> = []
    /// The slots whose pages some path goes through in their order.
    var walkedSlots: Set<Int> = []
    /// The cores of the vCPUs that have something to run.
    var runningCores: Set<Int> = []
    /// Whether some path switches to the other kind of page table.
    var switchesMMU = false
    /// Whether some path goes through all nested guests in their order.
    var walksGuests = false
    /// What the thread at hand is counted as.
    fileprivate var roles: Set<Role> = []

    /// What a thread is counted as when a path of its script asks for it.
    package enum Role: Sendable {
      /// It raises `mmu_notifier_count`.
      case notifier
      /// It can be in a nested fault.
      case nestedFaulter
    }

    package init() {}

    /// What `threads` make of `machine`, `ghosts` being kept.
    package init(
      of threads: [Scenario.ThreadScript], on machine: Scenario.Machine, ghosts: Set<Ghost> = []
    ) {
      threadNames = threads.map(\.name)
      self.ghosts = ghosts
      for thread in threads {
        roles = []
        for call in thread.run {
          call.path.use(call, machine, &self)
          if let core = call.runningVCPU { runningCores.insert(core) }
        }
        if roles.contains(.notifier) { notifiers += 1 }
        if roles.contains(.nestedFaulter) { nestedFaulters += 1 }
      }
      nested.settle(on: machine, self)
      if machine.slots.contains(where: \.isHuge) {
        // Each fault can change the page size once, and how often it faults is bounded by the
        // bumps.
        bumps += machine.slots.count * threads.flatMap(\.run).count * 4
      }
    }

    /// What a single call makes of `machine`.
    init(of call: PathCall, on machine: Scenario.Machine) { call.path.use(call, machine, &self) }

    /// Counts the thread that runs the call as one in a role.
    mutating func countThread(as role: Role) { roles.insert(role) }
  }
}

extension Scenario.Machine {
  /// The slot that holds a guest frame, before any slot is moved.
  func slot(ofGFN gfn: Int) -> Int? { slots.firstIndex { $0.gfns.contains(gfn) } }

  /// The number over all slots of the page at a guest frame, before any slot is moved.
  func pageNumber(ofGFN gfn: Int) -> Int? {
    var first = 0
    for slot in slots {
      if let place = slot.offsets.firstIndex(of: gfn - slot.baseGFN) { return first + place }
      first += slot.npages
    }
    return nil
  }
}

/// A change of a memory slot.
package enum SlotUpdate: Hashable, Sendable {
  /// `KVM_MR_DELETE`.
  case delete
  /// `KVM_MR_MOVE`, to a guest frame.
  case move(base: Int)
  /// `KVM_MR_FLAGS_ONLY` with a change of `KVM_MEM_LOG_DIRTY_PAGES`.
  case setLogging(Bool)

  /// Whether the slot is there all the time, at its place.
  var keepsSlot: Bool {
    switch self {
    case .delete, .move: false
    case .setLogging: true
    }
  }
}
