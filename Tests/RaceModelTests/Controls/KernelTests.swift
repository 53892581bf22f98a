import RaceModel
import Testing

/// Kernels as patches and knob values.
struct KernelTests {
  @Test func `the base is Linux 6-1 as the fact sheet has it`() {
    let knobs = Kernel().knobs
    let values = Knob.allCases.map { "\($0)=\(knobs[$0])" }
    #expect(
      values == [
        "bump-dirty=none", "seq-check=both", "outer-sample=before", "recheck=on",
        "setrc-order=host-first", "setrc-one-section=on", "setrc-lpid=l1", "stack-init=none",
        "root-store=first", "tlb-lock=on", "flush-lpid=l1", "or-path=or", "dedupe=on", "hw-rc=irq",
        "bump-age=off", "bm-first=off", "harvest-lock=off", "gp-ref=on", "srcu=on",
        "hcall-srcu=off", "flush-bump=on", "bump-leaf=off", "bm-late=off", "count-down=on",
        "invalid-check=off", "move-flush=invalid-step", "flush-scope=slot", "rc-read=after",
        "harvest-tlbie=on", "rmap-link=keep", "rmap-dirty=bitmap", "hpte-lock=trylock",
        "hpte-order=second-first", "commit-clears-log=off", "harvest-order=entries-first",
        "mn-active=on", "switch-order=radix-first", "unmap-flush=in-section",
        "harvest-flush=in-section", "rmap-range=all", "notifier-range=all", "child-address=frame",
      ])
  }

  @Test func `on POWER8 the same kernel runs hypercalls inside SRCU`() {
    var knobs = Kernel().knobs
    knobs[Knob(\.hcallSRCU)] = "on"
    #expect(Kernel(base: .linux61Power8).knobs == knobs)
    #expect(Kernel(base: .linux61Power8).description == "linux-6.1-power8")
  }

  @Test(arguments: Knob.allCases)
  func `every value of a knob can be set and read back`(knob: Knob) {
    for value in knob.values {
      var knobs = Knobs()
      knobs[knob] = value
      #expect(knobs[knob] == value)
      // The other knobs stay.
      for other in Knob.allCases where other != knob {
        #expect(knobs[other] == other.baseValue)
      }
    }
    #expect(Set(knob.values).count == knob.values.count && !knob.summary.isEmpty)
  }

  @Test(arguments: Knob.allCases)
  func `a knob that is set back is as if it had not been touched`(knob: Knob) {
    var knobs = Knobs()
    for value in knob.values + [knob.baseValue] { knobs[knob] = value }
    #expect(knobs == Knobs())
  }

  @Test(arguments: Knob.allCases)
  func `a knob is found by its id, and by no other`(knob: Knob) {
    #expect(Knob(rawValue: knob.id) == knob)
    #expect(Knob(rawValue: knob.id + "s") == nil)
    #expect(Knob.allCases.filter { $0.id == knob.id }.count == 1)
  }

  @Test(arguments: Kernel.Patch.allCases)
  func `a patch is the knob values that it stands for`(patch: Kernel.Patch) {
    #expect(Kernel(patches: [patch]).knobs == Kernel(settings: patch.settings).knobs)
    #expect(Kernel(patches: [patch]).knobs != Knobs() && !patch.summary.isEmpty)
  }

  @Test func `settings come after patches, and the last one wins`() {
    let kernel = Kernel(
      patches: [.seqBumpOnClearDirty],
      settings: [
        .init(\.bumpDirty, .before), .init(\.bumpDirty, .after),
      ])
    #expect(kernel.knobs[Knob(\.bumpDirty)] == "after")
    #expect(
      kernel.description
        == "linux-6.1 + seq-bump-on-clear-dirty + bump-dirty=before + bump-dirty=after")
  }
}
