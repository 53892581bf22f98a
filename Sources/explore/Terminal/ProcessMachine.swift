import Glibc

extension Session.MachineFacts {
  /// The computer that this process runs on.
  static func process() -> Session.MachineFacts {
    Session.MachineFacts(memory: memory() / 4 * 3, cores: cores(), host: host(), now: now)
  }

  private static func cores() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The physical memory, or the limit of the control group where that is less.
  private static func memory() -> Int {
    let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    let limits = groupLimitFiles().compactMap { path in text(of: path).flatMap { Int($0) } }
    return limits.reduce(physical > 0 ? physical : 1 << 32) { $1 > 0 ? min($0, $1) : $0 }
  }

  /// The files that may hold a limit: of the process's own groups, their parents, and version 1.
  private static func groupLimitFiles() -> [String] {
    var files = ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    for line in (text(of: "/proc/self/cgroup") ?? "").split(separator: "\n") {
      guard line.hasPrefix("0::") else { continue }
      var path = ""
      files.append("/sys/fs/cgroup/memory.max")
      for part in line.dropFirst(3).split(separator: "/") {
        path += "/" + part
        files.append("/sys/fs/cgroup\(path)/memory.max")
      }
    }
    return files
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
