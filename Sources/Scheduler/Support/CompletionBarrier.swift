import Synchronization

/// Where all workers of a level meet while one of them does what no other may look at.
///
/// Who needs a meeting calls it and waits; the others see ``isCalled`` before their next batch and
/// come too; the last to come does the work and lets everybody go on. A worker that has nothing
/// left to do leaves, and is not waited for. The monitor orders everything before the meeting
/// before it, and everything after it after it.
final class CompletionBarrier: @unchecked Sendable {
  private let monitor = Monitor()
  private var present = 0
  private var waiting = 0
  private var meetings = 0
  private let called = Atomic<Bool>(false)
  /// What the last to come does.
  private let work: (_ workers: Int) -> Void

  /// `work` is told how many have come, itself included.
  init(_ work: @escaping (_ workers: Int) -> Void) {
    self.work = work
  }

  var isCalled: Bool { called.load(ordering: .relaxed) }

  /// Says how many workers will come; nobody may have come yet.
  func expect(_ workers: Int) { present = workers }

  /// Waits until the work has been done once more.
  func meet() {
    called.store(true, ordering: .relaxed)
    monitor.run {
      waiting += 1
      if waiting == present { return hold() }
      let meeting = meetings
      while meeting == meetings { monitor.wait() }
    }
  }

  /// Says that a worker will come to no more meetings.
  func leave() {
    monitor.run {
      present -= 1
      if waiting > 0 && waiting == present { hold() }
    }
  }

  private func hold() {
    work(waiting)
    called.store(false, ordering: .relaxed)
    waiting = 0
    meetings += 1
    monitor.notifyAll()
  }
}
