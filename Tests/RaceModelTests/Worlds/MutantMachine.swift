@testable import RaceModel
@testable import Scheduler

/// One step that no kernel path of the model takes: what a mutant does to the cells of a world.
enum Mutation {
  enum LockName { case slots, tlb(Int), mmu }

  case acquire(LockName)
  case release(LockName)
  /// Takes mmu_lock away from whoever has it, unseen by the checks.
  case stealMmuLock
  case freeNode(Int)
  case takeNode
  case setGPTE(Int, PTE)
  case setHost(Int, PTE)
  case setShadow(Int, PTE)
  /// Clears a shadow entry and flushes it, as its removal through the rmap does.
  case unmapShadow(Int)
  /// The slot's INVALID copy is published, as when it is being deleted.
  case publishInvalid(slot: Int)
  /// The slot's rmap array is freed.
  case freeRmap(slot: Int)
  /// The slot's dirty bitmap is freed.
  case freeBitmap(slot: Int)
  /// The struct that a slot has at the start is freed.
  case freeStruct(slot: Int)
  /// The pages of the host table are freed.
  case freeHostTable
  /// The guest object is freed.
  case freeObject(Int)
  /// The guest leaves the idr; its object stays.
  case leaveIDR(Int)
  /// The guest object's reference count becomes 0.
  case clearReferences(Int)
  case setBitmap(Int)
  case setCount(UInt8)
  case bumpSeq
  case clearRoot(Int)
  /// The hardware's partition-table entry of a guest object becomes 0.
  case clearEntry(Int)
  case leaveRadix
  case assertFalse
  /// An entry of the hashed table, its place in `rev[]`, and an rmap word.
  case setFirst(Int, HPTEFirst)
  case setSecond(Int, HPTESecond)
  case setGuestView(Int, HPTESecond)
  case setForw(Int, UInt8)
  case setBack(Int, UInt8)
  case setRmapWord(Int, HPTRmapWord)
}

extension Mutation {
  /// The slot to which it does a part of what its deletion does.
  var updatedSlot: Int? {
    switch self {
    case .publishInvalid(let slot), .freeRmap(let slot), .freeBitmap(let slot),
      .freeStruct(let slot):
      slot
    default: nil
    }
  }
}

/// Takes mutations one after another, a step each.
final class MutantMachine: StepMachine {
  struct Point: ProgramPoint {
    let number: UInt8
    init(number: UInt8) { self.number = number }
    init(cellBits: UInt64) { number = UInt8(truncatingIfNeeded: cellBits) }
    var cellBits: UInt64 { UInt64(number) }
    static let allCases = (UInt8(0)..<16).map(Point.init(number:))
    var label: String { "mutation-\(number)" }
  }

  private let kvm: KVM
  private let thread: ThreadID
  let point: Cell<Point>
  private let mutations: [Mutation]

  init(_ kvm: KVM, _ thread: ThreadID, _ point: Cell<Point>, _ mutations: [Mutation]) {
    (self.kvm, self.thread, self.point, self.mutations) = (kvm, thread, point, mutations)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let number = state[point].number
    guard apply(mutations[Int(number)], to: state) else { return .blocked }
    let isLast = Int(number) + 1 == mutations.count
    state[point] = Point(number: isLast ? 0 : number + 1)
    return isLast ? .completed : .advanced
  }

  private var radix: RadixTables { kvm.radix }

  private func apply<R>(_ mutation: Mutation, to state: StateView<R>) -> Bool {
    switch mutation {
    case .acquire(let lock): return self.lock(lock).acquire(state, by: thread)
    case .release(let lock): self.lock(lock).release(state, by: thread)
    case .stealMmuLock: state[kvm.locks.mmu.owner] = 0
    case .freeNode(let node): state[radix.rmap.nodeInUse, node] = false
    case .takeNode:
      let inUse = radix.rmap.nodeInUse
      if let node = (0..<inUse.count).first(where: { !state[inUse, $0] }) {
        state[inUse, node] = true
      }
    case .setGPTE(let page, let entry): state[radix.nested.gpte, page] = entry
    case .setHost(let page, let entry): state[radix.host.entries, page] = entry
    case .setShadow(let page, let entry): state[radix.nested.shadow, page] = entry
    case .unmapShadow(let page):
      state[radix.nested.shadow, page] = .absent
      radix.tlb.tlbie(
        state, lpid: radix.nested.objects[radix.nested.l2Pages[page].guest].shadowLPID,
        address: radix.nested.l2Pages[page].n)
    case .publishInvalid(let slot): state[kvm.memslots.published, slot] = 1
    case .freeRmap(let slot): state[kvm.memslots.rmapFreed, slot] = true
    case .freeBitmap(let slot): state[kvm.memslots.bitmapFreed, slot] = true
    case .freeStruct(let slot): kvm.memslots.free(state, MemslotRef(slot: slot, version: 0))
    case .freeHostTable: state[radix.host.inUse] = false
    case .freeObject(let object): state[radix.nested.inUse, object] = false
    case .leaveIDR(let guest): state[radix.nested.idr, guest] = .free
    case .clearReferences(let object): state[radix.nested.refcnt, object] = 0
    case .setBitmap(let page): state[kvm.memslots.bitmap, page] = true
    case .setCount(let count): state[kvm.notifier.count] = count
    case .bumpSeq: state[kvm.notifier.seq] += 1
    case .clearRoot(let guest): state[radix.nested.root, guest] = false
    case .clearEntry(let object): state[radix.nested.entry, object] = false
    case .leaveRadix: state[kvm.mode.isRadix] = false
    case .assertFalse: state.require(false, saying: "the mutant asserts what is false")
    case .setFirst, .setSecond, .setGuestView, .setForw, .setBack, .setRmapWord:
      if case .hashed(let hpt) = kvm.tables { applyHashed(mutation, to: state, of: hpt) }
    }
    return true
  }

