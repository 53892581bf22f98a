import Testing

@testable import RaceModel
@testable import Scheduler

/// What must be true in every reachable state of a world, whatever the kernel does right or wrong.
struct WorldInvariantTests {
  private static let scenarios = [
    "nested-fault-vs-clear-dirty", "n05-upgrade-variant", "n06-instantiate-variant",
    "n07-two-guests-one-gfn", "n08-two-vcpus-one-guest",
  ]

  private static func rows() throws -> [CorpusRow] {
    try Corpus.rows().filter { scenarios.contains($0.scenario.name) }
  }

  @Test(arguments: try rows())
  func `invariants of the world`(row: CorpusRow) {
    let world = SmallWorld(row)
    // Cells are laid out the same with and without properties, so one system can tell of another.
    let shape = world.system(adding: { _ in [] })
    let system = world.system(adding: { Self.invariants(of: $0, shape) })
    let broken = Explorer.explore(system, options: .withoutCounting).broken
    let expected: [String] =
      switch row.row.expectation {
      case .holds, nil: []
      case .violated(let ids): ids
      }
    #expect(broken.sorted() == expected)
  }

  private static func invariants(of kvm: KVM, _ shape: System) -> [Property] {
    let inHand = shape.layout.fields.filter { $0.name.hasSuffix(".nested-fault.n_rmap") }
    let locals = shape.threads.enumerated().map { index, thread in
      shape.layout.fields.filter {
        $0.role == .local(ThreadID(index)) && $0.name != "\(thread.name).script"
      }
    }
    return [
      Property(
        "nodes-accounted",
        sentence: "A node in use is on exactly one list, or in one fault's hands.",
        kind: .quiet { isAccounted(kvm, inHand, $0) }),
      Property(
        "locks-apart",
        sentence: "No thread holds two locks of equal rank, or slots_lock with one of those.",
        kind: .always { locksAreApart(kvm, shape, $0) }),
      Property(
        "locals-cleared", sentence: "A thread that has finished has left all its cells cleared.",
        kind: .always { areCleared(locals, shape, $0) }),
      Property(
        "seq-monotonic",
        sentence: "The sequence count grows by one at a time, and the other never moves.",
        kind: .perStep { before, after, _ in
          after[kvm.notifier.count] == before[kvm.notifier.count]
            && [0, 1].contains(Int(after[kvm.notifier.seq]) - Int(before[kvm.notifier.seq]))
        }),
      Property(
        "readers-balanced", sentence: "There are as many SRCU readers as faults in progress.",
        kind: .atEnd { state in
          (0..<kvm.srcu.readers.count).allSatisfy { state[kvm.srcu.readers, $0] == 0 }
        }),
      Property(
        "scratch-cleared", sentence: "Nothing but a harvest has bits in the scratch buffer.",
        kind: .always { state in
          !kvm.locks.slots.isFree(state)
            || kvm.geometry.backings.allSatisfy { !state[kvm.memslots.scratch, $0] }
        }),
    ]
  }

  private static func isAccounted(
    _ kvm: KVM, _ inHand: [Layout.Field], _ state: Property.State
  ) -> Bool {
    guard case .radix(let radix) = kvm.tables else { return true }
    var places = Array(repeating: 0, count: radix.rmap.nodeInUse.count)
    for page in kvm.geometry.pages.indices {
      var word = state[radix.rmap.heads, page]
      while !word.isEmpty, !word.isSingle {
        places[word.nodeIndex] += 1
        if places[word.nodeIndex] > 1 { return false }
        word = state[radix.rmap.nodeNext, word.nodeIndex]
      }
    }
    for field in inHand {
      let node = Int(field.bits(in: state.words))
      if node != 0 { places[node - 1] += 1 }
    }
    return places.indices.allSatisfy { places[$0] == (state[radix.rmap.nodeInUse, $0] ? 1 : 0) }
  }

  private static func locksAreApart(
    _ kvm: KVM, _ shape: System, _ state: Property.State
  ) -> Bool {
    guard case .radix(let radix) = kvm.tables else { return true }
    return shape.threads.indices.map(ThreadID.init).allSatisfy { thread in
      let tlbLocks = radix.nested.tlbLocks.count { $0.isHeld(state, by: thread) }
      // A fault has tlb_lock and mmu_lock at most, a harvest slots_lock and mmu_lock.
      return tlbLocks <= 1 && !(tlbLocks == 1 && kvm.locks.slots.isHeld(state, by: thread))
    }
  }

  private static func areCleared(
    _ locals: [[Layout.Field]], _ shape: System, _ state: Property.State
  ) -> Bool {
    zip(locals, shape.threads).allSatisfy { fields, thread in
      Int(state[thread.position]) != thread.script.count
        || fields.allSatisfy { $0.bits(in: state.words) == 0 }
    }
  }

  @Test func `the invariants can break`() {
    let world = SmallWorld(shadow: "rwx RC").checking().changed {
      $0.machine.guests[0].pages.append(SmallWorld.l2Page(0x11, shadow: "rwx RC"))
    }
    let mutants = [
      MutantThread(
        "mutant",
        .mutant([.takeNode, .acquire(.slots), .acquire(.tlb(0)), .bumpSeq, .setCount(1)]))
    ]
    let shape = world.system(mutants: mutants)
    let system = world.system(mutants: mutants, adding: { Self.invariants(of: $0, shape) })
    #expect(
      Explorer.explore(system).broken == ["nodes-accounted", "locks-apart", "seq-monotonic"])
  }

  /// As many harvests and pages as can bump, one after another and at once.
  @Test(arguments: ["in", "before", "after"])
  func `the sequence count never outgrows its cell`(bump: String) {
    var world = SmallWorld().checking().with(\.bumpDirty, bump).with(\.recheck, .off)
      .running("one", .harvest, .harvest).running("other", .harvest)
      .running("vcpu0", .store)
    world.machine.slots[0].npages = 2
    world.machine.pages.append(SmallWorld.page(0x101, rpn: 0x22))
    #expect(world.broken == [])
  }
}
