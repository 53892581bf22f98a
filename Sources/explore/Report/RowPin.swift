/// What a row without an expectation would have to say, as scenario files write it.
struct RowPin: Hashable, Sendable {
  /// Sorted ids of what was found broken.
  var broken: [String]
  /// The landmarks that were reached, without those that all rows must reach.
  var landmarks: [String]

  /// One line, ready to paste into the row.
  var text: String {
    var members = ["expect: \"\(broken.isEmpty ? "holds" : "violated")\""]
    if !broken.isEmpty { members.append("violates: \(Self.list(broken))") }
    if !landmarks.isEmpty { members.append("sometimes: \(Self.list(landmarks))") }
    return members.joined(separator: ", ") + ","
  }

  private static func list(_ names: [String]) -> String {
    "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
  }
}
