extension String {
  /// The text as outputs show what users wrote: one line, no control characters, not too long.
  ///
  /// `limit` is the most Unicode scalars that are shown; `...` stands for the rest.
  package func shown(limit: Int) -> String {
    var shown = ""
    for scalar in unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      // Format characters can turn the direction of the rest of the line.
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
        shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return unicodeScalars.dropFirst(limit).isEmpty ? shown : shown + "..."
  }
}
