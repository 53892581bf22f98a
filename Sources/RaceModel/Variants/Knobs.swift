/// A value for every knob: what a kernel, with its patches and settings, comes to.
///
/// Machines do not read it but ask a ``KnobReader``, so that it is known who reads what.
package struct Knobs: Hashable, Sendable {
  /// The values that are not those of Linux 6.1.
  private var changes: [Knob: String] = [:]

  /// All as in Linux 6.1.
  package init() {}

  /// The value of a knob; a value that is set must be one of the knob's.
  package subscript(knob: Knob) -> String {
    get { changes[knob] ?? knob.baseValue }
    set {
      precondition(knob.values.contains(newValue), "knob \(knob.id) has no value '\(newValue)'")
      changes[knob] = newValue == knob.baseValue ? nil : newValue
    }
  }

  /// The settings that differ from Linux 6.1, in the order of the catalog.
  var settings: [Kernel.Setting] {
    Knob.allCases.compactMap { knob in
      changes[knob].map { Kernel.Setting(knob: knob, value: $0) }
    }
  }
}
