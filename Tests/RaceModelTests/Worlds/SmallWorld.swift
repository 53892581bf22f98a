import RaceModel
import Scheduler

/// A scenario of one L1 page and one L2 page unless more is said, from what differs from that.
///
/// Page 0x100 of L1 lies in a logged slot, in host frame 0x21; nested guest 1 (shadow LPID 2) maps
/// its page 0x10 to it and runs on vcpu0.
struct SmallWorld {
  var machine: Scenario.Machine
  var kernel = Kernel()
  var threads: [Scenario.ThreadScript] = []
  /// What must hold in every world.
  ///
  /// A store after the last harvest breaks final-harvest, every plain harvest breaks seq-bump, and
  /// a fault that meets a notifier breaks progress-unfair-locks.
  var properties = PropertySpec.allCases.filter {
    $0.tables.contains(.radix) && ![.finalHarvest, .seqBump, .progressUnfairLocks].contains($0)
  }
  var sometimes: [Landmark] = []

  init(
    host: String? = "rwx RC", gpte: String? = "rwx RC", shadow: String? = nil,
    tlb: String? = nil, vmmWritable: Bool = true
  ) {
    machine = Scenario.Machine(
      lpid: 1,
      slots: [.init(id: 0, baseGFN: 0x100, npages: 1, logDirty: true, readOnly: false)],
      pages: [Self.page(0x100, rpn: 0x21, host: host, vmmWritable: vmmWritable)],
      guests: [
        .init(
          l1LPID: 1, shadowLPID: 2, pages: [Self.l2Page(0x10, gpte: gpte, shadow: shadow)])
      ],
      vcpus: [
        .init(name: "vcpu0", guest: 0, tlb: tlb.map { [.init(page: 0, bits: Self.bits($0))] } ?? [])
      ])
  }

  /// The world of one row of a scenario.
  init(_ row: CorpusRow) {
    machine = row.scenario.machine
    (kernel, threads) = (row.row.kernel, row.threads)
    (properties, sometimes) = (row.scenario.properties, row.landmarks)
  }

  static func bits(_ text: String) -> Scenario.EntryBits {
    guard let bits = Scenario.EntryBits(text) else { preconditionFailure("no entry: \(text)") }
    return bits
  }

  static func page(
    _ gfn: Int, rpn: Int, host: String? = "rwx RC", vmmWritable: Bool = true
  ) -> Scenario.HostPage {
    .init(gfn: gfn, rpn: rpn, host: host.map(bits), vmmWritable: vmmWritable)
  }

  /// An L2 page; it is on the rmap list when it has a shadow entry, unless `onRmap` says
  /// otherwise.
  static func l2Page(
    _ n: Int, gfn: Int = 0x100, gpte: String? = "rwx RC", shadow: String? = nil,
    onRmap: Bool? = nil
  ) -> Scenario.L2Page {
    .init(
      n: n, gpte: gpte.map { .init(gfn: gfn, bits: bits($0)) }, shadow: shadow.map(bits),
      onRmap: onRmap ?? (shadow != nil))
  }

  // Each of these returns a changed copy.

  func running(_ thread: String, _ calls: PathCall...) -> SmallWorld {
    changed { $0.threads.append(.init(name: thread, run: calls)) }
  }

  func with(_ patches: Kernel.Patch...) -> SmallWorld { changed { $0.kernel.patches += patches } }

  func with(_ setting: Kernel.Setting) -> SmallWorld {
    changed { $0.kernel.settings.append(setting) }
  }

  func with<Value: KnobValue>(
    _ knob: KeyPath<Knob.Table, Knob.Key<Value>>, _ value: Value
  ) -> SmallWorld {
    with(Kernel.Setting(knob, value))
  }

  /// The same for a value by its name.
  func with<Value>(
    _ knob: KeyPath<Knob.Table, Knob.Key<Value>>, _ value: String
  ) -> SmallWorld {
    with(Knob(knob), value)
  }

  func with(_ knob: Knob, _ value: String) -> SmallWorld {
    with(Kernel.Setting(knob: knob, value: value))
  }

  func checking(_ properties: PropertySpec...) -> SmallWorld {
    changed { $0.properties = properties }
  }

  func reaching(_ landmarks: Landmark...) -> SmallWorld {
    changed { ($0.properties, $0.sometimes) = ([], landmarks) }
  }

  func changed(_ change: (inout SmallWorld) -> Void) -> SmallWorld {
    var copy = self
    change(&copy)
    return copy
  }

  /// A second nested guest, lpid 2 under shadow LPID 3, that runs `page` on vcpu1.
  func withGuest2(_ page: Scenario.L2Page) -> SmallWorld {
    changed {
      $0.machine.guests.append(.init(l1LPID: 2, shadowLPID: 3, pages: [page]))
      $0.machine.vcpus.append(.init(name: "vcpu1", guest: 1, tlb: []))
    }
  }

  /// The same with vcpu0 in L1; and L0 knows nothing of its guest, unless `isKnown`.
  func inL1(isKnown: Bool = true) -> SmallWorld {
    changed {
      $0.machine.vcpus[0].startsNested = false
      $0.machine.guests[0].isKnown = isKnown
    }
  }

  var scenario: Scenario {
    Scenario(
      name: "small-world", summary: "", machine: machine, threads: threads,
      properties: properties, sometimes: sometimes,
      rows: [
        .init(
          name: "row", kernel: kernel, threads: nil, expectation: .holds, sometimes: [],
          note: "", at: SourcePosition(line: 1, column: 1))
      ])
  }

  var system: System {
    scenario.system(kernel: kernel, threads: threads, landmarks: sometimes)
  }

  /// The ids of what breaks anywhere, sorted.
  var broken: [String] { Explorer.explore(system, options: .withoutCounting).broken.sorted() }
}

extension PathCall {
  static let load = PathCall.l2Load(vcpu: 0, page: 0)
  static let store = PathCall.l2Store(vcpu: 0, page: 0)
  static let load1 = PathCall.l2Load(vcpu: 1, page: 0)
  static let store1 = PathCall.l2Store(vcpu: 1, page: 0)
  static let harvest = PathCall.getDirtyLog(slot: 0)
  static let age = PathCall.ageGFN(gfn: 0x100)
  /// The page loses its frame.
  static let unmap = PathCall.invalidateRange(gfn: 0x100, rpn: 0)
  static let l1Load = PathCall.l1Load(vcpu: 0, gfn: 0x100)
  static let l1Store = PathCall.l1Store(vcpu: 0, gfn: 0x100)
  static let enter = PathCall.enterNested(vcpu: 0)
  static let exit = PathCall.exitNested(vcpu: 0)
  static let tlbie = PathCall.tlbiePage(guest: 0, page: 0)
  static let delete = PathCall.setMemslot(slot: 0, .delete)
}

extension Explorer.Options {
  static var withoutCounting: Self { Self(countsInterleavings: false) }
}
