/// A place in a text file, as editors count it.
///
/// Units: lines and columns from 1; a column is one Unicode scalar.
package struct SourcePosition: Hashable, Sendable, Comparable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

  package static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// Walks over the scalars of a file and knows the line and column it stands at.
///
/// LF, CR, CR LF, U+2028 and U+2029 end a line; a byte order mark at the start is skipped.
/// The scalars are random access, so that a position costs the same anywhere in the file.
struct SourceCursor {
  /// Larger files are refused before they are looked at.
  static let sizeLimit = 1 << 20

  let scalars: [Unicode.Scalar]
  private(set) var index = 0
  private var line = 1
  private var lineStart = 0

  /// - Throws: `.fileTooLarge`, or `.invalidUTF8` at the first byte that is part of no scalar.
  init(_ bytes: [UInt8]) throws(ScenarioFault) {
    guard bytes.count <= Self.sizeLimit else {
      throw ScenarioFault(
        .fileTooLarge(bytes: bytes.count, limit: Self.sizeLimit),
        at: SourcePosition(line: 1, column: 1))
    }
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let before = bytes[..<error.byteOffsets.lowerBound]
      var cursor = SourceCursor(scalars: Self.decode(before))
      while cursor.current != nil { cursor.advance() }
      throw ScenarioFault(.invalidUTF8, at: cursor.position)
    }
    self.init(scalars: Self.decode(bytes[...]))
  }

  private init(scalars: [Unicode.Scalar]) {
    self.scalars = scalars
    if scalars.first == "\u{FEFF}" { (index, lineStart) = (1, 1) }
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
    Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
  }

  /// The scalar under the cursor; nil at the end.
  var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  /// The scalar after the current one.
  var following: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

  var position: SourcePosition {
    SourcePosition(line: line, column: index - lineStart + 1)
  }

  /// The text from an earlier index up to the cursor.
  func text(from start: Int) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<index])
    return String(text)
  }

  mutating func advance() {
    let scalar = scalars[index]
    index += 1
    // The LF of a CR LF ends the line, not the CR.
    guard scalar.endsLine, !(scalar == "\r" && current == "\n") else { return }
    line += 1
    lineStart = index
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is a line terminator of JSON5.
  var endsLine: Bool {
    self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}"
  }
}
