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

  /// Loads what looking up these hashes will need, so that the cache misses overlap: their lines of
  /// the table, then the states that may be the ones, which it notes as ``number(of:ifEqualTo:)`` asks.
  @inline(__always)
  func touch(
    _ hashes: UnsafeMutablePointer<UInt64>, count: Int, _ guesses: UnsafeMutablePointer<UInt32>
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
      let line = line(Self.home(hash, lines))
      let place = line.start(hash)
      let entry =
        place < TableLine.places ? line.entry(place).pointee.load(ordering: .acquiring) : 0
      guesses[index] = UInt32(truncatingIfNeeded: entry)
      index &+= 1
    }
    // A loop of its own: nothing in it can be mispredicted, so many loads are under way at once.
    index = 0
    while index < count {
      // The initial state does as well as any when there is none.
      let state = state(Int(max(guesses[index], 1)) &- 1)
      sum ^= state[0]
      // A state of several cache lines is compared to its end.
      if width.words > 2 { sum ^= state[width.words &- 1] }
      index &+= 1
    }
    return sum
  }

  /// The number that a guess stands for, if that state is equal to `words`.
  @inline(__always) func number(of guess: UInt32, ifEqualTo words: Words) -> Int? {
    if guess == 0 { return nil }
    let number = Int(guess) &- 1
    return width.equal(state(number), words) ? number : nil
  }
}
