#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Threads that do one piece of work together.
package enum ThreadTeam {
  private final class Task: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` with 0, here, and with 1..<`count` in threads of their own, and waits for all.
  ///
  /// What happened before the call happens before all of them, and they before its return.
  /// `absent` is called, here, for each that the machine had no thread for.
  package static func run(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Void, absent: (Int) -> Void
  ) {
    var threads: [pthread_t] = []
    for index in 1..<max(count, 1) {
      let task = Unmanaged.passRetained(Task { body(index) })
      var thread = pthread_t()
      let error = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          Unmanaged<Task>.fromOpaque(argument).takeRetainedValue().body()
          return nil
        }, task.toOpaque())
      if error == 0 {
        threads.append(thread)
      } else {
        task.release()
        absent(index)
      }
    }
    body(0)
    for thread in threads { pthread_join(thread, nil) }
  }
}
