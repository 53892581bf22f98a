/// Colours that repeat what the words say; off, text passes unchanged.
public struct Paint: Sendable {
  /// Whether text gets the escape sequences of a terminal.
  public var isOn: Bool

  /// Paints when `isOn`, or passes every text on as it is.
  public init(isOn: Bool) { self.isOn = isOn }

  /// What a colour says; the raw value is its SGR parameter (ECMA-48, 8.3.117).
  public enum Colour: String, Sendable {
    /// What was hoped for.
    case good = "32"
    /// What is broken.
    case bad = "1;31"
    /// What is not known.
    case unsure = "1;33"
    /// A heading.
    case strong = "1"
    /// What matters less.
    case faint = "2"
  }

  /// `text` in a colour; an empty text stays empty.
  public func callAsFunction(_ text: String, as colour: Colour) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }
}
