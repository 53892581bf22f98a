/// Where output goes, and what is known about the terminal behind it.
///
/// Values of this type come from the process or from a test; nothing else looks at descriptors.
struct Console: Sendable {
  enum Stream: Sendable { case output, error }

  /// What the streams are.
  struct Facts: Sendable {
    /// The width of the terminal that standard output is; nil when it is none.
    var outputColumns: Int?
    /// The same of standard error.
    var errorColumns: Int?

    /// Neither stream is a terminal.
    static let none = Facts(outputColumns: nil, errorColumns: nil)
  }

  var facts: Facts
  /// Writes all of the text, or ends the process quietly when nobody reads it any more.
  var write: @Sendable (String, Stream) -> Void

  /// The columns that text for standard output may fill.
  ///
  /// Pipes and files always get 80, so that the same input gives the same bytes.
  var width: Int { min(120, max(80, facts.outputColumns ?? 80)) }
}
