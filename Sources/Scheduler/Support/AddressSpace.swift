import Synchronization

/// The address space that an exploration may still reserve, which its search and the passes after
/// it share.
///
/// Where the process has a limit, what one of them reserves is missing to the others and to the
/// allocator, whose failure would end the process. So all large memory is taken from here, and
/// what is not here is a limit that is hit.
final class AddressSpace: Sendable {
  private let rest: Atomic<Int>

  /// Nil is more than any search can use.
  init(_ bytes: Int?) { rest = Atomic(max(0, bytes ?? Self.plenty)) }

  /// Half of what any machine has, so that sums do not overflow.
  private static let plenty = Int.max / 2

  /// Bytes that may still be taken.
  var free: Int { max(0, rest.load(ordering: .relaxed)) }

  /// Takes as many bytes as are left, at most `wanted` and at least `least`, which are taken even
  /// where they are missing.
  func take(_ wanted: Int, atLeast least: Int) -> Int {
    var seen = rest.load(ordering: .relaxed)
    while true {
      let bytes = max(least, min(wanted, seen))
      let (isMine, now) = rest.compareExchange(
        expected: seen, desired: seen - bytes, ordering: .relaxed)
      if isMine { return bytes }
      seen = now
    }
  }

  /// Gives bytes back that were taken.
  func give(_ bytes: Int) { rest.add(bytes, ordering: .relaxed) }
}
