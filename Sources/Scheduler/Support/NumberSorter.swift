/// Sorts numbers that differ from each other.
struct NumberSorter: ~Copyable {
  /// A bit for each number of the range; all 0 between uses.
  private var bits = GrowingBuffer<UInt64>()

  var bytes: Int { bits.bytes }

  /// - Complexity: O(n) where at least every 256th number of their range is there, else O(n log
  ///   n).
  mutating func sort(_ numbers: UnsafeMutableBufferPointer<UInt32>) {
    guard let least = numbers.min(), let greatest = numbers.max() else { return }
    let words = Int(greatest - least) / 64 + 1
    if words > numbers.count * 4 {
      var numbers = numbers
      return numbers.sort()
    }
    bits.removeAll()
    let bits = bits.appendRoom(words)
    bits.update(repeating: 0, count: words)
    for number in numbers {
      let place = number - least
      bits[Int(place >> 6)] |= 1 << UInt64(place & 63)
    }
    var count = 0
    for word in 0..<words {
      var left = bits[word]
      while left != 0 {
        numbers[count] = least + UInt32(word << 6 + left.trailingZeroBitCount)
        count += 1
        left &= left - 1
      }
    }
  }
}
