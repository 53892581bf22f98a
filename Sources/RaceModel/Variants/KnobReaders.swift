internal import Synchronization

/// Who has read which knob while one system was built.
package struct KnobReaders: Hashable, Sendable {
  private let names: [Knob: [String]]

  fileprivate init(_ names: [Knob: Set<String>]) { self.names = names.mapValues { $0.sorted() } }

  /// The readers of a knob, each once and sorted.
  ///
  /// They are names of machines, ids of properties and landmarks, and `KVM` for the layout.
  package subscript(knob: Knob) -> [String] { names[knob] ?? [] }

  /// The knobs that anybody has read, in the order of the catalog.
  package var knobs: [Knob] { Knob.allCases.filter { names[$0] != nil } }
}

/// The knobs of the kernel that a system is built for, and the record of who reads them.
///
/// A value decides how a machine is made and is kept in it as a constant. So knobs are read while
/// the system is built, and not in a step: reading one after ``close()`` is a bug in the model.
package final class KnobRecord: Sendable {
  private struct State {
    var readers: [Knob: Set<String>] = [:]
    var isClosed = false
  }

  private let values: Knobs
  private let state = Mutex(State())

  package init(_ values: Knobs) { self.values = values }

  /// Ends the building of the system.
  func close() { state.withLock { $0.isClosed = true } }

  /// Who has read which knob so far.
  package var readers: KnobReaders { state.withLock { KnobReaders($0.readers) } }

  fileprivate func read(_ knob: Knob, by name: String) -> String {
    state.withLock { state in
      precondition(!state.isClosed, "\(name) reads knob \(knob.id) of a system that is built")
      state.readers[knob, default: []].insert(name)
    }
    return values[knob]
  }
}

/// Reads knobs in the name of a machine, a property or a builder: `reader.bumpDirty`.
@dynamicMemberLookup
package struct KnobReader: Sendable {
  private let record: KnobRecord
  private let name: String

  init(_ record: KnobRecord, name: String) { (self.record, self.name) = (record, name) }

  package subscript<Value: KnobValue>(
    dynamicMember key: KeyPath<Knob.Table, Knob.Key<Value>>
  ) -> Value {
    let text = record.read(Knob(key), by: name)
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
}
