package import Scheduler

/// What no kernel keeps: cells that exist for properties only.
package struct Ghosts: Sendable {
  /// By backing: a guest has stored to it since a harvest that reported it returned.
  package let written: CellRow<Bool>
  /// By L2 page: L1 has had its translation invalidated and not changed its entry since.
  package let coherent: CellRow<Bool>
  /// A host entry was weakened, and nothing has told the holders of copies yet.
  ///
  /// Written only when a property asks for it: see ``KVM/Ghost``.
  package let weakened: Cell<Bool>
  let tracksWeakening: Bool
  /// By core: L0 refused to enter the guest.
  package let refused: CellRow<Bool>
  /// By place in ``Geometry/frames``: the host page backs its page of the guest now.
  package let backs: CellRow<Bool>
  /// By backing: a store that no harvest had reported when its slot was deleted, and the log with
  /// it.
  ///
  /// Written only when a property asks for it: see ``KVM/Ghost``.
  package let dropped: CellRow<Bool>
  private let tracksDropping: Bool
  /// By backing: a store that no harvest has had to report yet.
  ///
  /// None has begun behind it, or C was still owed when one did.
  ///
  /// It is not known, as the next two are not, where no property asks or no log can end: see
  /// ``KVM/Ghost``.
  let unharvested: CellRow<Bool>
  /// By backing: the harvest at hand must report it.
  let due: CellRow<Bool>
  /// By backing: a harvest that began behind a store did not report it, and none has since.
  package let missed: CellRow<Bool>
  private let tracksMisses: Bool

  init(_ plan: MachinePlan, in layout: inout Layout) {
    let (machine, geometry, shape, use) = (plan.machine, plan.geometry, plan.shape, plan.use)
    let gfns = geometry.backingGFNs
    written = layout.row(
      "written", gfns.map(\.hex), bits: 1, role: .ghost,
      initial: gfns.map { machine.page(ofGFN: $0)?.written ?? false }, print: Layout.digit)
    coherent = layout.row(
      "coherent", shape.l2Pages.map(\.name), bits: 1, role: .ghost,
      initial: shape.l2Pages.map { _ in false }, print: Layout.digit)
    tracksWeakening = use.ghosts.contains(.weakened)
    weakened = layout.cell(
      "weakened", bits: tracksWeakening ? 1 : 0, role: .ghost, initial: false,
      print: Layout.digit)
    refused = layout.row(
      "refused", machine.vcpus.map(\.name),
      bits: use.entries.isEmpty && use.nested.newObjects.isEmpty ? 0 : 1, role: .ghost,
      initial: machine.vcpus.map { _ in false }, print: Layout.digit)
    backs = layout.row(
      "backs", geometry.frames.map(\.rpn.hex), bits: 1, role: .ghost,
      initial: geometry.frames.map { $0.rpn == machine.page(ofGFN: gfns[$0.backing])?.rpn },
      print: Layout.digit)
    let tracksMisses =
      use.ghosts.contains(.missed)
      && use.harvestedSlots.contains { plan.versions[$0].endsLog }
    self.tracksMisses = tracksMisses
    unharvested = layout.row(
      "unharvested", gfns.map(\.hex), bits: tracksMisses ? 1 : 0, role: .ghost,
      initial: gfns.map { tracksMisses && machine.page(ofGFN: $0)?.written ?? false },
      print: Layout.digit)
    due = layout.row(
      "due", gfns.map(\.hex), bits: tracksMisses ? 1 : 0, role: .ghost,
      initial: gfns.map { _ in false }, print: Layout.digit)
    missed = layout.row(
      "missed", gfns.map(\.hex), bits: tracksMisses ? 1 : 0, role: .ghost,
      initial: gfns.map { _ in false }, print: Layout.digit)
    tracksDropping = use.ghosts.contains(.dropped)
    dropped = layout.row(
      "dropped", gfns.map(\.hex), bits: tracksDropping ? 1 : 0, role: .ghost,
      initial: gfns.map { _ in false }, print: Layout.digit)
  }

  /// Notes that a guest has stored to a page of a slot that logs.
  @inline(__always) func store<R>(_ state: StateView<R>, toBacking backing: Int) {
    state[written, backing] = true
    if tracksMisses { state[unharvested, backing] = true }
  }

  /// Notes that a harvest of some pages begins: what was stored to them before, it must report,
  /// where memory says so already (`isVisible`).
  func beginHarvest<R>(
    _ state: StateView<R>, ofBackings backings: Range<Int>, isVisible: (Int) -> Bool
  ) {
    guard tracksMisses else { return }
    for backing in backings where state[written, backing] && isVisible(backing) {
      state[due, backing] = true
      state[unharvested, backing] = false
    }
  }

  /// Notes that a harvest has told user space of the pages of which `isReported` is true.
  func endHarvest<R>(
    _ state: StateView<R>, ofBackings backings: Range<Int>, isReported: (Int) -> Bool
  ) {
    for backing in backings {
      let reported = isReported(backing)
      if reported { state[written, backing] = false }
      guard tracksMisses else { continue }
      if reported {
        state[unharvested, backing] = false
        state[missed, backing] = false
      } else if state[due, backing] {
        state[missed, backing] = true
      }
    }
  }

  /// Notes that no harvest is at hand.
  func forgetHarvest<R>(_ state: StateView<R>, ofBackings backings: Range<Int>) {
    guard tracksMisses else { return }
    for backing in backings { state[due, backing] = false }
  }

  /// Notes that the log of some pages is no more: nothing that was stored to them will be
  /// reported.
  ///
  /// Whoever has asked for it (`isGivenUp`) has lost nothing by it. What a harvest behind the
  /// store has missed, and the next would not have found either (`isLost`), stays written: that
  /// was lost before.
  func endLog<R>(
    _ state: StateView<R>, ofBackings backings: Range<Int>, isGivenUp: Bool,
    isLost: (Int) -> Bool
  ) {
    for backing in backings where state[written, backing] {
      let isMissed = tracksMisses && state[missed, backing]
      if !(isMissed && isLost(backing)) { state[written, backing] = false }
      let isNew = !tracksMisses || state[unharvested, backing]
      if tracksDropping, isNew, !isGivenUp { state[dropped, backing] = true }
      if tracksMisses { state[unharvested, backing] = false }
    }
  }

  /// Notes that a host entry has lost a permission, a bit or its frame.
  @inline(__always) func weaken<R>(_ state: StateView<R>) {
    if tracksWeakening { state[weakened] = true }
  }
}
