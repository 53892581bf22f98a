/// The whole state graph of a search, in an order in which every step leads forward.
///
/// Only a graph without cycles has such an order: all its runs end, and what is true of all of
/// them is found out from the last state back to the first. States go by their place in that
/// order; the initial state's is 0.
struct RunGraph {
  struct Step {
    /// The place of the state that it leads to.
    var to: UInt32
    var thread: UInt8
    var choice: UInt8
    /// Whether the step itself breaks a property.
    var breaks: Bool
  }

  /// By place: where the steps from a state start; one more entry than there are states.
  private(set) var starts: [Int] = [0]
  /// The steps, those from one state together, by thread and then choice.
  private(set) var steps: [Step] = []
  /// By place: whether something is broken in a state.
  private(set) var isBad: [Bool] = []

  var count: Int { isBad.count }

  func steps(from place: Int) -> ArraySlice<Step> { steps[starts[place]..<starts[place + 1]] }

  /// Adds the state at the next place.
  mutating func add(isBad: Bool, _ steps: [Step]) {
    self.isBad.append(isBad)
    self.steps += steps
    starts.append(self.steps.count)
  }

  /// Says which places the numbers stand for that steps were added with.
  mutating func rename(_ place: [UInt32]) {
    for index in steps.indices { steps[index].to = place[Int(steps[index].to)] }
  }

  /// Bytes in use, about.
  static func bytes(states: Int, steps: Int) -> Int {
    states * 17 + steps * MemoryLayout<Step>.stride
  }
}

// MARK: - The runs onward

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
