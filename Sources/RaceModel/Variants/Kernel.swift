/// A base kernel with named patches and single knob settings on top, applied in that order.
package struct Kernel: Hashable, Sendable {
  /// The kernels whose behaviour the machines restate.
  package enum Base: String, CaseIterable, Sendable {
    case linux61 = "linux-6.1"

    package var summary: String {
      switch self {
      case .linux61:
        "Linux 6.1 (read at 6.1.192) on bare metal: radix with nested guests, or a hashed table"
      }
    }
  }

  /// A named bundle of knob values: one change that was, or could be, sent to the list.
  package enum Patch: String, CaseIterable, Sendable {
    case seqBumpOnClearDirty = "seq-bump-on-clear-dirty"
    case flushShadowLPID = "flush-shadow-lpid"

    package var summary: String {
      switch self {
      case .seqBumpOnClearDirty:
        "patch 02/23 of 2019-08-26: mmu_notifier_seq++ in kvm_radix_test_clear_dirty"
      case .flushShadowLPID:
        "kvmhv_update_nest_rmap_rc flushes gp->shadow_lpid instead of L1's number"
      }
    }

    /// The knob values that the patch stands for.
    package var settings: [(KnobName, String)] {
      switch self {
      case .seqBumpOnClearDirty: [(.bumpDirty, "in")]
      case .flushShadowLPID: [(.flushLPID, "shadow")]
      }
    }
  }

  package var base: Base
  package var patches: [Patch]
  /// Single settings, in the order given; a later one for the same knob wins.
  package var settings: [Setting]

  /// One knob and the value it is given.
  package struct Setting: Hashable, Sendable {
    package var knob: KnobName
    package var value: String

    package init(knob: KnobName, value: String) {
      (self.knob, self.value) = (knob, value)
    }
  }

  package init(base: Base = .linux61, patches: [Patch] = [], settings: [Setting] = []) {
    (self.base, self.patches, self.settings) = (base, patches, settings)
  }

  /// The resolved value of every knob.
  ///
  /// Settings must hold valid values: the scenario reader and the command line refuse others.
  package var knobs: Knobs {
    var knobs = Knobs()
    for patch in patches {
      for (name, value) in patch.settings { apply(value, to: name, in: &knobs) }
    }
    for setting in settings { apply(setting.value, to: setting.knob, in: &knobs) }
    return knobs
  }

  private func apply(_ value: String, to name: KnobName, in knobs: inout Knobs) {
    precondition(name.set(value, in: &knobs), "knob \(name.rawValue) has no value '\(value)'")
  }
}

extension Kernel: CustomStringConvertible {
  /// `linux-6.1 + patch + knob=value`, the form that reports show.
  package var description: String {
    ([base.rawValue] + patches.map(\.rawValue)
      + settings.map { "\($0.knob.rawValue)=\($0.value)" })
      .joined(separator: " + ")
  }
}
