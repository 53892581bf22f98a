/// Writes a document in pieces, so that a long one is never held as a whole.
///
/// Each call returns the text that comes next. Lists and objects that are opened stand over many
/// lines, an item a line; ``close()`` as often as something was opened makes the document whole. A
/// member of an object must have a key, an item of a list must not, and a document is one value.
public struct JSONWriter: Sendable {
  /// The lists and objects that are open, outermost first.
  private var open: [Container] = []

  private struct Container: Sendable {
    var end: String
    var isEmpty = true

    /// Whether its items have keys.
    var isObject: Bool { end == "}" }
  }

  /// Whether the document's one value has been written, or begun.
  private var hasValue = false

  /// Starts a document.
  public init() {}

  /// Whether nothing is open: nothing was written yet, or the document is whole.
  public var isAtTop: Bool { open.isEmpty }

  /// Opens an object, as the next item of a list or, with a key, as a member of an object.
  public mutating func openObject(for key: String? = nil) -> String {
    openContainer(key, start: "{", end: "}")
  }

  /// Opens a list, as the next item of a list or, with a key, as a member of an object.
  public mutating func openList(for key: String? = nil) -> String {
    openContainer(key, start: "[", end: "]")
  }

  /// The next item of a list or, with a key, member of an object.
  public mutating func write(_ value: JSONValue, for key: String? = nil) -> String {
    startItem(key) + value.text(indent: indent) + (isAtTop ? "\n" : "")
  }

  /// Closes what was opened last; something must be open.
  public mutating func close() -> String {
    guard let container = open.popLast() else { preconditionFailure("nothing is open") }
    return (container.isEmpty ? "" : "\n" + indent) + container.end + (isAtTop ? "\n" : "")
  }

  private var indent: String { String(repeating: "  ", count: open.count) }

  private mutating func openContainer(_ key: String?, start: String, end: String) -> String {
    defer { open.append(Container(end: end)) }
    return startItem(key) + start
  }

  /// What stands before an item: a comma after another one, a new line, its key.
  private mutating func startItem(_ key: String?) -> String {
    guard let container = open.last else {
      precondition(key == nil && !hasValue, "a document is one value, without a key")
      hasValue = true
      return ""
    }
    precondition(
      container.isObject == (key != nil), "members of objects have keys, and items of lists none")
    open[open.count - 1].isEmpty = false
    return (container.isEmpty ? "\n" : ",\n") + indent
      + (key.map { JSONValue.quoted($0) + ": " } ?? "")
  }
}
