/// Breaks `text` at spaces into lines of at most `width` characters.
///
/// Lines after the first start with `indent`. A word that is too long for a line is cut.
package func wrapped(_ text: String, width: Int, indent: String = "") -> [String] {
  var lines: [String] = []
  var line = ""
  var hasWord = false
  func start() -> String { lines.isEmpty ? "" : indent }
  for word in text.split(separator: " ").map(String.init) {
    if hasWord && line.count + 1 + word.count > width {
      lines.append(line)
      (line, hasWord) = (start(), false)
    }
    line += hasWord ? " " + word : word
    hasWord = true
    while line.count > width {
      lines.append(String(line.prefix(width)))
      line = start() + line.dropFirst(width)
    }
  }
  return hasWord || lines.isEmpty ? lines + [line] : lines
}

/// `text` wrapped from `column` on, behind a label, or below one that is too long for that.
package func labelled(_ label: String, _ text: String, column: Int, width: Int) -> [String] {
  let isBeside = label.isEmpty || label.count + 2 <= column
  let lines = wrapped(text, width: width - column).enumerated().map { index, line in
    let start = isBeside && index == 0 ? label : ""
    return line.isEmpty ? start : padded(start, to: column) + line
  }
  return isBeside ? lines : [label] + lines
}

/// `text` with spaces behind it, `width` characters at least.
package func padded(_ text: String, to width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// `text` with spaces before it, `width` characters at least.
package func leftPadded(_ text: String, to width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// `1 step`, `2 steps`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// `a`, `a and b`, or `a, b and c`; `none` of nothing.
package func list(_ items: [String], _ conjunction: String) -> String {
  guard let last = items.last, items.count > 1 else { return items.first ?? "none" }
  return items.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
