/// The states found so far, by number in the order of discovery; of each a 64-bit hash, no more.
///
/// A fingerprint and the number of the state it was found from, 12 bytes, and 4 for each place of
/// an open-addressing table of numbers, which is at most three quarters full. States whose hashes
/// are equal count as one.
final class FingerprintTable {
  /// The bits of a hash that make a fingerprint.
  private let mask: UInt64
  private let fingerprints: ReservedMemory<UInt64>
  private let parents: ReservedMemory<UInt32>
  /// Numbers plus one; 0 is an empty place.
  private let table: ReservedMemory<UInt32>
  private(set) var count = 0
  private var logOfCapacity = FingerprintTable.logOfFirstCapacity
  /// The most states: numbers have 32 bits, and address space may be short.
  let limit: Int

  /// Bytes that are reserved for a state, places of the table included.
  static let bytesPerState = 28

  /// A table for at most `most` states.
  ///
  /// Fingerprints of fewer than 64 bits are for tests, in which states must be missed.
  init(bits: Int, most: Int, in space: AddressSpace) {
    mask = .max << UInt64(64 - bits)
    fingerprints = ReservedMemory(capacity: most, in: space)
    parents = ReservedMemory(capacity: most, in: space)
    table = ReservedMemory(
      capacity: most * 4, atLeast: 1 << Self.logOfFirstCapacity, in: space)
    // Some power of two of places is at least a third of what is reserved and fits; three
    // quarters of it are taken at most.
    limit = min(fingerprints.capacity, parents.capacity, table.capacity / 4)
  }

  private static let logOfFirstCapacity = 12

  private var capacity: Int { 1 << logOfCapacity }

  /// Bytes in use.
  var bytes: Int { count * 12 + capacity * 4 }

  /// Bytes that the doublings take that `more` states may need.
  func growthBytes(for more: Int) -> Int {
    var grown = capacity
    while (count + more) * 4 > grown * 3 { grown *= 2 }
    return (grown - capacity) * 4
  }

  @inline(__always) func fingerprint(of hash: UInt64) -> UInt64 { hash & mask }

  func fingerprint(ofState number: Int) -> UInt64 { fingerprints[number] }

  /// The state from which state `number` was found.
  func parent(ofState number: Int) -> Int { Int(parents[number]) }

  /// Makes room for `more` states.
  func reserve(_ more: Int) {
    guard growthBytes(for: more) > 0 else { return }
    while (count + more) * 4 > capacity * 3 { logOfCapacity += 1 }
    table.discard()
    for number in 0..<count {
      table[place(of: fingerprints[number])] = UInt32(truncatingIfNeeded: number + 1)
    }
  }

  /// Adds a state that was found from state `parent`; false if there is one with its fingerprint.
  ///
  /// There must be room.
  @inline(__always) func insert(hash: UInt64, from parent: Int) -> Bool {
    let fingerprint = fingerprint(of: hash)
    let place = place(of: fingerprint)
    if table[place] != 0 { return false }
    fingerprints[count] = fingerprint
    parents[count] = UInt32(truncatingIfNeeded: parent)
    count &+= 1
    table[place] = UInt32(truncatingIfNeeded: count)
    return true
  }

  /// Loads what looking up these hashes will need, so that the cache misses overlap.
  @inline(__always)
  func touch(_ hashes: UnsafeMutablePointer<UInt64>, count: Int) -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<count { sum ^= UInt64(table[firstPlace(of: fingerprint(of: hashes[index]))]) }
    for index in 0..<count {
      let entry = table[firstPlace(of: fingerprint(of: hashes[index]))]
      // The initial state does as well as any when there is none.
      sum ^= fingerprints[Int(max(entry, 1)) &- 1]
    }
    return sum
  }

  @inline(__always) private func firstPlace(of fingerprint: UInt64) -> Int {
    Int(truncatingIfNeeded: fingerprint &>> UInt64(truncatingIfNeeded: 64 &- logOfCapacity))
  }

  /// Where a fingerprint is, or the empty place that it belongs to.
  @inline(__always) private func place(of fingerprint: UInt64) -> Int {
    let last = capacity &- 1
    var place = firstPlace(of: fingerprint)
    while true {
      let entry = table[place]
      if entry == 0 || fingerprints[Int(entry) &- 1] == fingerprint { return place }
      place = (place &+ 1) & last
    }
  }
}
