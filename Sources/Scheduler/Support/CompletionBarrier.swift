import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where all workers of a level meet while one of them does what no other may look at.
///
/// Who needs a meeting calls it and waits; the others see ``isCalled`` before their next batch and
/// come too; the last to come does the work and lets everybody go on. A worker that has nothing
/// left to do leaves, and is not waited for. The mutex orders everything before the meeting before
/// it, and everything after it after it.
final class CompletionBarrier: @unchecked Sendable {
  private let mutexMemory = CacheLines(1) { pthread_mutex_t() }
  private let changedMemory = CacheLines(1) { pthread_cond_t() }
  private var present = 0
  private var waiting = 0
  private var meetings = 0
  private let called = Atomic<Bool>(false)
  /// What the last to come does.
  private let work: () -> Void

  init(_ work: @escaping () -> Void) {
    self.work = work
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
  }

  private var mutex: UnsafeMutablePointer<pthread_mutex_t> { mutexMemory.base }
  private var changed: UnsafeMutablePointer<pthread_cond_t> { changedMemory.base }

  var isCalled: Bool { called.load(ordering: .relaxed) }

  /// Says how many workers will come; nobody may have come yet.
  func expect(_ workers: Int) { present = workers }

  /// Waits until the work has been done once more.
  func meet() {
    called.store(true, ordering: .relaxed)
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    waiting += 1
    if waiting == present { return hold() }
    let meeting = meetings
    while meeting == meetings { pthread_cond_wait(changed, mutex) }
  }

  /// Says that a worker will come to no more meetings.
  func leave() {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    present -= 1
    if waiting > 0 && waiting == present { hold() }
  }

  private func hold() {
    work()
    called.store(false, ordering: .relaxed)
    waiting = 0
    meetings += 1
    pthread_cond_broadcast(changed)
  }
}
