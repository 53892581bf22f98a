/// `; did you mean 'NAME'?` with the known name next to `name`, or nothing where none is near.
///
/// A name is near if at most one edit in three characters, and at most three in all, lead to it.
func suggestion(for name: String, among known: some Sequence<String>) -> String {
  let wanted = Array(name.utf8.prefix(65))
  guard wanted.count < 65 else { return "" }
  var best: (name: String, distance: Int)?
  for candidate in known {
    let other = Array(candidate.utf8)
    let allowed = min(3, max(1, max(wanted.count, other.count) / 3))
    guard abs(other.count - wanted.count) <= allowed else { continue }
    let distance = edits(from: wanted, to: other)
    guard distance <= allowed, distance < min(wanted.count, other.count) else { continue }
    // Equally near names go by the alphabet, whatever order they come in.
    if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
    best = (candidate, distance)
  }
  return best.map { "; did you mean '\($0.name)'?" } ?? ""
}

/// How many insertions, deletions and replacements turn one into the other.
private func edits(from left: [UInt8], to right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (index, byte) in left.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in right.indices {
      let replaced = diagonal + (byte == right[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
