internal import Scheduler

/// Sleepable read-copy-update: readers that a grace period waits for, those that started before
/// it.
///
/// A reader notes the index it started under; a grace period flips the index and waits until
/// nobody is left under the old one. Kernel: `srcu_read_lock` and `synchronize_srcu`, as what they
/// promise.
package struct SRCU: Sendable {
  /// By thread: outside, or inside since index 0 or 1.
  let readers: CellRow<UInt8>
  let index: Cell<Bool>

  /// Without grace periods the index stays 0.
  init(_ layout: inout Layout, threads: [String], hasGracePeriods: Bool) {
    readers = layout.row(
      named: threads.map { "srcu[\($0)]" }, bits: hasGracePeriods ? 2 : 1,
      initial: threads.map { _ in UInt8(0) },
      print: { $0 == 0 ? "out" : "in" })
    index = layout.cell(
      "srcu_idx", bits: hasGracePeriods ? 1 : 0, initial: false, print: { $0 ? "1" : "0" })
  }

  /// `srcu_read_lock`; sections of one thread do not nest here.
  @inline(__always) func readLock<R>(_ state: StateView<R>, by thread: ThreadID) {
    state.require(
      state[readers, thread.index] == 0, saying: "the thread is inside an SRCU read section already"
    )
    state[readers, thread.index] = state[index] ? 2 : 1
  }

  /// `srcu_read_unlock`.
  @inline(__always) func readUnlock<R>(_ state: StateView<R>, by thread: ThreadID) {
    state.require(
      state[readers, thread.index] != 0, saying: "the thread is in no SRCU read section")
    state[readers, thread.index] = 0
  }

  /// The start of `synchronize_srcu`: readers from now on need not be waited for.
  func flip<R>(_ state: StateView<R>) { state[index] = !state[index] }

  /// Whether nobody is left who started before the last ``flip(_:)``.
  func isQuiescent<R>(_ state: StateView<R>) -> Bool {
    let old: UInt8 = state[index] ? 1 : 2
    for thread in 0..<readers.count where state[readers, thread] == old { return false }
    return true
  }
}
