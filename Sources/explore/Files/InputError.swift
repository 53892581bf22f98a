import RaceModel

/// Why an input could not be read, wherever the fault lies: in the file system or in the text.
struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// As the command line names it, or `<stdin>`.
  var file: String
  /// Where in the text; nil when there is no text to point at.
  var position: SourcePosition?
  /// What is wrong and what would be right, without the place.
  var message: String
  /// The message behind its place, as standard error gets it.
  var description: String

  init(_ error: FileError) {
    (file, position, message) = (error.path, nil, error.message)
    description = "\(error)"
  }

  init(_ error: ScenarioError) {
    (file, position, message) = (error.file, error.position, "\(error.reason)")
    description = "\(error)"
  }
}
