/// Text from users as messages show it: one line, no control characters, not too long.
func shown(_ text: String) -> String {
  let limit = 120
  var shown = ""
  for scalar in text.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    // Format characters can turn the direction of the rest of the line.
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
      shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    default: shown.unicodeScalars.append(scalar)
    }
  }
  return text.unicodeScalars.dropFirst(limit).isEmpty ? shown : shown + "..."
}

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
