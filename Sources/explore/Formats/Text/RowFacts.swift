import RaceModel
import Reporting

extension TextStyle {
  /// The word above a run that shows something.
  func heading(_ role: FindingRole) -> String {
    switch role {
    case .violation: paint("VIOLATED", as: .bad)
    case .flag: paint("FLAGGED", as: .unsure)
    case .answer: paint("ALLOWED", as: .unsure)
    }
  }

  /// What is run: the kernel and its knobs, or the macros; the threads.
  func facts(_ setting: Job.Setting, _ threads: [ThreadReport]) -> [String] {
    switch setting {
    case .kernel(let kernel, let unread): facts(kernel, unread: unread, threads)
    case .program(let defines, let labels, let result):
      (defines.isEmpty ? [] : field("defined", shown(defines.joined(separator: ", "))))
        + (labels.isEmpty ? [] : field("with", shown(labels.joined(separator: ", "))))
        + field("threads", threads.map { $0.calls.first ?? $0.name }.joined(separator: ", "))
        + (result.isEmpty
          ? []
          : field(
            "Result", shown(result.joined(separator: " ")) + ", the file says; it is not compared"))
    }
  }

  private func facts(
    _ kernel: Kernel, unread: [Kernel.Setting], _ threads: [ThreadReport]
  ) -> [String] {
    var lines = field("kernel", "\(kernel)") + field("knobs", Self.changedKnobs(of: kernel))
    if !unread.isEmpty {
      let settings = unread.map(\.description).joined(separator: ", ")
      lines += field("not read", "\(settings): no path here reads it, and it changes nothing")
    }
    for (index, thread) in threads.enumerated() {
      let calls = thread.calls.joined(separator: ", then ")
      lines += field(index == 0 ? "threads" : "", "\(thread.name): \(calls)")
    }
    return lines
  }

  /// The knobs that differ from those of the base kernel.
  private static func changedKnobs(of kernel: Kernel) -> String {
    let (base, knobs) = (Kernel(base: kernel.base).knobs, kernel.knobs)
    let changes = Knob.allCases.compactMap { knob -> String? in
      let (old, new) = (base[knob], knobs[knob])
      return old == new ? nil : "\(knob.rawValue)=\(new) (\(kernel.base.rawValue): \(old))"
    }
    if changes.isEmpty { return "all as in \(kernel.base.rawValue)" }
    return changes.joined(separator: ", ") + "; others as in \(kernel.base.rawValue)"
  }
}
