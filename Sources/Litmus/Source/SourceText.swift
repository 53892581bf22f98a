/// A place in a text file, as editors count it.
///
/// Units: lines and columns from 1; a column is one Unicode scalar.
package struct TextPosition: Hashable, Sendable, Comparable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

  package static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// The bytes of a race file, which are valid UTF-8, and where its lines begin.
///
/// LF, CR and CR LF end a line; a byte order mark at the start is skipped.
struct SourceText: Sendable {
  /// What diagnostics call the text: a file's name, or `<-D NAME>`.
  let name: String
  let bytes: [UInt8]
  /// The offset of the first byte that is text.
  let start: Int
  private let lineStarts: [Int]

  /// - Throws: a diagnostic if the text is larger than ``FileLimits/bytes`` or no valid UTF-8.
  init(named name: String, bytes: [UInt8]) throws(Diagnostic) {
    guard bytes.count <= FileLimits.bytes else {
      throw Diagnostic(
        .limit, in: name, at: TextPosition(line: 1, column: 1),
        "the file has \(bytes.count) bytes, and at most \(FileLimits.bytes) are read")
    }
    self.name = name
    self.bytes = bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var starts = [start]
    for offset in bytes.indices {
      switch bytes[offset] {
      case UInt8(ascii: "\n"): starts.append(offset + 1)
      case UInt8(ascii: "\r"):
        if offset + 1 == bytes.count || bytes[offset + 1] != UInt8(ascii: "\n") {
          starts.append(offset + 1)
        }
      default: break
      }
    }
    lineStarts = starts
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw Diagnostic(
        .syntax, in: name, at: position(of: error.byteOffsets.lowerBound),
        "the file is not valid UTF-8 here")
    }
  }

  /// The position of the byte at `offset`, which may be the end of the text.
  ///
  /// - Complexity: O(log lines + the length of the line).
  func position(of offset: Int) -> TextPosition {
    let line = lineIndex(of: offset)
    // Bytes that go on with a scalar are no columns.
    let before = bytes[lineStarts[line]..<max(offset, lineStarts[line])]
    return TextPosition(line: line + 1, column: before.count { $0 & 0xC0 != 0x80 } + 1)
  }

  /// The number of the line with the byte at `offset`, from 1.
  func line(of offset: Int) -> Int { lineIndex(of: offset) + 1 }

  /// The text of line `number`, counted from 1, without blanks at both ends.
  func trimmedLine(_ number: Int) -> String {
    guard lineStarts.indices.contains(number - 1) else { return "" }
    let end = number < lineStarts.count ? lineStarts[number] : bytes.count
    var line = bytes[lineStarts[number - 1]..<end]
    while let last = line.last, last.isBlankOrLineEnd { line.removeLast() }
    while let first = line.first, first.isBlankOrLineEnd { line.removeFirst() }
    return String(decoding: line, as: UTF8.self)
  }

  /// The bytes of the line with the byte at an offset, with its end.
  func lineRange(of offset: Int) -> Range<Int> {
    let line = lineIndex(of: offset)
    return lineStarts[line]..<(line + 1 < lineStarts.count ? lineStarts[line + 1] : bytes.count)
  }

  /// The parts of the bytes in `range` between blanks, and where they stand.
  func words(in range: Range<Int>) -> [(text: String, offset: Int)] {
    bytes[range].split { $0.isBlankOrLineEnd }.map {
      (String(decoding: $0, as: UTF8.self), $0.startIndex)
    }
  }

  /// The text of the bytes in `range`.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private func lineIndex(of offset: Int) -> Int {
    var (low, high) = (0, lineStarts.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

extension UInt8 {
  /// Whether the byte is a blank within a line.
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0B || self == 0x0C }
  var isLineEnd: Bool { self == 0x0A || self == 0x0D }
  var isBlankOrLineEnd: Bool { isBlank || isLineEnd }
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  /// Whether an identifier can begin with the byte.
  var beginsName: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A || self == 0x5F }
  /// Whether an identifier can go on with the byte.
  var continuesName: Bool { beginsName || isDigit }
}
