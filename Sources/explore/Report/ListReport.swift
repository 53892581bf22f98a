/// What `explore list` has to tell, section by section.
struct ListReport: Sendable {
  var parts: [Part]
  /// The files that could not be read, in the order in which they were tried.
  var errors: [InputError] = []

  /// A section, or one item of it.
  struct Part: Sendable {
    var section: ListSection
    /// The items, or the one that was asked for; nil where there is no folder to look in.
    var items: [ListItem]?
    /// Whether all that is known of each item is wanted.
    var isDetailed = false
  }
}
