import RaceModel
import Scheduler
import Testing

/// Each check that always runs has a mutant that it catches, on the cells of the KVM world.
struct CheckControlTests {
  private static let store = MutantThread("vcpu0", .call(.store))
  private static let harvest = MutantThread("migration", .call(.harvest))

  private static let leave = MutantThread("vcpu0", .call(.exit))
  private static let tlbie = MutantThread("vcpu0", .call(.tlbie))

  private static func other(_ mutations: Mutation...) -> MutantThread {
    MutantThread("mutant", .mutant(mutations))
  }

  /// Two L2 pages on one list, which is why there is a node.
  private static let listed = SmallWorld(shadow: "rwx RC").changed {
    $0.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, shadow: "rwx RC"))
  }

  private struct Control {
    var broken: System
    var control: System
    init(
      _ broken: [MutantThread], _ control: [MutantThread], in world: SmallWorld = SmallWorld(),
      bumps: (Int, Int) = (8, 8)
    ) {
      let world = world.checking()
      self.broken = world.system(mutants: broken, bumps: bumps.0)
      self.control = world.system(mutants: control, bumps: bumps.1)
    }
  }

  private static let controls: [String: Control] = [
    "use-after-free": Control([other(.freeNode(0)), harvest], [harvest], in: listed),
    "wild-store": Control(
      PropertyControlTests.hostileThreads, [PropertyControlTests.hostileThreads[0]],
      in: PropertyControlTests.hostile),
    // One page and two threads: a pool of three.
    "rmap-pool": Control(
      [other(.takeNode, .takeNode, .takeNode), store], [other(.takeNode, .takeNode), store]),
    "assertion": Control([leave, other(.clearReferences(0))], [leave]),
    "uninitialized": Control([tlbie, other(.leaveIDR(0))], [tlbie]),
    "partition-entry-zero": Control([other(.clearEntry(0)), store], [store]),
    "lock-discipline": Control(
      [store, other(.release(.mmu))], [store, other(.acquire(.mmu), .release(.mmu))]),
    "lock-order": Control(
      [store, other(.acquire(.tlb(0)), .acquire(.slots), .release(.slots), .release(.tlb(0)))],
      [store, other(.acquire(.slots), .acquire(.tlb(0)), .release(.tlb(0)), .release(.slots))]),
    "sleep-under-spinlock": Control(
      [other(.acquire(.mmu), .acquire(.tlb(0)), .release(.tlb(0)), .release(.mmu)), store],
      [other(.acquire(.tlb(0)), .acquire(.mmu), .release(.mmu), .release(.tlb(0))), store]),
    "deadlock": Control(
      [store, other(.acquire(.mmu))], [store, other(.acquire(.mmu), .release(.mmu))]),
    "cell-overflow": Control(
      [store, other(.bumpSeq, .bumpSeq)], [store, other(.bumpSeq, .bumpSeq)], bumps: (1, 2)),
  ]

  private static var ids: [String] {
    SmallWorld().running("vcpu0", .store).system.checks.map(\.id) + [Check.deadlock.id]
  }

  @Test(arguments: ids)
  func `every check catches its mutant, and lets the control pass`(id: String) throws {
    let control = try #require(Self.controls[id], "no control for \(id)")
    #expect(Explorer.explore(control.broken).broken == [id])
    #expect(Explorer.explore(control.control).broken == [])
  }

  /// What the run of each mutant must say, beside the step.
  private static let words = [
    "use-after-free": "rmap node 0 has been freed",
    "wild-store": "a store reached host page 0x63, which never backed a page of the guest",
    "rmap-pool": "the model has no rmap node left",
    "assertion": "gp[1] has no reference to drop",
    "uninitialized": "shift is used, and find_kvm_nested_guest_pte() has not set it",
    "partition-entry-zero": "partition_tb[2] is 0 while a core runs L2 with that LPID",
    "lock-discipline": "mmu_lock is released, and nobody holds it",
    "lock-order": "slots_lock is taken while the thread holds tlb_lock[1]",
    "sleep-under-spinlock": "taking tlb_lock[1] may sleep, and the thread holds mmu_lock",
    "cell-overflow": "a value did not fit into the cell mmu_seq",
  ]

  @Test(arguments: words.keys.sorted())
  func `every check says in words what it found`(id: String) throws {
    let control = try #require(Self.controls[id], "no control for \(id)")
    let finding = try #require(
      Explorer.explore(control.broken).findings.first { $0.id == id })
    guard case .violated(let counterexample) = finding.result else {
      Issue.record("\(id) holds")
      return
    }
    let found = try control.broken.replay(counterexample.schedule).explanations[id] ?? "nothing"
    #expect(found.hasPrefix(Self.words[id] ?? "?"), "\(found)")
  }

  @Test func `every check but deadlock has words to compare with`() {
    #expect(Set(Self.words.keys) == Set(Self.ids).subtracting([Check.deadlock.id]))
  }

  @Test func `there is no control for a check that is not there`() {
    #expect(Set(Self.controls.keys) == Set(Self.ids))
  }

  @Test(arguments: ["on", "off"])
  func `a fault that runs under mmu_lock would sleep there`(tlbLock: String) {
    // With the mutex its lock is what may sleep, without it the walk of L1's table is.
    let world = SmallWorld().checking().with(\.tlbLock, tlbLock)
    let threads = MutantThread("vcpu0", .mutant([.acquire(.mmu)]), .call(.store))
    #expect(world.broken(threads) == ["sleep-under-spinlock"])
  }

  @Test func `two tlb locks are never held together`() {
    let world = SmallWorld().checking().withGuest2(SmallWorld.l2Page(0x20))
    #expect(world.broken(Self.other(.acquire(.tlb(0)), .acquire(.tlb(1)))) == ["lock-order"])
  }

  @Test func `taking a lock twice is caught`() {
    let world = SmallWorld().checking()
    #expect(
      world.broken(Self.other(.acquire(.mmu), .acquire(.mmu))) == ["lock-discipline"])
  }

  @Test func `a freed node is caught by the scan of an insert, too`() {
    let world = Self.listed.checking().withGuest2(SmallWorld.l2Page(0x20))
    let store = MutantThread("vcpu1", .call(.store1))
    #expect(world.broken(Self.other(.freeNode(0)), store) == ["use-after-free"])
  }

  private static let deletion = MutantThread("vmm", .call(.delete))
  private static let stored = SmallWorld(shadow: "rwx RC")

  @Test(arguments: [
    (Mutation.freeStruct(slot: 0), MutantThread("vcpu0", .call(.l1Store)), SmallWorld(host: nil)),
    (.freeStruct(slot: 0), MutantThread("mm", .call(.unmap)), stored),
    (.freeStruct(slot: 0), store, SmallWorld()),
    (.freeBitmap(slot: 0), MutantThread("mm", .call(.unmap)), stored),
    (.freeBitmap(slot: 0), harvest, SmallWorld()),
    (.freeRmap(slot: 0), MutantThread("mm", .call(.unmap)), stored),
    (.freeRmap(slot: 0), harvest, SmallWorld()),
    (.freeRmap(slot: 0), MutantThread("mm", .call(.age)), SmallWorld()),
    (.freeRmap(slot: 0), store, SmallWorld()),
    (.freeHostTable, MutantThread("vcpu0", .call(.l1Store)), SmallWorld()),
    (.freeHostTable, store, SmallWorld()),
    (.freeHostTable, MutantThread("mm", .call(.age)), SmallWorld()),
    (.freeHostTable, MutantThread("mm", .call(.unmap)), SmallWorld()),
    (.freeHostTable, deletion, SmallWorld()),
  ])
  func `whoever follows a pointer to what is freed is caught, and who frees something else is not`(
    mutation: Mutation, thread: MutantThread, world: SmallWorld
  ) {
    #expect(world.checking().broken(Self.other(mutation), thread) == ["use-after-free"])
    #expect(world.checking().broken(Self.other(.bumpSeq), thread) == [])
  }

  @Test(arguments: [
    (Mutation.freeStruct(slot: 0), PathCall.removing(0), "rw- RC"),
    (.freeBitmap(slot: 0), .removing(0), "rw- RC"),
    (.freeRmap(slot: 0), .removing(0), "rw- R-"),
    (.freeStruct(slot: 0), .unmap, "rw- R-"),
    (.freeBitmap(slot: 0), .unmap, "rw- RC"),
    (.freeRmap(slot: 0), .unmap, "rw- R-"),
    (.freeRmap(slot: 0), .harvest, "rw- R-"),
    (.freeBitmap(slot: 0), .harvest, "rw- R-"),
  ])
  func `with a hashed table, too`(mutation: Mutation, call: PathCall, bits: String) {
    let world = SmallWorld.hashed(.maps(0x100, bits)).checking()
    let thread = MutantThread("other", .call(call))
    #expect(world.broken(Self.other(mutation), thread) == ["use-after-free"])
    #expect(world.broken(thread) == [])
  }

  @Test func `an unscanned list outgrows the pool, and a scanned one does not`() {
    // L1 flushes the page after each store, which leaves the rmap entry behind.
    var thread = MutantThread("vcpu0")
    for _ in 0..<6 { thread.items += [.call(.store), .invalidate(l2Page: 0)] }
    #expect(SmallWorld().checking().broken(thread) == [])
    #expect(SmallWorld().checking().with(\.dedupe, .off).broken(thread) == ["rmap-pool"])
  }

  @Test func `a mutant world without mutants is the world itself`() {
    let world = PropertyControlTests.race
    let (plain, mutant) = (world.system, world.system(adding: { _ in [] }))
    #expect(Explorer.explore(plain).counts == Explorer.explore(mutant).counts)
    #expect(plain.layout.fields.map(\.name) == mutant.layout.fields.map(\.name))
  }
}
