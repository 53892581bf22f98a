extension Kernel {
  /// What was asked of a kernel in one place: a knob that was set, a patch, or another base.
  package enum Request: Hashable, Sendable {
    case setting(Setting)
    case patch(Patch)
    case base(Base)

    /// The knob values that it stands for.
    package var settings: [Setting] {
      switch self {
      case .setting(let setting): [setting]
      case .patch(let patch): patch.settings
      case .base(let base): base.settings
      }
    }
  }
}

/// A request for a kernel that changes nothing: no machine of a row reads any of its knobs.
package struct UnreadRequest: Hashable, Sendable {
  package var request: Kernel.Request
  /// The kind of table that the row's machine has.
  package var table: TableKind
  /// The paths that the row calls.
  package var paths: Set<PathSpec>

  /// What is wrong and, after a semicolon, what would be right.
  package func reason(in place: String) -> String {
    let what =
      switch request {
      case .setting(let setting): "knob '\(setting.knob.id)'"
      case .patch(let patch): bundle("patch '\(patch.id)'")
      case .base(let base): bundle("kernel '\(base.id)'")
      }
    return "\(what) is read by no path of \(place); \(way)"
  }

  /// Who would read it.
  private var way: String {
    let readers = readers(on: table)
    let called = readers.filter(paths.contains)
    if !called.isEmpty { return reading(called) + ", but not as it is called here" }
    if !readers.isEmpty { return reading(readers) }
    let others = TableKind.allCases.filter { $0 != table }.map { other in
      "with a \(other.rawValue) table \(reading(self.readers(on: other)))"
    }
    return "no path of a machine with a \(table.rawValue) table reads it, but "
      + others.joined(separator: ", and ")
  }

  private func readers(on table: TableKind) -> [PathSpec] {
    let read = Set(request.settings.flatMap { $0.knob.paths(on: table) })
    return PathSpec.allCases.filter(read.contains)
  }

  /// `a and b read it`.
  private func reading(_ paths: [PathSpec]) -> String {
    "\(sentence(paths.map(\.id))) " + (paths.count == 1 ? "reads" : "read") + " it"
  }

  /// A name for settings, and what they are.
  private func bundle(_ name: String) -> String {
    "\(name) sets \(sentence(request.settings.map { "'\($0)'" })), which"
  }

  private func sentence(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Scenario {
  /// Those of some requests that change nothing: no machine of `threads` reads a knob of theirs.
  package func unread(
    _ requests: [Kernel.Request], in kernel: Kernel, _ threads: [ThreadScript]
  ) -> [UnreadRequest] {
    if requests.isEmpty { return [] }
    let readers = knobReaders(of: kernel, threads)
    return requests.filter { request in
      !request.settings.isEmpty
        && !request.settings.contains { !readers.paths(reading: $0.knob).isEmpty }
    }.map { request in
      let paths = Set(threads.flatMap { $0.run.map(\.path) })
      return UnreadRequest(request: request, table: machine.table, paths: paths)
    }
  }

  /// The settings of a kernel's patches that no machine of `threads` reads.
  ///
  /// A patch with several may well have some that mean nothing to a row; reports say so.
  package func unreadSettings(
    of kernel: Kernel, _ threads: [ThreadScript]
  ) -> [Kernel.Setting] {
    let settings = kernel.patches.flatMap(\.settings) + kernel.settings
    if settings.isEmpty { return [] }
    let readers = knobReaders(of: kernel, threads)
    return settings.filter { readers.paths(reading: $0.knob).isEmpty }
  }
}
