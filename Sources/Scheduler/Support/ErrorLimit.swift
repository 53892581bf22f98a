/// How many of a file's errors are told, in whatever language the file is.
package enum ErrorLimit {
  /// The most errors of a file that are told.
  package static let most = 20

  /// What is said when there are others.
  package static let others = "no more than \(most) errors are shown; there are others"
}
