import Foundation
import Scheduler
import Testing

/// A machine that cannot hold all that a search could use, in a process of its own.
@Suite struct CapacityTests {
  @Test func `a search makes do with the address space that the system gives`() async {
    await #expect(processExitsWith: .success) {
      var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
      let set = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
      let system = Counters([9, 9], padding: 4000).system()
      let whole = Explorer.explore(system)
      guard set == 0, whole.verdict == .holds, whole.counts.states == 100 else {
        preconditionFailure("\(whole)")
      }
      let part = Explorer.explore(system, options: .init(limits: Limits(addressSpace: 1 << 20)))
      guard part.verdict == .undecided, case .capacity? = part.limit, part.counts.states > 1 else {
        preconditionFailure("\(part)")
      }
    }
  }
}
