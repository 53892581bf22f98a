internal import Scheduler

/// Makes the machines of path calls, one set of local cells for each thread and kind of path.
///
/// Calls of one thread never overlap and leave their cells cleared, so they share them.
struct PathBuilder {
  let kvm: KVM
  private var threads: [ThreadID: ThreadPaths] = [:]

  /// What one thread has come to need.
  private struct ThreadPaths {
    var cells: [any Sendable] = []
    var machines: [PathCall: any StepMachine] = [:]
  }

  init(_ kvm: KVM) { self.kvm = kvm }

  // The cells of every path made so far, by thread: where properties look.
  var faults: [NestedPageFault.Cells] { cells() }
  var l1Faults: [L1PageFault.Cells] { cells() }
  var harvests: [GetDirtyLog.Cells] { cells() }
  var agings: [AgeGFN.Cells] { cells() }
  var notifiers: [InvalidateRange.Cells] { cells() }
  var slotUpdates: [SetMemslot.Cells] { cells() }
  var hptFaults: [HPTPageFault.Cells] { cells() }
  var enters: [HEnter.Cells] { cells() }
  var removes: [HRemove.Cells] { cells() }
  var unmaps: [UnmapPTE.Cells] {
    notifiers.compactMap(\.unmap.radix?.1) + slotUpdates.compactMap(\.flush.radix?.1.unmap)
  }

  /// The cells of one type, in the order of the threads that have them.
  func cells<Cells>(of _: Cells.Type = Cells.self) -> [Cells] {
    threads.keys.sorted().compactMap { thread in
      threads[thread]?.cells.lazy.compactMap { $0 as? Cells }.first
    }
  }

  /// The machines that `thread` runs for `call`; equal calls share one.
  mutating func machines(
    for call: PathCall, on thread: ThreadID, named name: String, in layout: inout Layout
  ) -> [any StepMachine] {
    var own = threads[thread] ?? ThreadPaths()
    defer { threads[thread] = own }
    let times = call.value(of: Argument.times) ?? 1
    if let machine = own.machines[call] { return Array(repeating: machine, count: times) }
    var site = CallSite(
      kvm: kvm, thread: thread, name: name, layout: layout, made: own.cells)
    let machine = kvm.knobRecord.making(call.path) {
      site.insideKVMRun(call.path.machine(for: call, at: &site), for: call)
    }
    (layout, own.cells, own.machines[call]) = (site.layout, site.made, machine)
    return Array(repeating: machine, count: times)
  }
}

/// Where the machine of a call is made: the thread that runs it, and the cells that it has
/// already.
struct CallSite {
  let kvm: KVM
  let thread: ThreadID
  /// The thread's name, with which the names of its cells begin.
  let name: String
  var layout: Layout
  fileprivate(set) var made: [any Sendable]

  /// The thread's cells of one type, laid out by `make` under `NAME.suffix` when first asked for.
  mutating func cells<Cells: Sendable>(
    _ suffix: String, _ make: (inout Layout, String, ThreadID, KVM) -> Cells
  ) -> Cells {
    if let cells = made.lazy.compactMap({ $0 as? Cells }).first { return cells }
    let cells = make(&layout, "\(name).\(suffix)", thread, kvm)
    made.append(cells)
    return cells
  }

  /// The same for a path of hashed tables.
  mutating func cells<Cells: Sendable>(
    _ suffix: String, _ hpt: HPT, _ make: (inout Layout, String, ThreadID, KVM, HPT) -> Cells
  ) -> Cells {
    cells(suffix) { make(&$0, $1, $2, $3, hpt) }
  }

  /// The same for a path whose program point is all that it keeps.
  mutating func point<Point: ProgramPoint>(_ suffix: String) -> Cell<Point> {
    cells(suffix) { layout, name, thread, _ in
      layout.cell(name, bits: Point.bits, role: .local(thread))
    }
  }
}

extension KVM {
  /// The page at a guest frame that the scenario reader has checked.
  func page(at gfn: Int) -> Int {
    guard let page = geometry.page(ofGFN: gfn) else {
      preconditionFailure("no page at gfn \(gfn.hex)")
    }
    return page
  }
}
