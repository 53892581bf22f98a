/// A base kernel with named patches and single knob settings on top, applied in that order.
package struct Kernel: Hashable, Sendable {
  /// A kernel whose behaviour the machines restate.
  package struct Base: CatalogEntry {
    package let id: String
    package let summary: String
    /// What differs from Linux 6.1.
    let settings: [Setting]

    package static let linux61 = Base(
      id: "linux-6.1",
      summary:
        "Linux 6.1 (read at 6.1.192) on bare metal, POWER9: radix with nested guests, or a hashed"
        + " table",
      settings: [])
    /// The machines before POWER9 run hypercalls in real mode, before the guest has left.
    package static let linux61Power8 = Base(
      id: "linux-6.1-power8",
      summary:
        "the same on POWER8, or POWER7: hypercalls of a hashed guest run inside SRCU with the guest",
      settings: [Setting(\.hcallSRCU, .on)])

    package static let allCases = [linux61, linux61Power8]
  }

  /// A named bundle of knob values: one change that was, or could be, sent to the list.
  package struct Patch: CatalogEntry {
    package let id: String
    package let summary: String
    /// The knob values that the patch stands for.
    package let settings: [Setting]

    package static let seqBumpOnClearDirty = Patch(
      id: "seq-bump-on-clear-dirty",
      summary: "patch 02/23 of 2019-08-26: mmu_notifier_seq++ in kvm_radix_test_clear_dirty",
      settings: [Setting(\.bumpDirty, .in)])
    package static let flushShadowLPID = Patch(
      id: "flush-shadow-lpid",
      summary: "kvmhv_update_nest_rmap_rc flushes gp->shadow_lpid instead of L1's number",
      settings: [Setting(\.flushLPID, .shadow)])

    package static let allCases = [seqBumpOnClearDirty, flushShadowLPID]
  }

  package var base: Base
  package var patches: [Patch]
  /// Single settings, in the order given; a later one for the same knob wins.
  package var settings: [Setting]

  /// One knob and the value it is given.
  package struct Setting: Hashable, Sendable, CustomStringConvertible {
    package var knob: Knob
    package var value: String

    package init(knob: Knob, value: String) {
      (self.knob, self.value) = (knob, value)
    }

    package init<Value: KnobValue>(_ key: KeyPath<Knob.Table, Knob.Key<Value>>, _ value: Value) {
      (knob, self.value) = (Knob(key), value.rawValue)
    }

    /// `knob=value`, as the command line has it.
    package var description: String { "\(knob.id)=\(value)" }
  }

  package init(base: Base = .linux61, patches: [Patch] = [], settings: [Setting] = []) {
    (self.base, self.patches, self.settings) = (base, patches, settings)
  }

  /// The resolved value of every knob.
  ///
  /// Settings must hold valid values: the scenario reader and the command line refuse others.
  package var knobs: Knobs {
    var knobs = Knobs()
    for setting in base.settings + patches.flatMap(\.settings) + settings {
      knobs[setting.knob] = setting.value
    }
    return knobs
  }
}

extension Kernel: CustomStringConvertible {
  /// `linux-6.1 + patch + knob=value`, the form that reports show.
  package var description: String {
    ([base.id] + patches.map(\.id) + settings.map(\.description)).joined(separator: " + ")
  }
}
