/// One choice between variants of the kernel: its name, what it changes and the values it can have.
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
    guard let key = child.value as? any KnobKey else {
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

  /// A knob together with the type of its values.
  package struct Key<Value: KnobValue>: KnobKey {
    package let knob: Knob

    /// `base` is the value of Linux 6.1.
    init(_ id: String, _ base: Value, _ summary: String) {
      knob = Knob(id, base: base, summary: summary)
    }
  }
}

/// The values of a knob, by the names that users type.
package protocol KnobValue: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

/// A ``Knob/Key`` of any type of values.
package protocol KnobKey: Sendable {
  var knob: Knob { get }
}