  private func applyHashed<R>(_ mutation: Mutation, to state: StateView<R>, of hpt: HPT) {
    switch mutation {
    case .setFirst(let index, let value): state[hpt.first, index] = value
    case .setSecond(let index, let value): state[hpt.second, index] = value
    case .setGuestView(let index, let value): state[hpt.guestRPTE, index] = value
    case .setForw(let index, let other): state[hpt.forw, index] = other
    case .setBack(let index, let other): state[hpt.back, index] = other
    case .setRmapWord(let page, let value): state[hpt.rmap, page] = value
    default: break
    }
  }

  private func lock(_ name: Mutation.LockName) -> Lock {
    switch name {
    case .slots: kvm.locks.slots
    case .tlb(let guest): radix.nested.tlbLocks[guest]
    case .mmu: kvm.locks.mmu
    }
  }
}

extension KVM {
  /// The tables of a world that has radix ones.
  var radix: RadixTables {
    guard case .radix(let radix) = tables else { preconditionFailure("the guest is hashed") }
    return radix
  }
}

/// A thread of a world that runs more than paths.
struct MutantThread {
  enum Item {
    case call(PathCall)
    /// `kvmhv_invalidate_shadow_pte` of an L2 page, as the single-page tlbie emulation runs it.
    case invalidate(l2Page: Int)
    case mutant([Mutation])
  }

  var name: String
  var items: [Item]

  init(_ name: String, _ items: Item...) { (self.name, self.items) = (name, items) }
}

extension SmallWorld {
  /// The system of this world with `mutants` as its threads, and properties of the test's own.
  func system(
    mutants: [MutantThread], bumps: Int = 8, adding extra: (KVM) -> [Property] = { _ in [] }
  ) -> System {
    var builder = SystemBuilder(threads: mutants.map(\.name))
    let kvm = KVM(machine, KernelKnobs(kernel.knobs), use(by: mutants, bumps: bumps), in: &builder)
    var paths = PathBuilder(kvm)
    for (thread, mutant) in zip(builder.threads, mutants) {
      for (number, item) in mutant.items.enumerated() {
        let name = "\(mutant.name).item\(number)"
        let machines: [any StepMachine]
        switch item {
        case .call(let call):
          machines = paths.machines(
            for: call, on: thread, named: mutant.name, in: &builder.layout)
        case .invalidate(let page):
          let point: Cell<InvalidateShadowPTE.Point> = builder.layout.cell(
            name, bits: InvalidateShadowPTE.Point.bits, role: .local(thread))
          let radix = kvm.radix
          let guest = radix.nested.l2Pages[page].guest
          // The caller's pointer to the object that L0 starts with.
          let object = radix.nested.objects.firstIndex { $0.guest == guest } ?? 0
          let gp: Cell<UInt8> = builder.layout.cell(
            "\(name).gp", bits: kvm.widths.object, role: .ghost, initial: UInt8(object + 1))
          machines = [
            InvalidateShadowPTE(kvm, radix, thread, point, l2Page: page, for: .tlbie(object: gp))
          ]
        case .mutant(let mutations):
          let point: Cell<MutantMachine.Point> = builder.layout.cell(
            name, bits: MutantMachine.Point.bits, role: .local(thread))
          machines = [MutantMachine(kvm, thread, point, mutations)]
        }
        builder.run(machines, on: thread)
      }
    }
    for property in properties.map({ $0.property(of: kvm, paths) }) + extra(kvm) {
      builder.add(property)
    }
    for landmark in sometimes {
      builder.add(landmark.property(of: kvm, paths))
    }
    return builder.build()
  }

  /// What the paths of `mutants` make of the machine; mutations can do what a deletion does.
  private func use(by mutants: [MutantThread], bumps: Int) -> KVM.Use {
    let scripts = mutants.map { mutant in
      Scenario.ThreadScript(
        name: mutant.name,
        run: mutant.items.compactMap { if case .call(let call) = $0 { call } else { nil } })
    }
    var use = scenario.use(by: scripts)
    use.bumps = bumps
    for case .mutant(let mutations) in mutants.flatMap(\.items) {
      for case .clearRoot(let guest) in mutations {
        use.nested.writeRoot(ofGuest: guest, isSet: false)
      }
      for case .clearEntry(let object) in mutations {
        use.nested.writeRoot(ofGuest: object, isSet: true)
      }
    }
    use.losesFrames = true
    use.nested.settle(on: machine, use)
    use.notifiers += 1
    // Mutations take nodes as faults do.
    use.nestedFaulters += mutants.flatMap(\.items).reduce(0) { taken, item in
      guard case .mutant(let mutations) = item else { return taken }
      return taken
        + mutations.count { if case .takeNode = $0 { true } else { false } }
    }
    for case .mutant(let mutations) in mutants.flatMap(\.items) {
      for slot in mutations.compactMap(\.updatedSlot) where use.updates[slot] == nil {
        use.updates[slot] = .delete
      }
    }
    return use
  }

  /// The same system with the threads of this world.
  func system(adding extra: (KVM) -> [Property]) -> System {
    system(
      mutants: threads.map { thread in
        var mutant = MutantThread(thread.name)
        mutant.items = thread.run.map { .call($0) }
        return mutant
      }, adding: extra)
  }

  /// The ids of what breaks anywhere with `mutants` as threads, sorted.
  func broken(_ mutants: MutantThread...) -> [String] {
    Explorer.explore(system(mutants: mutants), options: .withoutCounting).broken.sorted()
  }
}
