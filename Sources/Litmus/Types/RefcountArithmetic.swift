extension Primitive.RefcountOperation {
  /// A reference count that has left its range, and stays as it is for ever.
  static let saturated = Int32.min / 2

  /// What becomes of a count, and whether the function says yes; nil where the kernel warns.
  ///
  /// It counts in an `int` that wraps, and 0 or less is what no count in use can be.
  func apply(_ count: Int64, _ amount: Int64) -> (count: Int64?, isTrue: Bool)? {
    let (old, amount) = (Int32(truncatingIfNeeded: count), Int32(truncatingIfNeeded: amount))
    func changed(_ new: Int32, _ isTrue: Bool = false) -> (count: Int64?, isTrue: Bool) {
      (Int64(UInt32(bitPattern: new)), isTrue)
    }
    switch self {
    case .increment:
      let new = old &+ amount
      return old <= 0 || new < 0 ? nil : changed(new)
    case .incrementNotZero:
      let new = old &+ amount
      if old == 0 { return (nil, false) }
      return old < 0 || new < 0 ? nil : changed(new, true)
    case .decrement:
      // The last reference is dropped by who looks whether it is the last.
      return old <= 1 ? nil : changed(old &- amount)
    case .decrementAndTest:
      let new = old &- amount
      return old <= 0 || new < 0 ? nil : changed(new, new == 0)
    case .decrementIfOne: return old == 1 ? changed(0, true) : (nil, false)
    case .decrementNotOne:
      if old == 0 { return nil }
      return old == 1 || old == Self.saturated ? (nil, old != 1) : changed(old &- 1, true)
    }
  }
}
