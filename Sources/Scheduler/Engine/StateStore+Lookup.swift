import Synchronization

/// Finding states again, one or a batch.
extension StateStore {
  /// The number of the state equal to `words`, if it was added.
  @inline(__always) func find(_ words: Words, hash: UInt64) -> Int? {
    let lines = lines.load(ordering: .relaxed)
    var home = Self.home(hash, lines)
    while true {
      let line = line(home)
      for place in line.start(hash)..<TableLine.places {
        let entry = line.entry(place).pointee.load(ordering: .relaxed)
        if entry == 0 { return nil }
        if (entry ^ hash) &>> 32 == 0 {
          let number = Self.number(in: entry)
          if width.equal(state(number), words) { return number }
        }
      }
      home = next(home, lines)
    }
  }

  /// The states whose hash starts with a tag.
  func numbers(withTag tag: UInt32) -> [Int] {
    let lines = lines.load(ordering: .relaxed)
    let smallest = UInt64(tag) << UInt64(64 - Parent.tagBits)
    let largest = smallest | UInt64.max >> UInt64(Parent.tagBits)
    var numbers: [Int] = []
    // In a large table, states with one tag start their search at several lines.
    for first in Self.home(smallest, lines)...Self.home(largest, lines) {
      var home = first
      while true {
        let line = line(home)
        let count = line.firstEmpty
        for place in 0..<count {
          let entry = line.entry(place).pointee.load(ordering: .relaxed)
          let number = Self.number(in: entry)
          let isOne = entry &>> UInt64(64 - Parent.tagBits) == UInt64(tag)
          if isOne && !numbers.contains(number) { numbers.append(number) }
        }
        if count < TableLine.places { break }
        home = next(home, lines)
      }
    }
    return numbers
  }

  /// Loads what adding the successors of a batch will need, so that the cache misses overlap: their lines
  /// of the table, then the states that may be the ones, which are guesses at their numbers.
  ///
  /// Notes the place of the table to look at first; lists those for which there is a guess, and returns how many
  /// they are.
  @inline(__always)
  func touch(_ successors: Successors<W>, _ touched: inout UInt64) -> Int {
    let (lines, count) = (lines.load(ordering: .relaxed), successors.count)
    let (hashes, places, numbers) = (successors.hashes, successors.places, successors.numbers)
    let list = successors.list
    var sum = touched
    var index = 0
    while index < count {
      let line = line(Self.home(hashes[index], lines))
      sum ^= line.entry(0).pointee.load(ordering: .relaxed)
      index &+= 1
    }
    index = 0
    while index < count {
      let hash = hashes[index]
      let home = Self.home(hash, lines)
      let place = home &* TableLine.words | line(home).guess(hash)
      places[index] = UInt32(truncatingIfNeeded: place)
      index &+= 1
    }
    // Nothing in this loop can be mispredicted, so many loads are under way at once.
    var likely = 0
    index = 0
    while index < count {
      let entry = entry(at: places[index]).pointee.load(ordering: .acquiring)
      let number = UInt32(truncatingIfNeeded: entry)
      numbers[index] = number
      list[likely] = UInt32(truncatingIfNeeded: index)
      likely &+= number == 0 ? 0 : 1
      // The initial state does as well as any when there is none.
      let state = state(Int(max(number, 1)) &- 1)
      sum ^= state[0]
      // A state of several cache lines is compared to its end.
      if width.words > 2 { sum ^= state[width.words &- 1] }
      index &+= 1
    }
    touched = sum
    return likely
  }

  /// Adds a state at a place of the table, if that is still empty; otherwise as
  /// ``insert(_:hash:from:_:into:)`` does.
  @inline(__always)
  func insert(
    _ words: Words, hash: UInt64, at place: UInt32, from parent: Parent, _ level: Insertions,
    into allotment: inout Allotment
  ) -> (number: Int, isNew: Bool) {
    let entry = entry(at: place)
    if entry.pointee.load(ordering: .relaxed) == 0 {
      let number = write(words, parent, level, &allotment)
      if publish(Self.entry(hash, number), in: entry, level) == 0 {
        let line = line(Int(place) &>> TableLine.logOfWords)
        line.mark(Int(place) & (TableLine.words &- 1), hash, isShared: level.isShared)
        allotment.advance()
        return (number, true)
      }
    }
    return insert(words, hash: hash, from: parent, level, into: &allotment)
  }
}
