import Synchronization

/// A cache line of the table of states: seven entries, filled from the first, and a word of marks.
///
/// An entry is a 32-bit tag, the high half of a hash, and a state's number plus one; 0 is an empty place.
/// A mark is a byte of the tag for each entry, so that one load tells which entry may be the one: most
/// look-ups need no other. An entry counts as soon as it is there. Its mark comes a moment later, and a place
/// without one is looked at.
struct TableLine {
  /// How many entries there is room for.
  static var places: Int { 7 }
  /// The words of a line: the marks are the last one.
  static var words: Int { 1 << logOfWords }
  static var logOfWords: Int { 3 }

  private let base: UnsafeMutablePointer<Atomic<UInt64>>

  /// The line that starts at `words`.
  @inline(__always) init(_ words: Words) {
    base = UnsafeMutableRawPointer(words).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  private var marks: UnsafeMutablePointer<Atomic<UInt64>> { base + Self.places }

  @inline(__always) func entry(_ place: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    base + place
  }

  /// The lowest bits of the tag, which say least about the line, and one that is always set.
  @inline(__always) private static func mark(_ hash: UInt64) -> UInt64 { hash &>> 32 & 0x7f | 0x80 }

  private static var highBits: UInt64 { 0x0080_8080_8080_8080 }
  private static var lowBits: UInt64 { 0x0001_0101_0101_0101 }
  /// Stands in the byte behind the last place.
  private static var end: UInt64 { 1 &<< 63 }

  /// The first place from `first` on whose entry may have the hash's tag or that may be empty; ``places`` if
  /// there is none.
  @inline(__always) func start(_ hash: UInt64, from first: Int = 0) -> Int {
    let marks = marks.pointee.load(ordering: .relaxed)
    // A byte is 0 where the mark is the same. Taking 1 from each byte sets the high bit of the first such
    // byte, and of none before it.
    let other = marks ^ Self.mark(hash) &* Self.lowBits
    let places = ((other &- Self.lowBits) & ~other | ~marks) & Self.highBits | Self.end
    return (places & ~0 &<< UInt64(truncatingIfNeeded: first &* 8)).trailingZeroBitCount &>> 3
  }

  /// The same for fewer instructions, or 0 and false if there is no such place, and now and then if there is.
  ///
  /// For one hash in 128 it overlooks places without a mark, empty or not.
  @inline(__always) func guess(_ hash: UInt64) -> (place: Int, isFound: Bool) {
    let marks = marks.pointee.load(ordering: .relaxed)
    // The high bit of a byte is set where there is no mark. Of the others, 0 is the same mark, and the only
    // one whose high bit taking 1 away sets. It also clears that of a missing one if the rest is 0: once in
    // 128 times.
    let places = ((marks ^ Self.mark(hash) &* Self.lowBits) &- Self.lowBits) & Self.highBits
    return ((places.trailingZeroBitCount &>> 3) & 7, places != 0)
  }

  /// Loads the line into the cache; returns something.
  @inline(__always) func touch() -> UInt64 { marks.pointee.load(ordering: .relaxed) }

  /// The first empty place, if nobody is adding to the line; ``places`` if it is full.
  @inline(__always) var firstEmpty: Int {
    let marks = marks.pointee.load(ordering: .relaxed)
    return (~marks & Self.highBits | Self.end).trailingZeroBitCount &>> 3
  }

  /// Marks a place into which the entry of a hash has been written.
  ///
  /// Only who has written the entry writes the byte, so a store suffices: a swap of the word would wait
  /// until all that was stored before has reached the cache.
  @inline(__always) func mark(_ place: Int, _ hash: UInt64) {
    let offset = UInt16(1).littleEndian == 1 ? place : 7 &- place
    let byte = UnsafeMutableRawPointer(marks) + offset
    byte.assumingMemoryBound(to: Atomic<UInt8>.self).pointee.store(
      UInt8(truncatingIfNeeded: Self.mark(hash)), ordering: .relaxed)
  }

  /// Adds an entry, if there is an empty place and nobody else uses the line.
  @inline(__always) func add(_ entry: UInt64) -> Bool {
    let before = marks.pointee.load(ordering: .relaxed)
    let shift = (~before & Self.highBits | Self.end).trailingZeroBitCount & ~7
    if shift == 8 &* Self.places { return false }
    self.entry(shift &>> 3).pointee.store(entry, ordering: .relaxed)
    // As a word: the next one added loads it, and would wait for a byte to have reached the cache.
    let mark = Self.mark(entry) &<< UInt64(truncatingIfNeeded: shift)
    marks.pointee.store(before | mark, ordering: .relaxed)
    return true
  }

  /// Takes all entries out, if nobody else uses the line.
  @inline(__always) func takeAll(_ use: (UInt64) -> Void) {
    let count = firstEmpty
    for place in 0..<count {
      use(entry(place).pointee.load(ordering: .relaxed))
      entry(place).pointee.store(0, ordering: .relaxed)
    }
    marks.pointee.store(0, ordering: .relaxed)
  }
}
