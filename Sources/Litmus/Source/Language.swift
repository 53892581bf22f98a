/// The languages that race files are written in.
package enum Language: String, Hashable, Sendable, CaseIterable {
  /// herd7's dialect of C: an initial state, processes `P0`, `P1`, ..., a condition.
  case litmus
  /// The larger language: herd7's dialect, C, named threads, properties and rows.
  case race
}
