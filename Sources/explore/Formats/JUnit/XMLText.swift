/// Text as XML 1.0 documents have it.
enum XMLText {
  /// Between tags: line ends stay, `]]>` cannot arise.
  static func content(_ text: String) -> String {
    escaped(text) { $0 == "\n" || $0 == "\t" ? String($0) : nil }
  }

  /// Between double quotes: a reader would make spaces of line ends that are not escaped.
  static func attribute(_ text: String) -> String {
    escaped(text) { $0 == "\n" ? "&#10;" : $0 == "\t" ? "&#9;" : nil }
  }

  /// ` name="value"`.
  static func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(attribute(value))\""
  }

  private static func escaped(
    _ text: String, _ white: (Unicode.Scalar) -> String?
  ) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where white(scalar) != nil: result += white(scalar) ?? ""
      case _ where !isAllowed(scalar):
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether XML 1.0 knows the character and does not advise against it; no reference to it helps
  /// where it does not.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0xFDD0...0xFDEF: false
    default: scalar.value & 0xFFFE != 0xFFFE
    }
  }
}
