package import Scheduler

/// The nested guests: L1's tables for them, L0's objects, and the shadow tables of these.
package struct NestedGuests: Sendable {
  /// L1's partition-scoped table, L2 real to L1 real, by L2 page; in L1's memory.
  package let gpte: CellRow<PTE>
  /// `gp->shadow_pgtable`, L2 real to host real, by guest object and L2 page:
  /// ``shadowIndex(_:_:)``.
  package let shadow: CellRow<PTE>
  /// L1's partition table: whether the guest has a root there, by guest; in L1's memory.
  package let l1Root: CellRow<Bool>
  /// Whether `gp->l1_gr_to_hr` is set, by guest object.
  package let root: CellRow<Bool>
  /// Whether the hardware's partition-table entry for the shadow LPID is set, by guest object.
  ///
  /// Then it names the shadow table; else it is 0. See ``requireEntry(_:_:_:)``.
  package let entry: CellRow<Bool>
  /// Whether anything can write ``entry``; what nobody writes stays as it was.
  private let tracksEntries: Bool
  /// `gp->refcnt`, by guest object.
  package let refcnt: CellRow<UInt8>
  /// Whether the guest object is allocated.
  package let inUse: CellRow<Bool>
  /// `kvm->arch.kvm_nested_guest_idr`, by guest.
  package let idr: CellRow<IDRSlot>
  /// `vcpu->arch.nested`, by core: a guest object plus one, or 0 while it runs L1.
  package let ofVCPU: CellRow<UInt8>
  /// `gp->tlb_lock`, by guest object.
  package let tlbLocks: [Lock]

  package let l2Pages: [L2Page]
  package let objects: [GuestObject]
  /// By place in ``shadow``.
  let shadowPlaces: [ShadowPlace]
  private let useAfterFree: Check

  /// How a machine has the object that it works on.
  enum ObjectRef {
    /// It is `vcpu->arch.nested` of a core.
    case running(core: Int)
    /// In a cell of its own: the object, plus one.
    case held(Cell<UInt8>)
  }

  /// An L2 page, numbered over all nested guests.
  package struct L2Page: Hashable, Sendable {
    package let guest: Int
    package let n: Int
    package let l1LPID: Int
    package let entry: RmapEntry
  }

  /// A `struct kvm_nested_guest`: one of those that L0 can have for a guest.
  package struct GuestObject: Hashable, Sendable {
    /// `1` for the object that L0 starts with for lpid 1, then `1b`, `1c`.
    package let name: String
    package let guest: Int
    /// Which of the guest's objects it is, from 0.
    package let instance: Int
    package let shadowLPID: Int
    /// Where its shadow entries begin in ``NestedGuests/shadow``.
    package let firstShadow: Int
    /// The first L2 page of its guest.
    package let firstPage: Int
    package let pageCount: Int
  }

  /// What an entry of ``shadow`` is for.
  struct ShadowPlace {
    let object: Int
    let l2Page: Int
  }

  /// `tlbLocks` are by guest object.
  init(_ plan: MachinePlan, tlbLocks: [Lock], in layout: inout Layout) {
    let (machine, widths) = (plan.machine, plan.widths)
    let (l2Pages, objects) = (plan.shape.l2Pages, plan.shape.objects)
    (self.l2Pages, self.objects, self.tlbLocks) = (l2Pages, objects, tlbLocks)
    useAfterFree = plan.checks.useAfterFree
    shadowPlaces = objects.enumerated().flatMap { index, object in
      (0..<object.pageCount).map { ShadowPlace(object: index, l2Page: object.firstPage + $0) }
    }
    let described = machine.guests.flatMap(\.pages)
    gpte = layout.row(
      "gpte", l2Pages.map(\.name), bits: widths.guestPTE,
      initial: described.map { page in page.gpte.map { PTE($0.bits, frame: $0.gfn) } ?? .absent })
    shadow = layout.row(
      "shadow", shadowPlaces.map { "\(objects[$0.object].name):\(l2Pages[$0.l2Page].n.hex)" },
      bits: widths.hostPTE,
      initial: shadowPlaces.map { place in
        guard objects[place.object].instance == 0, let bits = described[place.l2Page].shadow
        else { return .absent }
        return PTE(bits, frame: machine.frame(of: described[place.l2Page]))
      })
    l1Root = layout.row(
      "patb", machine.guests.map { "\($0.l1LPID)" }, bits: 1,
      initial: machine.guests.map { _ in true }, print: { $0 ? "set" : "0" })
    let names = objects.map { "gp[\($0.name)]" }
    root = layout.row(
      named: names.map { "\($0).l1_gr_to_hr" }, bits: 1,
      initial: objects.map { machine.isKnown($0) }, print: { $0 ? "set" : "0" })
    let tracksEntries = plan.use.nested.rereadsRoots
    self.tracksEntries = tracksEntries
    entry = layout.row(
      "partition_tb", objects.map { "\($0.shadowLPID)" }, bits: tracksEntries ? 1 : 0,
      initial: objects.map { tracksEntries && machine.isKnown($0) },
      print: { $0 ? "shadow table" : "0" })
    let cores = machine.vcpus
    refcnt = layout.row(
      named: names.map { "\($0).refcnt" },
      bits: Layout.bits(for: 2 + plan.use.threadNames.count + cores.count),
      initial: objects.map { object in
        guard machine.isKnown(object) else { return 0 }
        return UInt8(1 + cores.count { $0.guest == object.guest && $0.startsNested })
      })
    inUse = layout.row(
      named: names, bits: 1, initial: objects.map { machine.isKnown($0) },
      print: { $0 ? "allocated" : "free" })
    let instances = objects.map(\.instance).max() ?? 0
    idr = layout.row(
      "idr", machine.guests.map { "\($0.l1LPID)" }, bits: IDRSlot.width(instances: instances + 1),
      initial: machine.guests.map { $0.isKnown ? IDRSlot(instance: 0) : .free })
    ofVCPU = layout.row(
      named: cores.map { "\($0.name).nested" }, bits: widths.object,
      initial: cores.map { vcpu in
        guard vcpu.startsNested,
          let object = objects.firstIndex(where: { $0.guest == vcpu.guest && $0.instance == 0 })
        else { return UInt8(0) }
        return UInt8(object + 1)
      }, print: { $0 == 0 ? "NULL" : names[Int($0) - 1] })
  }

  /// A page's number over all guests, by its number among those of its guest.
  func l2Page(_ page: Int, ofGuest guest: Int) -> Int {
    guard let first = l2Pages.firstIndex(where: { $0.guest == guest }) else {
      preconditionFailure("guest \(guest) has no pages")
    }
    return first + page
  }

  /// The entry of an L2 page in the shadow table of `object`.
  @inline(__always) func shadowIndex(_ object: Int, _ l2Page: Int) -> Int {
    objects[object].firstShadow + l2Page - objects[object].firstPage
  }

  /// `__find_nested`: the object that the idr returns for a guest; a reserved slot holds NULL.
  @inline(__always) func find<R>(_ state: StateView<R>, guest: Int) -> Int? {
    guard let instance = state[idr, guest].instance else { return nil }
    return objects.firstIndex { $0.guest == guest && $0.instance == instance }
  }

  /// `find_kvm_nested_guest_pte`: the shadow entry of an L2 page, by way of the idr.
  ///
  /// A freed object that the idr still holds breaks `use-after-free`.
  @inline(__always) func findShadow<R>(_ state: StateView<R>, _ l2Page: Int) -> Cell<PTE>? {
    guard let object = find(state, guest: l2Pages[l2Page].guest) else { return nil }
    touch(state, object)
    return shadow[shadowIndex(object, l2Page)]
  }

  /// The object that a core's vCPU is running; it must be running one.
  @inline(__always) func current<R>(_ state: StateView<R>, core: Int) -> Int {
    Int(state[ofVCPU, core]) &- 1
  }

  /// The object that a machine works on.
  @inline(__always) func object<R>(_ state: StateView<R>, _ reference: ObjectRef) -> Int {
    switch reference {
    case .running(let core): current(state, core: core)
    case .held(let cell): Int(state[cell]) &- 1
    }
  }

  /// Breaks `check` when a core that runs with the shadow LPID of `object` has no table to walk.
  @inline(__always) func requireEntry<R>(
    _ state: StateView<R>, _ object: Int, _ check: Check
  ) {
    if tracksEntries, !state[entry, object] {
      state.fail(
        check,
        saying: "partition_tb[\(objects[object].shadowLPID)] is 0 while a core runs L2 with that "
          + "LPID: an entry of a hashed table at address 0")
    }
  }

  /// Writes the hardware's partition-table entry for the shadow LPID of `object`.
  @inline(__always) func setEntry<R>(_ state: StateView<R>, _ object: Int, _ isSet: Bool) {
    if tracksEntries { state[entry, object] = isSet }
  }

  /// Breaks `use-after-free` when `object` has been freed.
  @inline(__always) func touch<R>(_ state: StateView<R>, _ object: Int) {
    if !state[inUse, object] {
      state.fail(useAfterFree, saying: "gp[\(objects[object].name)] has been freed")
    }
  }

  /// `kvmppc_free_pgtable_radix`: empties the shadow table of `object`, with no flush.
  func freeTable<R>(_ state: StateView<R>, _ object: Int) {
    for index in 0..<objects[object].pageCount {
      state[shadow, objects[object].firstShadow + index] = .absent
    }
  }
}

extension NestedGuests.L2Page {
  /// `lpid:page`, as in the names of cells.
  var name: String { "\(l1LPID):\(n.hex)" }
}

extension Scenario.Machine {
  /// Whether L0 has the object when the scenario starts.
  fileprivate func isKnown(_ object: NestedGuests.GuestObject) -> Bool {
    object.instance == 0 && guests[object.guest].isKnown
  }

  /// The frame behind L1's entry for a page; 0 for none.
  func frame(of page: Scenario.L2Page) -> Int { page.gpte.map { frame(ofGFN: $0.gfn) } ?? 0 }
}
