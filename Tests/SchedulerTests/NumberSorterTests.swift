import Testing

@testable import Scheduler

@Suite struct NumberSorterTests {
  /// Dense ranges are sorted by bits, sparse ones by comparison; a sorter is used again and again.
  @Test func `numbers near each other and far apart are sorted`() {
    var random = SplitMix64(seed: 7)
    var sorter = NumberSorter()
    for (range, count) in [(1, 1), (70, 70), (5000, 900), (1 << 32, 900), (64, 0), (100_000, 500)] {
      var numbers: Set<UInt32> = []
      while numbers.count < count {
        numbers.insert(UInt32(random.pick(below: range)))
      }
      var shuffled = Array(numbers)
      shuffled.withUnsafeMutableBufferPointer { sorter.sort($0) }
      #expect(shuffled == numbers.sorted())
    }
  }
}
