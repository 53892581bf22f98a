import Synchronization

/// Remembers the largest of the numbers that it is told.
final class LargestNumber: Sendable {
  private let largest = Atomic<Int>(0)

  var value: Int { largest.load(ordering: .relaxed) }
  func note(_ number: Int) { largest.max(number, ordering: .relaxed) }
}
