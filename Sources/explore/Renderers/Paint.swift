/// Colours that repeat what the words say; off, text passes unchanged.
struct Paint: Sendable {
  let isOn: Bool

  enum Colour: String, Sendable {
    case good = "32"
    case bad = "1;31"
    case unsure = "1;33"
    case strong = "1"
    case faint = "2"
  }

  func callAsFunction(_ text: String, _ colour: Colour) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
