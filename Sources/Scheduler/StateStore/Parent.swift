/// What a state keeps of one step that leads to it: who takes it, and the hash of the state
/// before.
///
/// Unlike a number, this does not depend on who found what first. The smallest parent is that of
/// the thread with the lowest number, so that a run put together backwards stays with one thread
/// as long as it can.
struct Parent {
  /// The thread in the highest bits, then the highest bits of the hash.
  let bits: UInt32

  /// 26 bits, which leave 6 for the thread.
  static var tagBits: Int { 26 }

  init(bits: UInt32) { self.bits = bits }

  @inline(__always) init(thread: UInt8, tag: UInt32) {
    bits = UInt32(thread) &<< UInt32(Self.tagBits) | tag
  }

  /// The highest bits of a state's hash, by which its successors remember it.
  @inline(__always) static func tag(of hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash &>> UInt64(64 - tagBits))
  }

  var thread: Int { Int(bits >> UInt32(Self.tagBits)) }
  var tag: UInt32 { bits & (1 << UInt32(Self.tagBits) - 1) }
}
