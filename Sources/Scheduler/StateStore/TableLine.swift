/// A cache line of the table of states: seven entries, filled from the first, and a word of marks.
///
/// An entry is a 32-bit tag, the high half of a hash, and a state's number plus one; 0 is an empty
/// slot. A mark is a byte of the tag for each entry, so that one load tells which entry may be the
/// one: most look-ups need no other. An entry counts as soon as it is there. Its mark comes a
/// moment later, and a slot without one is looked at.
struct TableLine {
  /// How many entries there is room for.
  static var slots: Int { 7 }
  /// The words of a line: the marks are the last one.
  static var words: Int { 1 << logOfWords }
  static var logOfWords: Int { 3 }

  private let base: UnsafeMutablePointer<UInt64>

  /// The line that starts at `words`.
  @inline(__always) init(_ words: UnsafeMutablePointer<UInt64>) { base = words }

  private var marks: SharedWord { @inline(__always) get { SharedWord(base + Self.slots) } }

  @inline(__always) func entry(_ slot: Int) -> SharedWord { SharedWord(base + slot) }

  /// The entry of a state.
  @inline(__always) static func entry(_ hash: UInt64, number: Int) -> UInt64 {
    hash & ~0xffff_ffff | UInt64(truncatingIfNeeded: number &+ 1)
  }

  /// The number of the state that an entry stands for.
  @inline(__always) static func number(in entry: UInt64) -> Int {
    Int(truncatingIfNeeded: entry & 0xffff_ffff) &- 1
  }

  /// Whether an entry has the tag of a hash.
  @inline(__always) static func hasTag(_ entry: UInt64, of hash: UInt64) -> Bool {
    (entry ^ hash) &>> 32 == 0
  }

  /// The lowest bits of the tag, which say least about the line, and one that is always set.
  @inline(__always) private static func mark(_ hash: UInt64) -> UInt64 { hash &>> 32 & 0x7f | 0x80 }

  private static var highBits: UInt64 { 0x0080_8080_8080_8080 }
  private static var lowBits: UInt64 { 0x0001_0101_0101_0101 }
  /// Stands in the byte behind the last slot.
  private static var end: UInt64 { 1 &<< 63 }

  /// The first slot from `first` on whose entry may have the hash's tag or that may be empty;
  /// ``slots`` if there is none.
  @inline(__always) func start(_ hash: UInt64, from first: Int = 0) -> Int {
    let marks = marks.load()
    // A byte is 0 where the mark is the same. Taking 1 from each byte sets the high bit of the
    // first such byte, and of none before it.
    let other = marks ^ Self.mark(hash) &* Self.lowBits
    let slots = ((other &- Self.lowBits) & ~other | ~marks) & Self.highBits | Self.end
    return (slots & ~0 &<< UInt64(truncatingIfNeeded: first &* 8)).trailingZeroBitCount &>> 3
  }

  /// The same for fewer instructions, or 0 and false if there is no such slot, and now and then if
  /// there is.
  ///
  /// For one hash in 128 it overlooks slots without a mark, empty or not.
  @inline(__always) func guess(_ hash: UInt64) -> (slot: Int, isFound: Bool) {
    let marks = marks.load()
    // The high bit of a byte is set where there is no mark. Of the others, 0 is the same mark, and
    // the only one whose high bit taking 1 away sets. It also clears that of a missing one if the
    // rest is 0: once in 128 times.
    let slots = ((marks ^ Self.mark(hash) &* Self.lowBits) &- Self.lowBits) & Self.highBits
    return ((slots.trailingZeroBitCount &>> 3) & 7, slots != 0)
  }

  /// Loads the line into the cache; returns something.
  @inline(__always) func touch() -> UInt64 { marks.load() }

  /// The first empty slot, if nobody is adding to the line; ``slots`` if it is full.
  @inline(__always) var firstEmpty: Int {
    (~marks.load() & Self.highBits | Self.end).trailingZeroBitCount &>> 3
  }

  /// Marks a slot into which the entry of a hash has been written, by whoever has written it.
  ///
  /// Nobody else stores the byte, so no swap of the word is needed, which would wait until all
  /// that was stored before has reached the cache.
  @inline(__always) func mark(_ slot: Int, _ hash: UInt64) {
    marks.storeByte(UInt8(truncatingIfNeeded: Self.mark(hash)), at: slot)
  }

  /// Adds an entry, if there is an empty slot and nobody else uses the line.
  @inline(__always) func add(_ entry: UInt64) -> Bool {
    let before = marks.load()
    let shift = (~before & Self.highBits | Self.end).trailingZeroBitCount & ~7
    if shift == 8 &* Self.slots { return false }
    self.entry(shift &>> 3).store(entry)
    // As a word: the next one added loads it, and would wait for a byte to have reached the cache.
    marks.store(before | Self.mark(entry) &<< UInt64(truncatingIfNeeded: shift))
    return true
  }

  /// Takes all entries out, if nobody else uses the line.
  @inline(__always) func takeAll(_ use: (UInt64) -> Void) {
    let count = firstEmpty
    for slot in 0..<count {
      use(entry(slot).load())
      entry(slot).store(0)
    }
    marks.store(0)
  }
}

/// The lines of a table, between two of its growths.
struct TableLines: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt64>
  let count: Int

  @inline(__always) subscript(number: Int) -> TableLine {
    TableLine(base + number &* TableLine.words)
  }

  /// The number of the line where the search for a hash starts.
  @inline(__always) func home(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: ((hash &>> 32) &* UInt64(truncatingIfNeeded: count)) &>> 32)
  }

  /// The number of the line after another one, around the table's corner.
  @inline(__always) func next(_ line: Int) -> Int { line &+ 1 == count ? 0 : line &+ 1 }

  /// The line of a slot; slots are counted in words of the table, so some numbers stand for marks.
  @inline(__always) func line(ofSlot slot: UInt32) -> TableLine {
    self[Int(slot) &>> TableLine.logOfWords]
  }

  /// The entry in a slot of the table.
  @inline(__always) func entry(inSlot slot: UInt32) -> SharedWord { SharedWord(base + Int(slot)) }

  /// The number of a slot of a line among those of the table.
  @inline(__always) static func slot(_ slot: Int, ofLine line: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: line &* TableLine.words | slot)
  }
}
