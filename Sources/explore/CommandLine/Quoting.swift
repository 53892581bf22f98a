import RaceModel

/// Text from users as messages show it: longer than what scenarios say, for paths are long.
func shown(_ text: String) -> String { shown(text, limit: 120) }

/// `shown` text in single quotes.
func quoted(_ text: String) -> String { "'\(shown(text))'" }

/// A word as a POSIX shell reads it back unchanged.
func shellQuoted(_ word: String) -> String {
  let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+-@%,")
  if !word.isEmpty && word.allSatisfy(plain.contains) { return word }
  return "'"
    + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
