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

  /// The system of a row whose kernel has one setting more, in the machines of one path only.
  package func system(for row: Row, with setting: Kernel.Setting, in path: PathSpec) -> System {
    assembled(
      knobs: KernelKnobs(row.kernel.knobs, but: setting, in: path),
      threads: row.threads ?? threads, landmarks: landmarks(of: row)
    ).0
  }

  /// Who reads which knob while machines are made for threads, whatever is asked of them.
  package func knobReaders(of kernel: Kernel, _ threads: [ThreadScript]) -> KnobReaders {
    var plain = self
    plain.properties = []
    return plain.knobReaders(kernel: kernel, threads: threads, landmarks: [])
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
    assembled(knobs: KernelKnobs(kernel.knobs), threads: threads, landmarks: landmarks)
  }

  private func assembled(
    knobs: KernelKnobs, threads: [ThreadScript], landmarks: [Landmark]
  ) -> (System, KVM) {
    var builder = SystemBuilder(threads: threads.map(\.name))
    builder.identity = Self.identity(of: machine, threads, knobs)
    builder.version = PackageVersion.current
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
    KVM.Use(
      of: threads, on: machine, ghosts: properties.reduce(into: []) { $0.formUnion($1.ghosts) })
  }

  /// All that a schedule's meaning depends on and that the cells' initial values do not show.
  private static func identity(
    of machine: Machine, _ threads: [ThreadScript], _ knobs: KernelKnobs
  ) -> String {
    var parts = ["lpid=\(machine.lpid)"]
    parts += machine.guests.map { "guest=\($0.l1LPID)/\($0.shadowLPID)" }
    parts += machine.slots.filter(\.readOnly).map { "readonly=\($0.id)" }
    parts += machine.vcpus.map { "vcpu=\($0.name)/\($0.guest)" }
    if machine.table == .hashed { parts.append("hpt") }
    parts += threads.flatMap(\.run).map(\.identity)
    // Only what differs from Linux 6.1, so that a knob that is added later leaves tokens alone.
    parts += knobs.identity
    return parts.joined(separator: " ")
  }
}
