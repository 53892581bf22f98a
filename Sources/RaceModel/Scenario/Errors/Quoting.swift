internal import Scheduler

/// Text from users and files as messages show it: one line, no control characters, not too long.
///
/// `limit` is the most Unicode scalars that are shown; `...` stands for the rest.
package func shown(_ text: String, limit: Int = 60) -> String { text.shown(limit: limit) }

/// The same in single quotes.
package func quoted(_ text: String, limit: Int = 60) -> String { "'\(shown(text, limit: limit))'" }

/// A character with its code point, or the code point alone when it cannot be seen.
func quoted(_ scalar: Unicode.Scalar) -> String {
  let text = shown(String(scalar))
  return text == String(scalar) ? "'\(text)' (\(codePoint(scalar)))" : codePoint(scalar)
}

/// The scalar as `U+0041`.
func codePoint(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
