#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A mutex with one condition: threads exclude each other, and wait until another one has changed
/// something.
///
/// What a thread does before it leaves happens before whatever the next one to enter does.
package final class Monitor: @unchecked Sendable {
  private let mutexMemory = CacheLines(1) { pthread_mutex_t() }
  private let changedMemory = CacheLines(1) { pthread_cond_t() }

  /// A monitor that no thread is in.
  package init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
  }

  private var mutex: UnsafeMutablePointer<pthread_mutex_t> { mutexMemory.base }
  private var changed: UnsafeMutablePointer<pthread_cond_t> { changedMemory.base }

  /// Enters, once no other thread is inside.
  package func enter() { pthread_mutex_lock(mutex) }
  /// Leaves; the thread must be inside.
  package func leave() { pthread_mutex_unlock(mutex) }

  /// Leaves, waits for ``notifyAll()`` or for no reason at all, and enters again.
  package func wait() { pthread_cond_wait(changed, mutex) }
  /// Wakes all threads that wait.
  package func notifyAll() { pthread_cond_broadcast(changed) }

  /// Does something inside.
  package func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    enter()
    defer { leave() }
    return try body()
  }
}
