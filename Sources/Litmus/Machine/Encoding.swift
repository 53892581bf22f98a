internal import Scheduler

/// How the numbers of a slot are kept in the bits of a cell.
///
/// Nobody declares how many bits a variable takes: a search starts with few, and where a number
/// does not fit, it starts again with more. A cell holds `span` numbers from `low` on, and then, if
/// addresses have been seen in it, all addresses.
struct Encoding: Hashable {
  var low: Int64
  /// How many numbers there are; at least 1.
  var span: UInt64
  var hasAddresses: Bool
  /// Whether all 64 bits are kept as they are.
  var isRaw = false

  /// An encoding for what a slot starts as.
  init(_ slot: Slot, initial: Int64) {
    (low, span, hasAddresses) = (0, 2, false)
    switch slot.content {
    case .integer: break
    case .pointer: (span, hasAddresses) = (1, true)
    case .upTo(let most): span = UInt64(most) + 1
    case .lock: span = 1
    }
    include(initial)
  }

  /// An encoding that every number fits.
  static func raw(_ slot: Slot, initial: Int64) -> Encoding {
    var encoding = Encoding(slot, initial: initial)
    (encoding.isRaw, encoding.hasAddresses) = (true, true)
    return encoding
  }

  /// Makes room for one more number.
  mutating func include(_ value: Int64) {
    if Address.isAddress(value) {
      hasAddresses = true
    } else if value < low {
      span &+= UInt64(bitPattern: low &- value)
      low = value
    } else if UInt64(bitPattern: value &- low) >= span {
      span = UInt64(bitPattern: value &- low) &+ 1
    }
  }

  /// Makes much more room, for numbers that nobody knows; false if there is no more to be had.
  mutating func widen() -> Bool {
    if !hasAddresses {
      hasAddresses = true
      return true
    }
    guard !isRaw else { return false }
    guard span < 1 << 40 else {
      isRaw = true
      return true
    }
    low -= Int64(span)
    span *= 4
    return true
  }

  /// How many bits a cell takes in a program with as many locations.
  func bits(locations: Int) -> Int {
    if isRaw { return 64 }
    let largest = span - 1 + (hasAddresses ? UInt64(locations) : 0)
    return largest == 0 ? 0 : UInt64.bitWidth - largest.leadingZeroBitCount
  }
}

extension Address {
  static let mostLocations: Int64 = 1 << 20

  /// Whether a number is the address of some location.
  static func isAddress(_ value: Int64) -> Bool { value >= base && value < base + mostLocations }
}

/// A cell and what its bits mean.
struct SlotCell {
  var cell: Cell<UInt64>
  var low: Int64
  var span: UInt64
  /// How many addresses follow the numbers.
  var addresses: UInt64
  var isRaw: Bool

  @inline(__always) func decode(_ bits: UInt64) -> Int64 {
    if isRaw { return Int64(bitPattern: bits) }
    if bits < span { return low &+ Int64(bitPattern: bits) }
    return Address.base &+ Int64(bitPattern: bits &- span)
  }

  /// The bits of a number; all ones, which fit no cell, where there are none.
  @inline(__always) func encode(_ value: Int64) -> UInt64 {
    if isRaw { return UInt64(bitPattern: value) }
    let distance = UInt64(bitPattern: value &- low)
    if distance < span { return distance }
    let location = UInt64(bitPattern: value &- Address.base)
    return location < addresses ? span &+ location : ~0
  }
}
