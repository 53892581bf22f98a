internal import Scheduler

/// How the numbers of a slot are kept in the bits of a cell.
///
/// Nobody declares how many bits a variable takes: a search starts with few, and where a number
/// does not fit, it starts again with more. A cell holds `span` numbers from `low` on, and then,
/// if addresses have been seen in it, all addresses. A cell whose numbers are no addresses may
/// still lack a value, which is like the first two of them.
struct Encoding: Hashable {
  var low: Int64
  /// How many numbers there are; at least 1.
  var span: UInt64
  var hasAddresses: Bool
  /// Whether numbers in the cell can be addresses.
  var mayHoldAddresses: Bool
  /// Whether all 64 bits are kept as they are.
  var isRaw = false
  /// How many addresses there are; what is computed beyond them is a number.
  private let locations: Int
  /// With more numbers than these all bits are kept as they are.
  private static let mostNumbers: UInt64 = 1 << 60

  /// An encoding for what a slot starts as, in a program with as many locations.
  init(_ slot: Slot, initial: Int64, locations: Int) {
    self.locations = locations
    (low, span, hasAddresses, mayHoldAddresses) = (0, 1, false, slot.holdsAddresses)
    switch slot.content {
    case .integer: break
    case .pointer: hasAddresses = true
    case .upTo(let most): span = UInt64(most) + 1
    case .lock: break
    }
    include(initial)
  }

  /// An encoding that every number fits.
  static func raw(_ slot: Slot, initial: Int64, locations: Int) -> Encoding {
    var encoding = Encoding(slot, initial: initial, locations: locations)
    (encoding.isRaw, encoding.hasAddresses) = (true, true)
    return encoding
  }

  /// Makes room for one more number.
  mutating func include(_ value: Int64) {
    let location = UInt64(bitPattern: value &- Address.base)
    if value == Address.noValue || mayHoldAddresses && location < UInt64(locations) {
      return hasAddresses = true
    }
    if isRaw { return }
    // Distances of numbers may take all 64 bits.
    var wide = false
    if value < low {
      (span, wide) = span.addingReportingOverflow(UInt64(bitPattern: low &- value))
      low = value
    } else if UInt64(bitPattern: value &- low) >= span {
      (span, wide) = UInt64(bitPattern: value &- low).addingReportingOverflow(1)
    }
    if wide || span > Self.mostNumbers { _ = widen() }
  }

  /// An encoding for the numbers of both, with as much room again on the side where it grows.
  func widened(for seen: Encoding) -> Encoding {
    var wider = self
    wider.hasAddresses = hasAddresses || seen.hasAddresses
    if isRaw { return wider }
    if seen.isRaw {
      _ = wider.widen()
      return wider
    }
    guard span < 1 << 40, seen.span < 1 << 40 else { return wider }
    if seen.low < low {
      wider.include(seen.low.subtractingClamped(span))
    }
    let (last, seenLast) = (low &+ Int64(span - 1), seen.low &+ Int64(seen.span - 1))
    if seenLast > last { wider.include(seenLast.addingClamped(span)) }
    return wider
  }

  /// Makes much more room, for numbers that nobody knows; false if there is no more to be had.
  mutating func widen() -> Bool {
    guard !isRaw else { return false }
    (isRaw, hasAddresses) = (true, true)
    return true
  }

  /// How many bits a cell takes in a program with as many locations.
  func bits(locations: Int) -> Int {
    if isRaw { return 64 }
    let largest = span - 1 + addresses(locations: locations)
    return largest == 0 ? 0 : UInt64.bitWidth - largest.leadingZeroBitCount
  }
}

extension Encoding {
  /// How many addresses follow the numbers.
  func addresses(locations: Int) -> UInt64 {
    if !hasAddresses { return 0 }
    return mayHoldAddresses ? UInt64(locations) : UInt64(Address.noValueLocation) + 1
  }
}

extension Int64 {
  fileprivate func addingClamped(_ distance: UInt64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(Int64(distance))
    return overflow ? .max : sum
  }

  fileprivate func subtractingClamped(_ distance: UInt64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(Int64(distance))
    return overflow ? .min : difference
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
  /// The bits up to this are numbers from `low` on.
  private(set) var span: UInt64
  private(set) var low: Int64
  /// What bits beyond them count from, less the numbers.
  private let high: Int64
  /// How many addresses follow the numbers.
  private let addresses: UInt64
  /// The register that it is instead, where no state has it; otherwise -1.
  var register: Int32 = -1
  /// The thread whose register that is.
  var thread: Int32 = -1

  init(_ encoding: Encoding, in cell: Cell<UInt64>, locations: Int) {
    self.cell = cell
    let bits = encoding.bits(locations: locations)
    if bits == 64 {
      (low, span, high, addresses) = (0, ~0, 0, 0)
      return
    }
    low = encoding.low
    addresses = encoding.addresses(locations: locations)
    // Numbers alone may as well have all bits.
    span = encoding.hasAddresses ? encoding.span : 1 << UInt64(bits)
    high = Address.base &- Int64(bitPattern: span)
  }

  /// Whether the number is the bits and ``low``.
  var isPlain: Bool { addresses == 0 }
  /// The numbers that fit.
  var range: ClosedRange<Int64> {
    let (last, overflow) = low.addingReportingOverflow(Int64(clamping: span - 1))
    return isPlain && span != ~0 && !overflow ? low...last : .min ... .max
  }

  @inline(__always) func decode(_ bits: UInt64) -> Int64 {
    Int64(bitPattern: bits) &+ (bits < span ? low : high)
  }

  /// The bits of a number; all ones, which fit no cell but one of 64 bits, where there are none.
  @inline(__always) func encode(_ value: Int64) -> UInt64 {
    let distance = UInt64(bitPattern: value &- low)
    if distance < span { return distance }
    let location = UInt64(bitPattern: value &- Address.base)
    return location < addresses ? span &+ location : ~0
  }
}
