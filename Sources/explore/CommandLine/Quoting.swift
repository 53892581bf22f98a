import RaceModel
import Scheduler

/// Text from the command line as messages show it, which may be longer than in those about files.
func shown(_ text: String) -> String { shown(text, limit: 120) }

/// The same in single quotes.
func quoted(_ text: String) -> String { quoted(text, limit: 120) }

/// A word as a POSIX shell reads it back unchanged.
func shellQuoted(_ word: String) -> String {
  let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=+-@%,")
  if !word.isEmpty && word.allSatisfy(plain.contains) { return word }
  if word.unicodeScalars.contains(where: { escaped($0) != nil }) {
    return "$'" + word.unicodeScalars.map(ansiQuoted).joined() + "'"
  }
  return "'"
    + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}

/// A scalar as `$'...'` has it: control characters are escaped, for a terminal would obey them.
private func ansiQuoted(_ scalar: Unicode.Scalar) -> String {
  if scalar == "'" || scalar == "\\" { return "\\\(scalar)" }
  return escaped(scalar) ?? String(scalar)
}

/// The bytes of a scalar that outputs do not show as it is; nil for all others.
private func escaped(_ scalar: Unicode.Scalar) -> String? {
  if String(scalar).shown(limit: 1) == String(scalar) { return nil }
  return String(scalar).utf8.map { byte in
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }.joined()
}
