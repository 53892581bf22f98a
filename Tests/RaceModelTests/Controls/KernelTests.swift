import RaceModel
import Testing

/// Kernels as patches and knob values.
struct KernelTests {
  @Test func `the base is Linux 6-1 as the fact sheet has it`() {
    let knobs = Kernel().knobs
    let values = KnobName.allCases.map { "\($0.rawValue)=\($0.value(in: knobs))" }
    #expect(
      values == [
        "bump-dirty=none", "seq-check=both", "outer-sample=before", "recheck=on",
        "setrc-order=host-first", "setrc-one-section=on", "tlb-lock=on", "flush-lpid=l1",
        "or-path=or", "dedupe=on", "hw-rc=irq", "bump-age=off", "bm-first=off", "harvest-lock=off",
        "gp-ref=on", "srcu=on", "flush-bump=on", "bump-leaf=off", "bm-late=off",
        "count-down=on", "invalid-check=off", "move-flush=invalid-step", "rc-read=after",
        "harvest-tlbie=on", "rmap-link=keep", "rmap-dirty=bitmap", "hpte-lock=trylock",
      ])
  }

  @Test(arguments: KnobName.allCases)
  func `every value of a knob can be set and read back`(knob: KnobName) {
    for value in knob.values {
      var knobs = Knobs()
      #expect(knob.set(value, in: &knobs))
      #expect(knob.value(in: knobs) == value)
      // The other knobs stay.
      for other in KnobName.allCases where other != knob {
        #expect(other.value(in: knobs) == other.value(in: Knobs()))
      }
    }
    #expect(Set(knob.values).count == knob.values.count && !knob.summary.isEmpty)
  }

  @Test(arguments: KnobName.allCases)
  func `a value that is not there changes nothing`(knob: KnobName) {
    var knobs = Knobs()
    #expect(!knob.set("sideways", in: &knobs))
    #expect(knobs == Knobs())
  }

  @Test(arguments: Kernel.Patch.allCases)
  func `a patch is the knob values that it stands for`(patch: Kernel.Patch) {
    let settings = patch.settings.map { Kernel.Setting(knob: $0.0, value: $0.1) }
    #expect(Kernel(patches: [patch]).knobs == Kernel(settings: settings).knobs)
    #expect(Kernel(patches: [patch]).knobs != Knobs())
  }

  @Test func `settings come after patches, and the last one wins`() {
    let kernel = Kernel(
      patches: [.seqBumpOnClearDirty],
      settings: [
        .init(knob: .bumpDirty, value: "before"), .init(knob: .bumpDirty, value: "after"),
      ])
    #expect(kernel.knobs.bumpDirty == .after)
    #expect(
      kernel.description
        == "linux-6.1 + seq-bump-on-clear-dirty + bump-dirty=before + bump-dirty=after")
  }
}
