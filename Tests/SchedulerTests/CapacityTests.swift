import Foundation
import Scheduler
import Testing

/// A machine that cannot hold what the search needs, in a process of its own.
@Suite struct CapacityTests {
  @Test func `a system too large for the address space is undecided`() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
      let set = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
      let exploration = Explorer.explore(Counters([9, 9], padding: 4000).system())
      guard set == 0, exploration.verdict == .undecided, case .capacity? = exploration.limit else {
        preconditionFailure("\(exploration)")
      }
    }
  }
}
