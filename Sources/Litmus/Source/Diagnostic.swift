internal import Scheduler

/// Why a race file was refused, and the place in it to look at.
package struct Diagnostic: Error, Hashable, Sendable {
  /// What kind of mistake it is; the raw value is the stable code that reports show.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The text is not what the grammar allows.
    case syntax
    /// Something is larger than ``FileLimits`` allows.
    case limit
    /// The text is C, and means nothing in a race file.
    case refused
    /// A macro, function or word that nobody has defined.
    case unknownName = "unknown-name"
    /// Something is defined twice.
    case duplicate
    /// The parts of an expression or a statement do not fit each other.
    case type
  }

  package var kind: Kind
  /// The name of the file, or `<-D NAME>`.
  package var file: String
  package var position: TextPosition
  /// One sentence without a full stop; names from the file stand in quotes.
  package var message: String

  init(_ kind: Kind, in file: String, at position: TextPosition, _ message: String) {
    (self.kind, self.file, self.position, self.message) = (kind, file, position, message)
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `FILE:LINE:COLUMN: error: MESSAGE`, the form that editors jump to.
  package var description: String {
    "\(file):\(position.line):\(position.column): error: \(message)"
  }
}

/// All that is wrong with a race file, in the order of the text; at least one diagnostic, and no
/// more than are told.
package struct RaceFileError: Error, Hashable, Sendable {
  package var diagnostics: [Diagnostic]
  /// Whether there are more than are told.
  package var hasOthers = false
}

/// Thrown where no more can be made of a piece of text; a diagnostic has been reported for it.
struct Abandoned: Error {}

/// Collects what is wrong with a text.
final class Diagnostics {
  let source: SourceText
  private var found: [(offset: Int, diagnostic: Diagnostic)] = []

  init(for source: SourceText) { self.source = source }

  /// Whether so much is wrong that nobody reads on.
  ///
  /// One more than is told has then been found, so that it is known that there are others.
  var isFull: Bool { found.count > ErrorLimit.most }

  var isEmpty: Bool { found.isEmpty }
  var count: Int { found.count }

  /// Notes a mistake at a byte of the text; the first one at a place counts, and a limit once.
  func report(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) {
    let isTold = found.contains {
      $0.offset == offset || kind == .limit && $0.diagnostic.message == message
    }
    if isFull || isTold { return }
    found.append(
      (offset, Diagnostic(kind, in: source.name, at: source.position(of: offset), message)))
  }

  /// Notes a mistake that has a place of its own.
  func report(_ diagnostic: Diagnostic) {
    if !isFull { found.append((-1, diagnostic)) }
  }

  /// Notes a mistake and abandons the piece of text it is in.
  func fail(_ kind: Diagnostic.Kind, at offset: Int, _ message: String) -> Abandoned {
    report(kind, at: offset, message)
    return Abandoned()
  }

  /// - Throws: all that has been noted, if anything has.
  func check() throws(RaceFileError) {
    guard !found.isEmpty else { return }
    let ordered = found.prefix(ErrorLimit.most).enumerated().sorted {
      ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
    }
    throw RaceFileError(
      diagnostics: ordered.map(\.element.diagnostic), hasOthers: isFull)
  }
}
