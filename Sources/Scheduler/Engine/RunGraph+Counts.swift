/// Exact counts of the runs that are still possible from each state.
extension RunGraph {
  /// The steps of the longest run.
  var longestRun: Int {
    var longest = [Int](repeating: 0, count: count)
    for place in (0..<count).reversed() {
      longest[place] = steps(from: place).reduce(0) { max($0, longest[Int($1.to)] + 1) }
    }
    return longest[0]
  }

  /// By place: the maximal runs from there on.
  ///
  /// `mayUse` is told, now and then, the bytes in use; nil when it refuses.
  func runsOnward(_ mayUse: (_ bytes: Int) -> Bool) -> [BigNatural]? {
    backwards(mayUse) { place, known in
      var runs: BigNatural = starts[place] == starts[place + 1] ? 1 : 0
      for step in steps(from: place) { runs += known[Int(step.to)] }
      return runs
    }
  }

  /// How many runs there are on which something breaks.
  func violatingRuns(of runs: [BigNatural], _ mayUse: (_ bytes: Int) -> Bool) -> BigNatural? {
    backwards(mayUse) { place, known in
      if isBad[place] { return runs[place] }
      var violating: BigNatural = 0
      for step in steps(from: place) {
        violating += step.breaks ? runs[Int(step.to)] : known[Int(step.to)]
      }
      return violating
    }?[0]
  }

  /// Fills a table from the last state back to the first; `value` knows the states behind a place.
  func backwards(
    _ mayUse: (_ bytes: Int) -> Bool, _ value: (_ place: Int, _ known: [BigNatural]) -> BigNatural
  ) -> [BigNatural]? {
    var known = [BigNatural](repeating: 0, count: count)
    // A number is an array: its header and its limbs.
    var bytes = count * 8
    for place in (0..<count).reversed() {
      known[place] = value(place, known)
      bytes += 32 + (known[place].bitWidth + 63) / 64 * 8
      if place % 4096 == 0 && !mayUse(bytes) { return nil }
    }
    return known
  }
}
