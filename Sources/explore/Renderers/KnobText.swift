import RaceModel

/// The knobs of a kernel in words.
struct KnobText {
  private let kernel: Kernel

  init(_ kernel: Kernel) { self.kernel = kernel }

  /// The knobs that differ from those of the base kernel.
  var changed: String {
    let (base, knobs) = (Kernel(base: kernel.base).knobs, kernel.knobs)
    let changes = Knob.allCases.compactMap { knob -> String? in
      let (old, new) = (base[knob], knobs[knob])
      return old == new ? nil : "\(knob.rawValue)=\(new) (\(kernel.base.rawValue): \(old))"
    }
    if changes.isEmpty { return "all as in \(kernel.base.rawValue)" }
    return changes.joined(separator: ", ") + "; others as in \(kernel.base.rawValue)"
  }
}
