import Glibc

extension Session.MachineFacts {
  /// The computer that this process runs on, and what of it the process may use.
  ///
  /// Comes before the first thread: where address space is short the allocator is told to make do
  /// with little of it.
  static func process() -> Session.MachineFacts {
    let budget = MemoryBudget(
      physical: physicalMemory(),
      groups: ControlGroups.memory { text(of: $0) },
      addressSpace: limitsOfProcess(), stack: stackOfThreads())
    let cores = cores()
    if !budget.leavesRoomForArenas(of: min(cores, budget.mostThreads)) { useOneArena() }
    return Session.MachineFacts(
      memory: budget.bytes, cores: cores, host: host(), now: now,
      addressSpace: budget.addressSpace, mostThreads: budget.mostThreads,
      // A signal ends it early.
      pause: { usleep(200_000) })
  }

  private static func cores() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  private static func physicalMemory() -> Int {
    let bytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return bytes > 0 ? bytes : 1 << 32
  }

  /// What limits the address space of the process, `ulimit -v` and `ulimit -d`, with what is in
  /// use already; where the system commits no more than it has, that, too.
  private static func limitsOfProcess() -> [MemoryBudget.Account] {
    let page = sysconf(Int32(_SC_PAGESIZE))
    let fields = (text(of: "/proc/self/statm") ?? "").split(separator: " ").compactMap { Int($0) }
    func used(_ field: Int) -> Int { field < fields.count ? fields[field] * page : 64 << 20 }
    let limits = [(RLIMIT_AS, used(0)), (RLIMIT_DATA, used(5))].compactMap { resource, used in
      softLimit(__rlimit_resource_t(resource.rawValue)).map {
        MemoryBudget.Account(limit: $0, used: used)
      }
    }
    return limits + commitment()
  }

  /// The soft limit of a resource; nil where there is none.
  private static func softLimit(_ resource: __rlimit_resource_t) -> Int? {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return nil }
    return limit.rlim_cur >= rlim_t(Int.max) ? nil : Int(limit.rlim_cur)
  }

  /// What the system still commits, where it counts what is reserved (`vm.overcommit_memory` 2).
  private static func commitment() -> [MemoryBudget.Account] {
    guard text(of: "/proc/sys/vm/overcommit_memory") == "2" else { return [] }
    var kilobytes: [Substring: Int] = [:]
    for line in (text(of: "/proc/meminfo") ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 1, let number = Int(words[1]) { kilobytes[words[0]] = number }
    }
    guard let limit = kilobytes["CommitLimit:"], let used = kilobytes["Committed_AS:"] else {
      return []
    }
    return [MemoryBudget.Account(limit: limit << 10, used: used << 10)]
  }

  /// The bytes that a thread's stack takes.
  private static func stackOfThreads() -> Int {
    softLimit(__rlimit_resource_t(RLIMIT_STACK.rawValue)) ?? 8 << 20
  }

  /// Has all threads allocate from the arena of the first.
  ///
  /// Otherwise glibc reserves 64 MiB of address space for each thread. The function is looked up
  /// by name, for other C libraries do not have it.
  private static func useOneArena() {
    typealias SetOption = @convention(c) (Int32, Int32) -> Int32
    guard let function = dlsym(nil, "mallopt") else { return }
    let mostArenas: Int32 = -8
    _ = unsafeBitCast(function, to: SetOption.self)(mostArenas, 1)
  }

  private static func text(of path: String) -> String? {
    guard let bytes = try? RealFileSystem().read(path, limit: 1 << 16) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.last == "\n" ? String(text.dropLast()) : text
  }

  private static func host() -> String {
    var bytes = [CChar](repeating: 0, count: 256)
    guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
    return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func now() -> String {
    var seconds = time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
