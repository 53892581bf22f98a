/// The limits on memory of the process's control groups, of version 2 and of version 1.
///
/// A process is in a group of each hierarchy, and what the groups above that may use limits it,
/// too. In a container the path that `/proc` tells may be that outside it: then only the root is
/// found, which is the container's own group.
enum ControlGroups {
  private static let root = "/sys/fs/cgroup"

  /// Every limit that there is, with what counts against it and cannot be given up.
  ///
  /// `read` returns the text of a file without its last newline; nil where there is none.
  static func memory(_ read: (_ path: String) -> String?) -> [MemoryBudget.Account] {
    var folders = [root, root + "/memory"]
    for line in (read("/proc/self/cgroup") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isMemory = parts[1].split(separator: ",").contains("memory")
      guard parts[0] == "0" || isMemory else { continue }
      var folder = isMemory ? root + "/memory" : root
      for name in parts[2].split(separator: "/") {
        folder += "/" + name
        folders.append(folder)
      }
    }
    return folders.flatMap { accounts(of: $0, read) }
  }

  /// The limits of one group: that at which it is slowed down counts as well.
  private static func accounts(
    of folder: String, _ read: (String) -> String?
  ) -> [MemoryBudget.Account] {
    func number(_ name: String) -> Int? { read("\(folder)/\(name)").flatMap { Int($0) } }
    let versions = [
      (limits: ["memory.max", "memory.high"], used: "memory.current", caches: ""),
      (limits: ["memory.limit_in_bytes"], used: "memory.usage_in_bytes", caches: "total_"),
    ]
    return versions.flatMap { version -> [MemoryBudget.Account] in
      let limits = version.limits.compactMap(number)
      if limits.isEmpty { return [] }
      let used = max(0, (number(version.used) ?? 0) - fileCaches(of: folder, version.caches, read))
      return limits.map { MemoryBudget.Account(limit: $0, used: used) }
    }
  }

  /// Pages of files, which are given up when memory gets short.
  private static func fileCaches(
    of folder: String, _ prefix: String, _ read: (String) -> String?
  ) -> Int {
    var bytes = 0
    for line in (read("\(folder)/memory.stat") ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let number = Int(words[1]) else { continue }
      if ["inactive_file", "active_file"].contains(where: { words[0] == prefix + $0 }) {
        bytes += number
      }
    }
    return bytes
  }
}
