/// An entry of a closed catalog, such as a knob or a property: known by its id alone.
///
/// `allCases` is the catalog, in the order of lists and messages. Files, the command line and
/// reports name entries by `rawValue`, which is the id. Entries are equal when their ids are.
package protocol CatalogEntry: RawRepresentable<String>, CaseIterable, Hashable, Sendable,
  CustomStringConvertible
where AllCases == [Self] {
  /// Stable, kebab-case, unique in the catalog.
  var id: String { get }
}

extension CatalogEntry {
  package var rawValue: String { id }
  package var description: String { id }

  /// The entry with an id, or nil when there is none.
  ///
  /// - Complexity: O(*n*) in the length of the catalog.
  package init?(rawValue: String) {
    guard let entry = Self.allCases.first(where: { $0.id == rawValue }) else { return nil }
    self = entry
  }
}
