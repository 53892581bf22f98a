/// Every state found so far, numbered in the order found, and a hash table over them.
///
/// Records lie one after another in memory that never moves; the same memory is the queue of the
/// breadth-first search. A record is a state's words and one more, its bookkeeping: looking a state
/// up has just brought that word into the cache. A table slot is a 32-bit tag, the high half of the
/// hash, and the state's number plus one; the slot's place comes from the hash's highest bits, so
/// that the table can double in place, in order.
struct StateStore<W: Width>: ~Copyable {
  let width: W
  private let arena: ReservedMemory<UInt64>
  private let table: ReservedMemory<UInt64>
  private(set) var count = 0
  private var logCapacity = 12
  /// The most states that fit: numbers have 32 bits, and address space may be short.
  let limit: Int

  init(width: W) {
    self.width = width
    let most = Int(UInt32.max) - 1
    arena = ReservedMemory(capacity: most * (width.words + 1))
    table = ReservedMemory(capacity: 1 << 33)
    limit = min(most, arena.capacity / (width.words + 1), table.capacity / 2)
  }

  /// The words from one state to the next.
  @inline(__always) var recordWords: Int { width.words &+ 1 }

  private var capacity: Int { 1 << logCapacity }
  private var shift: UInt64 { UInt64(64 - logCapacity) }

  /// Bytes in use by states and table.
  var bytes: Int { (count * recordWords + capacity) * MemoryLayout<UInt64>.stride }

  /// Where state `number` lies.
  @inline(__always) func state(_ number: Int) -> Words { arena.base + number &* recordWords }

  /// The state from which state `number` was first found; the initial state is its own.
  func parent(of number: Int) -> Int { Int(state(number)[width.words] & 0xffff_ffff) }

  /// The number of steps that lead to state `number`.
  @inline(__always) func arrivals(at number: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: state(number)[width.words] &>> 32)
  }

  /// Counts one more step to state `number`.
  @inline(__always) func arrive(at number: Int) { state(number)[width.words] &+= 1 << 32 }

  /// Says from where a new state was found.
  @inline(__always) func setParent(of number: Int, to parent: Int) {
    state(number)[width.words] |= UInt64(truncatingIfNeeded: parent)
  }

  /// Makes room in the table for `more` states.
  mutating func reserve(_ more: Int) {
    while (count + more) * 5 > capacity * 3 { grow() }
  }

  /// The number of a state equal to `words`, which is added when there is none.
  ///
  /// Room must have been reserved.
  @inline(__always)
  mutating func insert(_ words: Words, hash: UInt64) -> (number: Int, isNew: Bool) {
    var place = hash &>> shift
    let last = UInt64(capacity &- 1)
    while true {
      let slot = table.base[Int(truncatingIfNeeded: place)]
      if slot == 0 {
        let number = count
        width.copy(words, to: state(number))
        count = number &+ 1
        table.base[Int(truncatingIfNeeded: place)] =
          (hash & 0xffff_ffff_0000_0000) | UInt64(truncatingIfNeeded: count)
        return (number, true)
      }
      if (slot ^ hash) &>> 32 == 0 {
        let number = Self.number(in: slot)
        if width.equal(state(number), words) { return (number, false) }
      }
      place = (place &+ 1) & last
    }
  }

  /// The number of the state equal to `words`, if it was added.
  @inline(__always) func find(_ words: Words, hash: UInt64) -> Int? {
    var place = hash &>> shift
    let last = UInt64(capacity &- 1)
    while true {
      let slot = table.base[Int(truncatingIfNeeded: place)]
      if slot == 0 { return nil }
      if (slot ^ hash) &>> 32 == 0 {
        let number = Self.number(in: slot)
        if width.equal(state(number), words) { return number }
      }
      place = (place &+ 1) & last
    }
  }

  /// Loads what looking up these hashes will need, so that the cache misses overlap.
  @inline(__always) func touch(_ hashes: UnsafeMutablePointer<UInt64>, count: Int) -> UInt64 {
    var sum: UInt64 = 0
    var index = 0
    while index < count {
      sum ^= table.base[Int(truncatingIfNeeded: hashes[index] &>> shift)]
      index &+= 1
    }
    index = 0
    while index < count {
      let slot = table.base[Int(truncatingIfNeeded: hashes[index] &>> shift)]
      if slot != 0 && (slot ^ hashes[index]) &>> 32 == 0 { sum ^= state(Self.number(in: slot))[0] }
      index &+= 1
    }
    return sum
  }

  @inline(__always) private static func number(in slot: UInt64) -> Int {
    Int(truncatingIfNeeded: slot & 0xffff_ffff) &- 1
  }

  /// Doubles the table in place.
  ///
  /// A tag holds the hash bits that choose a place as long as there are at most 2^32 places.
  /// Walking down, an entry moves to about twice its place, beyond everything not yet walked. Entries that
  /// lie too low or too far up for that, because probing had moved them on or wrapped around, are
  /// set aside and added last.
  private mutating func grow() {
    let old = capacity
    logCapacity += 1
    table.preferLargePages(forFirst: capacity)
    var aside: [UInt64] = []
    for index in stride(from: old - 1, through: 0, by: -1) {
      let slot = table[index]
      if slot == 0 { continue }
      table[index] = 0
      let home = home(of: slot)
      // Half the new home is the old one, give or take one.
      if home < index || home / 2 > index || !put(slot, from: home, before: capacity) {
        aside.append(slot)
      }
    }
    for slot in aside {
      let home = home(of: slot)
      if !put(slot, from: home, before: capacity) { _ = put(slot, from: 0, before: home) }
    }
  }

  /// The place where the search for an entry starts.
  private func home(of slot: UInt64) -> Int {
    // Beyond 2^32 places the tag is too short and the hash is computed anew.
    let hash = logCapacity <= 32 ? slot : width.hash(state(Self.number(in: slot)))
    return Int(truncatingIfNeeded: hash >> shift)
  }

  /// Puts an entry into the first empty place of a range; false when there is none.
  private func put(_ slot: UInt64, from first: Int, before end: Int) -> Bool {
    var place = first
    while place < end {
      if table[place] == 0 {
        table[place] = slot
        return true
      }
      place += 1
    }
    return false
  }
}
