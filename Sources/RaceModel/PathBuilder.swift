internal import Scheduler

/// Makes the machines of path calls, one set of local cells for each thread and kind of path.
///
/// Calls of one thread never overlap and leave their cells cleared, so they share them.
struct PathBuilder {
  private let kvm: KVM
  private var accesses: [ThreadID: L2Access.Cells] = [:]
  private var logs: [ThreadID: GetDirtyLog.Cells] = [:]
  private var evictions: [ThreadID: Cell<EvictTLB.Point>] = [:]
  private var made: [ThreadID: [PathCall: any StepMachine]] = [:]

  /// The cells of every nested fault and every harvest made so far, by thread.
  private(set) var faults: [NestedPageFault.Cells] = []
  private(set) var harvests: [GetDirtyLog.Cells] = []

  init(_ kvm: KVM) { self.kvm = kvm }

  /// The machines that `thread` runs for `call`; equal calls share one.
  mutating func machines(
    for call: PathCall, on thread: ThreadID, named name: String, in layout: inout Layout
  ) -> [any StepMachine] {
    let machine =
      made[thread]?[call] ?? make(call, on: thread, named: name, in: &layout)
    made[thread, default: [:]][call] = machine
    if case .evictTLB(_, let times) = call { return Array(repeating: machine, count: times) }
    return [machine]
  }

  private mutating func make(
    _ call: PathCall, on thread: ThreadID, named name: String, in layout: inout Layout
  ) -> any StepMachine {
    switch call {
    case .l2Load(let core, let page):
      return access(.load, core, page, thread, name, &layout)
    case .l2Store(let core, let page):
      return access(.store, core, page, thread, name, &layout)
    case .getDirtyLog(let slot):
      let cells =
        logs[thread] ?? GetDirtyLog.Cells(&layout, "\(name).dirty-log", thread, kvm)
      if logs[thread] == nil { harvests.append(cells) }
      logs[thread] = cells
      return GetDirtyLog(kvm, thread, cells, slot: slot)
    case .evictTLB(let core, _):
      let point =
        evictions[thread]
        ?? layout.cell("\(name).evict", bits: EvictTLB.Point.bits, role: .local(thread))
      evictions[thread] = point
      return EvictTLB(kvm, point, core: core)
    }
  }

  private mutating func access(
    _ access: Access, _ core: Int, _ page: Int, _ thread: ThreadID, _ name: String,
    _ layout: inout Layout
  ) -> L2Access {
    let cells = accesses[thread] ?? L2Access.Cells(&layout, "\(name).l2", thread, kvm)
    if accesses[thread] == nil { faults.append(cells.fault) }
    accesses[thread] = cells
    let first = KVM.firstL2Pages(of: kvm.machine)[kvm.machine.vcpus[core].guest]
    return L2Access(kvm, thread, cells, core: core, l2Page: first + page, access: access)
  }
}
