/// One choice between variants of the kernel: its name, what it changes and the values it can
/// have.
///
/// ``Table`` has an entry for each knob, which feeds the command line, files, lists and reports.
package struct Knob: CatalogEntry {
  package let id: String
  /// What the knob changes, in one sentence for `explore list knobs`.
  package let summary: String
  /// The values that may be given, that of Linux 6.1 included.
  package let values: [String]
  /// The value that Linux 6.1 has.
  package let baseValue: String

  /// The entries of ``Table``, in their order.
  package static let allCases: [Knob] = Mirror(reflecting: Table.entries).children.map { child in
    guard let key = child.value as? KnobKey else {
      preconditionFailure("Knob.Table.\(child.label ?? "?") is no knob")
    }
    return key.knob
  }

  /// The knob of an entry of ``Table``.
  package init<Value>(_ key: KeyPath<Table, Key<Value>>) { self = Table.entries[keyPath: key].knob }

  fileprivate init<Value: KnobValue>(_ id: String, base: Value, summary: String) {
    (self.id, self.summary) = (id, summary)
    (values, baseValue) = (Value.allCases.map(\.rawValue), base.rawValue)
  }

  /// The paths whose machines read the knob, in the order of the catalog.
  ///
  /// Nobody lists them: a call of each path is made into its machine, with all knobs as in Linux
  /// 6.1, and what that asks for is written down.
  package var paths: [PathSpec] {
    let read = TableKind.allCases.map { Set(paths(on: $0)) }
    return PathSpec.allCases.filter { path in read.contains { $0.contains(path) } }
  }

  /// Those of ``paths`` that read the knob for a guest with one kind of page table.
  package func paths(on table: TableKind) -> [PathSpec] {
    Self.readers[table]?.paths(reading: self) ?? []
  }

  private static let readers: [TableKind: KnobReaders] = Dictionary(
    TableKind.allCases.map { ($0, readers(on: $0)) }, uniquingKeysWith: { first, _ in first })

  private static func readers(on table: TableKind) -> KnobReaders {
    PathSpec.allCases.flatMap(ExampleCalls.calls).filter { $0.machine.table == table }.map {
      call, machine in
      Scenario(
        name: "example", summary: "example", machine: machine,
        threads: [Scenario.ThreadScript(name: "example", run: [call])], properties: [],
        sometimes: [], rows: []
      ).knobReaders(of: Kernel(), [Scenario.ThreadScript(name: "example", run: [call])])
    }
    .reduce(KnobReaders()) { $0.union($1) }
  }

  /// A knob together with the type of its values.
  package final class Key<Value>: KnobKey, @unchecked Sendable {
    /// `base` is the value of Linux 6.1.
    init(_ id: String, _ base: Value, _ summary: String) where Value: KnobValue {
      super.init(Knob(id, base: base, summary: summary))
    }
  }
}

/// The values of a knob, by the names that users type.
package protocol KnobValue: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

/// A ``Knob/Key`` of any type of values.
///
/// Sendable as all that it has is a constant. It is a class, and ``Knob/Key`` asks nothing of its
/// type of values, because each conformance that is looked up while the program runs is searched
/// for in all of it.
package class KnobKey: @unchecked Sendable {
  package let knob: Knob

  fileprivate init(_ knob: Knob) { self.knob = knob }
}
