/// The text of a scenario to begin with: paths side by side, on a machine made for them.
///
/// A thread runs each path. Paths of vCPUs get one each, paths that change a memory slot one of
/// their own, so that the file reads whatever paths are asked for.
package struct ScenarioTemplate: Sendable {
  /// Why some paths cannot be in one scenario.
  package enum Refusal: Error, Hashable, Sendable {
    /// One needs a guest with a radix table, the other one with a hashed table.
    case tablesDiffer(radix: PathSpec, hashed: PathSpec)
    case tooManyThreads(limit: Int)
    case tooManySlots(limit: Int)
  }

  package let table: TableKind
  /// The properties that have to do with the paths.
  package let properties: [PropertySpec]
  private let threads: [Thread]
  private let vcpus: [String]
  /// The `flags` of each slot, by its id.
  private let slots: [Slot]

  private struct Thread: Sendable {
    var path: PathSpec
    var name: String
    var call: String
  }

  private struct Slot: Sendable {
    /// Whether a path changes it.
    var isChanged = false
    var isLogged = true
  }

  private static let mostThreads = 16
  private static let mostSlots = 8

  /// - Throws: ``Refusal`` for paths that no scenario can have together.
  package init(_ paths: [PathSpec]) throws(Refusal) {
    let radix = paths.first { $0.tables == [.radix] }
    let hashed = paths.first { $0.tables == [.hashed] }
    if let radix, let hashed { throw .tablesDiffer(radix: radix, hashed: hashed) }
    if paths.count > Self.mostThreads { throw .tooManyThreads(limit: Self.mostThreads) }
    table = hashed == nil ? .radix : .hashed
    var slots = [Slot()]
    var vcpus: [String] = []
    var names: Set<String> = []
    var threads: [Thread] = []
    let firstVCPU = "vcpu0"
    for path in paths {
      let takes = path.arguments.map(\.label)
      var values: [String: String] = [:]
      var wanted = path.id
      if takes.contains(Argument.vcpu.label) {
        wanted = "vcpu\(vcpus.count)"
        values[Argument.vcpu.label] = "\"\(wanted)\""
        vcpus.append(wanted)
      }
      values[Argument.core.label] = "\"\(firstVCPU)\""
      if let change = path.slotChange {
        let free = slots.firstIndex { !$0.isChanged }
        let slot = free ?? slots.count
        if slot == Self.mostSlots { throw .tooManySlots(limit: Self.mostSlots) }
        if free == nil { slots.append(Slot()) }
        slots[slot].isChanged = true
        slots[slot].isLogged = change != .setLogging(true)
        values[Argument.slot.label] = "\(slot)"
        values[Argument.base.label] = (0x1000 + 0x100 * slot).hex
      }
      values[Argument.rpn.label] = (0x80 + threads.count).hex
      if path == HEnter.path { values[Argument.index.label] = "\(Self.freeEntry)" }
      let call = path.call { values[$0.label] ?? $0.example }
      threads.append(Thread(path: path, name: Self.name(like: wanted, &names), call: call))
    }
    if vcpus.isEmpty { vcpus = [firstVCPU] }
    (self.threads, self.vcpus, self.slots) = (threads, vcpus, slots)
    properties = PropertySpec.allCases.filter { [table] property in
      property.tables.contains(table) && property.concerns(paths)
    }
  }

  /// A thread's name, unlike those that there are.
  private static func name(like wanted: String, _ names: inout Set<String>) -> String {
    let limit = NameForm.thread.limit
    var name = String(wanted.prefix(limit))
    var number = 2
    while !names.insert(name).inserted {
      let suffix = "-\(number)"
      name = wanted.prefix(limit - suffix.count) + suffix
      number += 1
    }
    return name
  }

  /// The entry of a hashed table that is free at the start.
  private static let freeEntry = 1
}

extension ScenarioTemplate {
  /// The whole file; `name` is the scenario's, `file` what commands are to name.
  package func text(named name: String, file: String) -> String {
    let title = threads.map(\.path.id).joined(separator: " beside ")
    let summary =
      title.count <= 40 ? "\(title), to begin with" : "\(threads.count) paths, to begin with"
    let knobs = Knob.allCases.filter { knob in
      threads.contains { knob.paths(on: table).contains($0.path) }
    }
    return """
      // \(summary): change it, and take every interleaving by
      //     explore run \(file)
      // What can stand here is named by 'explore list paths', 'properties', 'landmarks', 'knobs'.
      {
        name: "\(name)",
        summary: "\(summary)",
        machine: {
          lpid: 1,
      \(machine.map { "    \($0)\n" }.joined())  },
        // Each thread runs its paths in order; more of them can stand in 'run'.
        threads: [
      \(threads.map(lines).joined())  ],
        // What must hold in every reachable state. Others: explore list properties
        properties: [
      \(Self.list(properties.map(\.id)))  ],
        rows: [
          {
            // The kernel as it is. Nothing is expected of the row yet: 'explore check' prints the
            // line to write here once you believe it.
            name: "linux-6.1",
          },
      \(Self.row(knobs))  ],
      }

      """
  }

