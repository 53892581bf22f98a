/// How the table grows, while no worker uses it.
extension StateStore {
  /// A table of this many lines still doubles; a longer one grows by half, for less of it to be empty.
  private static var mostDoubledLines: Int { 1 << 20 }
  /// Fewer lines are moved by one thread.
  private static var fewestSharedLines: Int { 1 << 14 }

  /// How many lines the table has when it has grown once more; as many as now if it cannot.
  var nextLines: Int {
    let lines = lines.load(ordering: .relaxed)
    return min(mostLines, lines <= Self.mostDoubledLines ? lines * 2 : lines / 2 * 3)
  }

  /// Makes the table longer in place, with `crew` threads.
  ///
  /// A hash's line moves up by the factor by which the table gets longer. So the last lines, down to
  /// the first one whose hashes move beyond the end, are emptied into room that is free; then the lines before
  /// them, into the room that this has left; and so on. Whoever empties some lines fills only those that
  /// their hashes move to, so several can do it side by side. An entry that finds no room there is set aside and
  /// added last; as no entry is taken out once it has moved, all will be found.
  func grow(crew: Int = 1) {
    let (old, new) = (lines.load(ordering: .relaxed), nextLines)
    precondition(new > old, "the table is as long as it can be")
    lines.store(new, ordering: .relaxed)
    provide(old..<new, crew)
    var end = old
    while end > 0 {
      let start = min(end - 1, (end - 1) * old / new + 1)
      let pieces = end - start < Self.fewestSharedLines ? 1 : crew
      let share = (end - start + pieces - 1) / pieces
      let move: @Sendable (Int) -> Void = { [self, end] piece in
        let first = start + piece * share
        let rest = empty(first..<min(first + share, end), (old, new), beyond: end)
        aside.withLock { $0 += rest }
      }
      ThreadTeam.run(pieces, move, absent: move)
      end = start
    }
    aside.withLock { entries in
      for entry in entries {
        var home = Self.home(entry, new)
        while !line(home).add(entry) { home = next(home, new) }
      }
      entries = []
    }
  }

  /// Makes the system provide the memory of some lines.
  private func provide(_ lines: Range<Int>, _ crew: Int) {
    let pieces = lines.count < Self.fewestSharedLines ? 1 : crew
    let share = (lines.count + pieces - 1) / pieces
    let part: @Sendable (Int) -> Void = { [self] piece in
      let first = min(lines.lowerBound + piece * share, lines.upperBound)
      table.provide(
        first * TableLine.words..<min(first + share, lines.upperBound) * TableLine.words)
    }
    ThreadTeam.run(pieces, part, absent: part)
  }

  /// Moves the entries of some lines to where the longer table has them; returns those that have no
  /// room there.
  private func empty(_ lines: Range<Int>, _ length: (old: Int, new: Int), beyond end: Int)
    -> [UInt64]
  {
    func moved(_ line: Int) -> Int { (line * length.new + length.old - 1) / length.old }
    let (first, last) = (max(moved(lines.lowerBound), end), moved(lines.upperBound))
    var rest: [UInt64] = []
    for number in lines {
      line(number).takeAll { entry in
        var home = Self.home(entry, length.new)
        if home >= first {
          while home < last {
            if line(home).add(entry) { return }
            home += 1
          }
        }
        rest.append(entry)
      }
    }
    return rest
  }
}
