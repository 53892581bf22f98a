package import Scheduler

extension Scenario {
  /// The system of one row: its kernel, and its threads where it has its own.
  package func system(for row: Row) -> System {
    system(
      kernel: row.kernel, threads: row.threads ?? threads, landmarks: sometimes + row.sometimes)
  }

  /// The scenario's machine and threads under `kernel`, with its properties and `landmarks`.
  package func system(
    kernel: Kernel, threads: [ThreadScript], landmarks: [Landmark]
  ) -> System {
    var builder = SystemBuilder(threads: threads.map(\.name))
    let knobs = kernel.knobs
    builder.identity = Self.identity(of: machine, threads, knobs)
    let kvm = KVM(machine, knobs, bumps: bumps(of: threads), in: &builder)
    var paths = PathBuilder(kvm)
    for (thread, script) in zip(builder.threads, threads) {
      let machines = script.run.flatMap {
        paths.machines(for: $0, on: thread, named: script.name, in: &builder.layout)
      }
      builder.run(machines, on: thread)
    }
    for name in properties { builder.add(name.property(of: kvm)) }
    for landmark in landmarks {
      builder.add(landmark.property(of: kvm, paths.faults, paths.harvests))
    }
    return builder.build()
  }

  /// The most often that `mmu_notifier_seq` can be incremented: once a page and harvest.
  private func bumps(of threads: [ThreadScript]) -> Int {
    threads.flatMap(\.run).reduce(0) { sum, call in
      if case .getDirtyLog(let slot) = call { return sum + machine.slots[slot].npages }
      return sum
    }
  }

  /// All that a schedule's meaning depends on and that the cells' initial values do not show.
  private static func identity(
    of machine: Machine, _ threads: [ThreadScript], _ knobs: Knobs
  ) -> String {
    var parts = ["lpid=\(machine.lpid)"]
    parts += machine.guests.map { "guest=\($0.l1LPID)/\($0.shadowLPID)" }
    parts += machine.vcpus.map { "vcpu=\($0.name)/\($0.guest)" }
    parts += threads.flatMap(\.run).map { "\($0)" }
    parts += KnobName.allCases.map { "\($0.rawValue)=\($0.value(in: knobs))" }
    return parts.joined(separator: " ")
  }
}