  private func lines(_ thread: Thread) -> String {
    let (name, run) = ("name: \"\(thread.name)\"", "run: [\(thread.call)]")
    let line = "    { \(name), \(run) },\n"
    let isLong = line.count > 100
    return "    // \(thread.path.summary)\n"
      + (isLong ? "    {\n      \(name),\n      \(run),\n    },\n" : line)
  }

  private static func list(_ ids: [String]) -> String {
    ids.map { "    \"\($0)\",\n" }.joined()
  }

  /// A row to uncomment, for what these paths can be varied by.
  private static func row(_ knobs: [Knob]) -> String {
    guard let knob = knobs.first, let other = knob.values.first(where: { $0 != knob.baseValue })
    else { return "" }
    return """
          // A variant of the kernel, to be uncommented. Knobs that these paths read:
      \(wrapped(knobs.map(\.id)))    // { name: "\(knob.id)-\(other)", knobs: { "\(knob.id)": "\(other)" } },

      """
  }

  /// Names as lines of a comment.
  private static func wrapped(_ names: [String]) -> String {
    var lines = [""]
    for (index, name) in names.enumerated() {
      let word = name + (index == names.count - 1 ? "." : ",")
      if lines[lines.count - 1].count + word.count > 80 { lines.append("") }
      lines[lines.count - 1] += " " + word
    }
    return lines.map { "    //\($0)\n" }.joined()
  }

  private var machine: [String] {
    let gfns = slots.indices.map { 0x100 + 0x100 * $0 }
    var lines = ["// Memory slots; log-dirty is what migration asks for.", "slots: ["]
    for (slot, gfn) in zip(slots.indices, gfns) {
      let flags = slots[slot].isLogged ? ", flags: [\"log-dirty\"]" : ""
      lines.append("  { id: \(slot), base_gfn: \(gfn.hex), npages: 1\(flags) },")
    }
    lines += [
      "],",
      table == .radix
        ? "// Pages of the guest, the host frames behind them, and L0's entries for them."
        : "// Pages of the guest, and the host frames behind them.",
      "pages: [",
    ]
    for (slot, gfn) in zip(slots.indices, gfns) {
      let host = table == .radix ? ", host: \"rwx RC\"" : ""
      lines.append("  { gfn: \(gfn.hex), rpn: \((0x20 + slot).hex)\(host) },")
    }
    lines.append("],")
    return lines + (table == .radix ? radixLines : hashedLines)
  }

  private var radixLines: [String] {
    let inL1 = Dictionary(uniqueKeysWithValues: threads.map { ($0.name, $0.path.startsInL1) })
    return [
      "// A nested guest, with L1's entry for its page; L0 has no shadow of it yet.",
      "guests: [",
      "  { l1_lpid: 1, shadow_lpid: 2, pages: [{ n: 0x10, gpte: { gfn: 0x100, bits: \"rwx RC\" } }] },",
      "],", "vcpus: [",
    ]
      + vcpus.map { name in
        "  { name: \"\(name)\", l1_lpid: 1\(inL1[name] == true ? ", context: \"l1\"" : "") },"
      } + ["],"]
  }

  private var hashedLines: [String] {
    ["vcpus: ["] + vcpus.map { "  { name: \"\($0)\" }," }
      + [
        "],", "// Entries of the guest's hashed table, by their place: one in use, one free.",
        "hpt: [{ gfn: 0x100, bits: \"rw- RC\" }, {}],",
      ]
  }
}

extension PathSpec {
  /// What a call of the path does to the slot that it names; nil for a path that changes none.
  fileprivate var slotChange: SlotUpdate? {
    ExampleCalls.calls(of: self).lazy.compactMap { call, machine in
      KVM.Use(of: call, on: machine).updates.values.first
    }.first
  }

  /// Whether the vCPU that makes the call runs L1, and not its nested guest.
  fileprivate var startsInL1: Bool {
    [
      GuestAccess.l1Load, GuestAccess.l1Store, EnterNested.path, CopyToFromGuest.load,
      CopyToFromGuest.store,
    ].contains(self)
  }
}
