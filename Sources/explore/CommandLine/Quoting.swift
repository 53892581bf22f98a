import RaceModel

/// Text from the command line as messages show it, which may be longer than in those about files.
func shown(_ text: String) -> String { shown(text, limit: 120) }

/// The same in single quotes.
func quoted(_ text: String) -> String { quoted(text, limit: 120) }

/// A word as a POSIX shell reads it back unchanged.
func shellQuoted(_ word: String) -> String {
  let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+-@%,")
  if !word.isEmpty && word.allSatisfy(plain.contains) { return word }
  return "'"
    + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
