package import Scheduler

extension Scenario {
  /// The system of one row: its kernel, and its threads where it has its own.
  package func system(for row: Row) -> System {
    system(kernel: row.kernel, threads: row.threads ?? threads, landmarks: landmarks(of: row))
  }

  /// What a row must reach: the scenario's landmarks, then those of its own.
  package func landmarks(of row: Row) -> [Landmark] {
    sometimes + row.sometimes.filter { !sometimes.contains($0) }
  }

  /// Who reads which knob while the system of a row is built.
  package func knobReaders(for row: Row) -> KnobReaders {
    knobReaders(
      kernel: row.kernel, threads: row.threads ?? threads, landmarks: landmarks(of: row))
  }

  /// Who reads which knob while the system of a kernel and threads is built.
  package func knobReaders(
    kernel: Kernel, threads: [ThreadScript], landmarks: [Landmark]
  ) -> KnobReaders {
    assembled(kernel: kernel, threads: threads, landmarks: landmarks).1.knobRecord.readers
  }

  /// The scenario's machine and threads under `kernel`, with its properties and `landmarks`.
  package func system(
    kernel: Kernel, threads: [ThreadScript], landmarks: [Landmark]
  ) -> System {
    let (plain, kvm) = assembled(kernel: kernel, threads: threads, landmarks: landmarks)
    var system = plain
    system.permutations = {
      permutations(of: plain, kvm, kernel: kernel, threads: threads, landmarks: landmarks)
    }
    return system
  }

  /// The same, and its machine, without what can be exchanged in it.
  func assembled(
    kernel: Kernel, threads: [ThreadScript], landmarks: [Landmark]
  ) -> (System, KVM) {
    var builder = SystemBuilder(threads: threads.map(\.name))
    let knobs = kernel.knobs
    builder.identity = Self.identity(of: machine, threads, knobs)
    let kvm = KVM(machine, knobs, use(by: threads), in: &builder)
    var paths = PathBuilder(kvm)
    for (thread, script) in zip(builder.threads, threads) {
      let machines = script.run.flatMap {
        paths.machines(for: $0, on: thread, named: script.name, in: &builder.layout)
      }
      builder.run(machines, on: thread)
    }
    for property in properties { builder.add(property.property(of: kvm, paths)) }
    for landmark in landmarks { builder.add(landmark.property(of: kvm, paths)) }
    kvm.knobRecord.close()
    return (builder.build(), kvm)
  }

  /// What `threads` make of the machine.
  func use(by threads: [ThreadScript]) -> KVM.Use {
    var use = KVM.Use()
    use.threadNames = threads.map(\.name)
    use.ghosts = properties.reduce(into: []) { $0.formUnion($1.ghosts) }
    for call in threads.flatMap(\.run) {
      switch call {
      case .l1Load(let core, let gfn), .l1Store(let core, let gfn):
        if let page = page(at: gfn) { use.l1Accesses.append((core, page)) }
      case .getDirtyLog(let slot):
        // Once a page, if every one is dirty.
        use.bumps += machine.slots[slot].npages
      case .ageGFN:
        use.bumps += 1
      case .invalidateRange(let gfn, let rpn):
        use.bumps += 1
        if rpn != 0, let page = page(at: gfn) {
          use.newFrames.append(Geometry.Frame(rpn: rpn, backing: page))
        }
      case .setMemslot(let slot, let update):
        use.bumps += 1
        use.updates[slot] = update
      case .enterNested(let core):
        use.entries[machine.vcpus[core].guest, default: 0] += 1
      case .hptLoad(let core, let index), .hptStore(let core, let index):
        let slot = HPT.TLBSlot(core: core, index: index)
        if !use.hptAccesses.contains(slot) { use.hptAccesses.append(slot) }
      case .hEnter(_, _, let gfn, _):
        use.enteredGFNs.append(gfn)
      case .hRemove, .hProtect, .stopVCPU:
        break
      case .l2Load, .l2Store, .exitNested, .tlbiePage, .tlbieLPID, .tlbieAll, .copyFromGuest,
        .copyToGuest, .l1SetGpte, .l1SetPartition, .switchToHPT, .flushTLB, .evictTLB:
        break
      }
    }
    if machine.slots.contains(where: \.isHuge) {
      // Each fault can change the page size once, and how often it faults is bounded by the bumps.
      let accesses = threads.flatMap(\.run).count
      use.bumps += machine.slots.count * accesses * 4
    }
    use.notifiers = threads.count { thread in
      thread.run.contains { if case .invalidateRange = $0 { true } else { false } }
    }
    use.nestedFaulters = threads.count { thread in
      thread.run.contains {
        switch $0 {
        case .l2Load, .l2Store: true
        default: false
        }
      }
    }
    return use
  }

  /// A page's number over all slots.
  private func page(at gfn: Int) -> Int? {
    var first = 0
    for slot in machine.slots {
      if let place = slot.offsets.firstIndex(of: gfn - slot.baseGFN) { return first + place }
      first += slot.npages
    }
    return nil
  }

  /// All that a schedule's meaning depends on and that the cells' initial values do not show.
  private static func identity(
    of machine: Machine, _ threads: [ThreadScript], _ knobs: Knobs
  ) -> String {
    var parts = ["lpid=\(machine.lpid)"]
    parts += machine.guests.map { "guest=\($0.l1LPID)/\($0.shadowLPID)" }
    parts += machine.slots.filter(\.readOnly).map { "readonly=\($0.id)" }
    parts += machine.vcpus.map { "vcpu=\($0.name)/\($0.guest)" }
    if machine.table == .hashed { parts.append("hpt") }
    parts += threads.flatMap(\.run).map { "\($0)" }
    // Only what differs from Linux 6.1, so that a knob that is added later leaves tokens alone.
    parts += knobs.settings.map { "\($0)" }
    return parts.joined(separator: " ")
  }
}
