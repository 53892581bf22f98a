import Synchronization

/// A 64-bit word of plain memory that several threads use at once.
///
/// Tables of billions of words are reserved as zeroed pages, so their words cannot be stored
/// properties of type `Atomic`. This is the one place that treats a plain word as an atomic one.
/// It may, because
///
/// - `Atomic<UInt64>` has the size, alignment and bits of a `UInt64`, the words are aligned to
///   eight bytes, and while several threads use a word, all of them do so through this type;
/// - a byte of a word is stored by one thread only (``storeByte(_:at:)``). No language defines
///   what a load of eight bytes sees of a store of one, but the processors that we build for do:
///   on x86-64 and arm64 an aligned load is one access, and sees each byte as some store to it has
///   left it. Nobody relies on more: whoever loads the word takes a byte that has not arrived for
///   a missing one, and no order between bytes is asked for.
///
/// What each order guarantees: a relaxed access is whole, and every thread sees the stores to one
/// word in one order; nothing is said about other memory. What a thread wrote before
/// ``exchangeZero(for:)`` stored a value is seen by every thread that has loaded that value with
/// ``acquire()``, or got it from a failed exchange.
struct SharedWord {
  private let atom: UnsafeMutablePointer<Atomic<UInt64>>

  /// The word at `address`.
  @inline(__always) init(_ address: UnsafeMutablePointer<UInt64>) {
    atom = UnsafeMutableRawPointer(address).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// The value; says nothing about other memory.
  @inline(__always) func load() -> UInt64 { atom.pointee.load(ordering: .relaxed) }

  /// The value; what was written before it was published is seen from here on.
  @inline(__always) func acquire() -> UInt64 { atom.pointee.load(ordering: .acquiring) }

  /// Stores a value; says nothing about other memory.
  @inline(__always) func store(_ value: UInt64) { atom.pointee.store(value, ordering: .relaxed) }

  /// Publishes a value and what was written before it, if the word is 0; returns what it was.
  @inline(__always) func exchangeZero(for value: UInt64) -> UInt64 {
    atom.pointee.compareExchange(
      expected: 0, desired: value, successOrdering: .releasing, failureOrdering: .acquiring
    ).original
  }

  /// Makes the word the smaller of itself and a value; says nothing about other memory.
  @inline(__always) func formMinimum(_ value: UInt64) {
    if value < load() { atom.pointee.min(value, ordering: .relaxed) }
  }

  /// Stores a byte of the word, counted from its lowest bits; only one thread may ever store that
  /// byte.
  @inline(__always) func storeByte(_ byte: UInt8, at index: Int) {
    let offset = UInt16(1).littleEndian == 1 ? index : 7 &- index
    (UnsafeMutableRawPointer(atom) + offset).assumingMemoryBound(to: Atomic<UInt8>.self)
      .pointee.store(byte, ordering: .relaxed)
  }
}
