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

  /// Loads what adding these states will need, so that the cache misses overlap: their lines of the
  /// table, then the states that may be the ones; notes the places of the table to look at first.
  @inline(__always)
  func touch(
    _ hashes: UnsafeMutablePointer<UInt64>, count: Int, _ places: UnsafeMutablePointer<UInt32>
  ) -> UInt64 {
    let lines = lines.load(ordering: .relaxed)
    var sum: UInt64 = 0
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
    // A loop of its own: nothing in it can be mispredicted, so many loads are under way at once.
    index = 0
    while index < count {
      let entry = entry(at: places[index]).pointee.load(ordering: .relaxed)
      // The initial state does as well as any when there is none.
      let state = state(max(Int(entry & 0xffff_ffff), 1) &- 1)
      sum ^= state[0]
      // A state of several cache lines is compared to its end.
      if width.words > 2 { sum ^= state[width.words &- 1] }
      index &+= 1
    }
    return sum
  }

  /// Adds a state at a place that ``touch(_:count:_:)`` has noted, or finds it there; nil if another
  /// state is there, and ``insert(_:hash:from:_:into:)`` has to look further.
  @inline(__always)
  func insert(
    _ words: Words, hash: UInt64, at place: UInt32, from parent: Parent, _ level: Insertions,
    into allotment: inout Allotment
  ) -> (number: Int, isNew: Bool)? {
    let entry = self.entry(at: place).pointee.load(ordering: .acquiring)
    if entry == 0 {
      let number = write(words, parent, level, &allotment)
      if publish(Self.entry(hash, number), in: self.entry(at: place), level) != 0 { return nil }
      let line = line(Int(place) &>> TableLine.logOfWords)
      line.mark(Int(place) & (TableLine.words &- 1), hash, isShared: level.isShared)
      allotment.advance()
      return (number, true)
    }
    let number = Self.number(in: entry)
    guard (entry ^ hash) &>> 32 == 0, width.equal(state(number), words) else { return nil }
    arrive(at: number, from: parent, level)
    return (number, false)
  }
}
