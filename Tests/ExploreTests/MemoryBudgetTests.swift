import Scheduler
import Testing

@testable import explore

/// What searches may use of what the machine and the limits of the process leave.
struct MemoryBudgetTests {
  private typealias Account = MemoryBudget.Account
  private static let megabyte = 1 << 20

  private func budget(
    physical: Int = 64 << 30, groups: [Account] = [], limits: [Account] = [], stack: Int = 8 << 20
  ) -> MemoryBudget {
    MemoryBudget(physical: physical, groups: groups, addressSpace: limits, stack: stack)
  }

  @Test func `without limits a search may use three quarters of the machine`() {
    let budget = budget()
    #expect(budget.bytes == 48 << 30 && budget.addressSpace == nil)
    #expect(budget.mostThreads == .max && budget.leavesRoomForArenas(of: 256))
  }

  @Test func `of several groups the one counts that leaves the least`() {
    let groups = [Account(limit: 8 << 30, used: 1 << 30), Account(limit: 6 << 30, used: 5 << 30)]
    #expect(budget(groups: groups).bytes == 3 << 28)
    #expect(budget(groups: [Account(limit: 1, used: 2)]).bytes == 0)
    #expect(budget(groups: [Account(limit: .max, used: 0)]).bytes == 48 << 30)
  }

  @Test(arguments: Array(stride(from: 150, through: 1500, by: 25)))
  func `all parts together are no more than a limit leaves`(megabytes: Int) throws {
    let limit = megabytes * Self.megabyte
    let budget = budget(limits: [Account(limit: limit, used: 25 << 20)])
    let free = limit - 25 << 20
    let space = try #require(budget.addressSpace)
    let stacks = (budget.mostThreads - 1) * (8 << 20)
    #expect(budget.bytes < space)
    #expect(space + stacks <= free * 7 / 10)
    // More is never less.
    let more = self.budget(limits: [Account(limit: limit + 1 << 20, used: 25 << 20)])
    #expect(more.bytes >= budget.bytes && more.addressSpace ?? 0 >= space)
    #expect(more.mostThreads >= budget.mostThreads && budget.mostThreads >= 1)
  }

  @Test func `threads and arenas are as many as there is space for`() {
    let small = budget(limits: [Account(limit: 150 << 20, used: 25 << 20)])
    #expect(small.mostThreads == 2 && !small.leavesRoomForArenas(of: 2))
    let large = budget(limits: [Account(limit: 1 << 40, used: 25 << 20)])
    #expect(large.mostThreads > 256 && large.leavesRoomForArenas(of: 64))
    let deep = budget(limits: [Account(limit: 1 << 30, used: 0)], stack: 1 << 40)
    #expect(deep.mostThreads == 1)
    let none = budget(limits: [Account(limit: 1 << 20, used: 1 << 30)])
    #expect(none.bytes == 0 && none.addressSpace == 0 && none.mostThreads == 1)
  }

  @Test func `limits of the command line come first, and the address space stays limited`() {
    var facts = Session.MachineFacts(memory: 100, cores: 2, host: "", now: { "" })
    #expect(facts.limits(.none) == Limits(bytes: 100))
    facts.addressSpace = 70
    let asked = Limits(states: 5, bytes: 1 << 30, duration: .seconds(1))
    #expect(
      facts.limits(asked)
        == Limits(states: 5, bytes: 1 << 30, duration: .seconds(1), addressSpace: 70))
  }

  @Test func `the groups of version 2 and their parents are found, with what they use`() {
    let files = [
      "/proc/self/cgroup": "0::/user/job",
      "/sys/fs/cgroup/user/memory.max": "max",
      "/sys/fs/cgroup/user/job/memory.max": "1000", "/sys/fs/cgroup/user/job/memory.high": "900",
      "/sys/fs/cgroup/user/job/memory.current": "700",
      "/sys/fs/cgroup/user/job/memory.stat": "anon 1\nfile 2\ninactive_file 100\nactive_file 50",
    ]
    #expect(
      ControlGroups.memory { files[$0] } == [
        Account(limit: 1000, used: 550), Account(limit: 900, used: 550),
      ])
  }

  @Test func `so are those of version 1, and a container's own at the root`() {
    let files = [
      "/proc/self/cgroup": "9:name=systemd:/\n4:memory:/box\n3:cpu,cpuacct:/other\n0::/",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "5000",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "40",
      "/sys/fs/cgroup/memory/memory.stat": "inactive_file 9\ntotal_inactive_file 50",
      "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": "3000",
      "/sys/fs/cgroup/memory/other/memory.limit_in_bytes": "1",
    ]
    #expect(
      ControlGroups.memory { files[$0] } == [
        Account(limit: 5000, used: 0), Account(limit: 3000, used: 0),
      ])
    #expect(ControlGroups.memory { _ in nil } == [])
    #expect(ControlGroups.memory { _ in "::\n0\n:memory:" } == [])
  }
}
