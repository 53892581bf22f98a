internal import Synchronization

/// Who has read which knob while one system was built.
package struct KnobReaders: Hashable, Sendable {
  private let names: [Knob: [String]]
  private let readingPaths: [Knob: Set<PathSpec>]

  fileprivate init(_ names: [Knob: Set<String>], _ paths: [Knob: Set<PathSpec>]) {
    self.names = names.mapValues { $0.sorted() }
    readingPaths = paths
  }

  /// Nobody has read any.
  init() { (names, readingPaths) = ([:], [:]) }

  /// What is known of two systems together.
  func union(_ other: KnobReaders) -> KnobReaders {
    KnobReaders(
      names.merging(other.names, uniquingKeysWith: +).mapValues(Set.init),
      readingPaths.merging(other.readingPaths) { $0.union($1) })
  }

  /// The readers of a knob, each once and sorted.
  ///
  /// They are names of machines, ids of properties and landmarks, and `KVM` for the layout.
  package subscript(knob: Knob) -> [String] { names[knob] ?? [] }

  /// The knobs that anybody has read, in the order of the catalog.
  package var knobs: [Knob] { Knob.allCases.filter { names[$0] != nil } }

  /// The paths whose machines read a knob, in the order of the catalog.
  ///
  /// The layout and properties are none: what only they read changes nothing that a thread does.
  package func paths(reading knob: Knob) -> [PathSpec] {
    guard let paths = readingPaths[knob] else { return [] }
    return PathSpec.allCases.filter(paths.contains)
  }
}

/// The knobs of the kernel that a system is built for, and the record of who reads them.
///
/// A value decides how a machine is made and is kept in it as a constant. So knobs are read while
/// the system is built, and not in a step: reading one after ``close()`` is a bug in the model.
package final class KnobRecord: Sendable {
  private struct State {
    var readers: [Knob: Set<String>] = [:]
    var paths: [Knob: Set<PathSpec>] = [:]
    /// The path whose machines are being made.
    var path: PathSpec?
    var isClosed = false
  }

  private let values: KernelKnobs
  private let state = Mutex(State())

  package init(_ values: KernelKnobs) { self.values = values }

  /// Ends the building of the system.
  func close() { state.withLock { $0.isClosed = true } }

  /// Who has read which knob so far.
  package var readers: KnobReaders { state.withLock { KnobReaders($0.readers, $0.paths) } }

  /// Notes what `make` reads as read by machines of `path`.
  func making<Made>(_ path: PathSpec, _ make: () -> Made) -> Made {
    state.withLock { $0.path = path }
    defer { state.withLock { $0.path = nil } }
    return make()
  }

  fileprivate func read(_ knob: Knob, by name: String, forAllPaths: Bool) -> String {
    let path: PathSpec? = state.withLock { state in
      precondition(!state.isClosed, "\(name) reads knob \(knob.id) of a system that is built")
      state.readers[knob, default: []].insert(name)
      guard let path = state.path, !forAllPaths else { return nil }
      state.paths[knob, default: []].insert(path)
      return path
    }
    return values.value(of: knob, for: path)
  }
}

/// The knobs that a system is built with, one of which may have another value in one path.
package struct KernelKnobs: Sendable {
  /// The knobs of all paths but the exception.
  package let common: Knobs
  private let exception: (path: PathSpec, setting: Kernel.Setting)?

  package init(_ common: Knobs) { (self.common, exception) = (common, nil) }

  /// The same value everywhere but in the machines of one path, and in what is made for all.
  ///
  /// It tells what the knob does in that path from what it does in others.
  package init(_ common: Knobs, but setting: Kernel.Setting, in path: PathSpec) {
    (self.common, exception) = (common, (path, setting))
  }

  /// `path` is nil for what is made for all paths, such as cells, and for properties.
  fileprivate func value(of knob: Knob, for path: PathSpec?) -> String {
    guard let exception, exception.setting.knob == knob, path == nil || path == exception.path
    else { return common[knob] }
    return exception.setting.value
  }

  /// What differs from Linux 6.1, for schedules' tokens.
  var identity: [String] {
    common.settings.map { "\($0)" }
      + (exception.map { ["\($0.path.id): \($0.setting)"] } ?? [])
  }
}

/// Reads knobs in the name of a machine, a property or a builder: `reader.bumpDirty`.
@dynamicMemberLookup
package struct KnobReader: Sendable {
  private let record: KnobRecord
  private let name: String
  /// Whether what is read decides about cells, which paths share, and not about a machine.
  private let forAllPaths: Bool

  init(_ record: KnobRecord, name: String, forAllPaths: Bool = false) {
    (self.record, self.name, self.forAllPaths) = (record, name, forAllPaths)
  }

  package subscript<Value: KnobValue>(
    dynamicMember key: KeyPath<Knob.Table, Knob.Key<Value>>
  ) -> Value {
    let text = record.read(Knob(key), by: name, forAllPaths: forAllPaths)
    guard let value = Value(rawValue: text) else {
      preconditionFailure("'\(text)' is no \(Value.self)")
    }
    return value
  }
}

extension KVM {
  /// The knobs, for a machine that is being made.
  func knobs(for machine: Any.Type) -> KnobReader {
    KnobReader(knobRecord, name: String(describing: machine))
  }

  /// The knobs, for the cells that the machines of all paths of a thread share.
  var knobsForCells: KnobReader { KnobReader(knobRecord, name: "KVM", forAllPaths: true) }
}
