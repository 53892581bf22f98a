/// The name that `name` may be a misspelling of; nil when none is close.
///
/// A name is close when at most one edit in three characters, and at most three in all, lead to
/// it; case does not count. The first of equally close names is taken.
package func nearestName(to name: String, among names: [String]) -> String? {
  let longest = 64
  let wanted = Array(name.lowercased().unicodeScalars.prefix(longest + 1))
  guard wanted.count <= longest else { return nil }
  var nearest: (name: String, distance: Int)?
  for candidate in names {
    let scalars = Array(candidate.lowercased().unicodeScalars)
    let allowed = min(3, max(1, max(wanted.count, scalars.count) / 3))
    guard abs(scalars.count - wanted.count) <= allowed else { continue }
    let distance = editDistance(wanted, scalars)
    // With as many edits as characters, nothing of the name is left.
    guard distance <= allowed, distance < min(wanted.count, scalars.count) else { continue }
    if nearest.map({ distance < $0.distance }) ?? true { nearest = (candidate, distance) }
  }
  return nearest?.name
}

/// How many insertions, deletions, replacements and swaps of neighbours turn one into the other.
///
/// The optimal string alignment distance: no character is edited twice.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var twoAbove: [Int] = []
  var above = Array(0...right.count)
  for row in left.indices {
    var current = [row + 1]
    for column in right.indices {
      let replaced = above[column] + (left[row] == right[column] ? 0 : 1)
      var best = min(replaced, above[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        best = min(best, twoAbove[column - 1] + 1)
      }
      current.append(best)
    }
    (twoAbove, above) = (above, current)
  }
  return above[right.count]
}
