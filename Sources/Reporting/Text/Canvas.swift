/// One line of text that is written to out of order.
struct Canvas {
  private var characters: [Character]

  init(width: Int) { characters = Array(repeating: " ", count: width) }

  /// Writes over what is there; what does not fit is dropped.
  mutating func put(_ text: String, at column: Int) {
    for (offset, character) in text.enumerated() where column + offset < characters.count {
      characters[column + offset] = character
    }
  }

  /// The line without the spaces at its end.
  var text: String {
    let end = characters.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0
    return String(characters[..<end])
  }
}
