internal import Scheduler

// Reads the runs that `ExplorationJSON` writes.

extension TraceReport {
  /// A run as a report has it: of what broke in it, ``broken`` is to be added.
  init(
    steps: [Trace.Step], threads: [String], regions: [Trace.Region],
    unfinished: [Trace.Unfinished], loopStart: Int?
  ) {
    (self.steps, self.threads, self.regions) = (steps, threads, regions)
    (self.unfinished, self.loopStart) = (unfinished, loopStart)
    // Locks are regions like others: nothing but a system knows which of them are its own.
    (locks, broken, undecided, isEndedByCheck) = ([], [], [], false)
  }

  /// The run of an object with `trace`, `regions` and `unfinished`.
  init(_ node: JSONNode, _ context: ReadingContext, loopStart: Int?) throws(JSONFault) {
    let regions = try node["regions"].map { (node) throws(JSONFault) in
      Trace.Region(
        try node["name"].string,
        kind: try node["kind"].choice(
          among: Trace.Region.Kind.all.map { ($0.jsonName, $0) }))
    }
    let steps = try node["trace"].list
    var read: [Trace.Step] = []
    for (index, step) in steps.enumerated() {
      read.append(try Self.step(step, number: index + 1, regions, context))
    }
    self.init(
      steps: read, threads: context.threads, regions: regions,
      unfinished: try node["unfinished"].map { (node) throws(JSONFault) in
        try Self.unfinished(node, context)
      }, loopStart: loopStart)
  }

  private static func step(
    _ node: JSONNode, number: Int, _ regions: [Trace.Region], _ context: ReadingContext
  ) throws(JSONFault) -> Trace.Step {
    let thread = try context.thread(try node["thread"])
    let isOfSource = try node.member("line") != nil
    return Trace.Step(
      number: try node["number"].integer(number...number), thread: thread,
      choice: try node["choice"].integer(), location: try location(node),
      changes: try node["changes"].map { (node) throws(JSONFault) in
        Trace.Change(
          name: try node["cell"].string, role: try role(try node["role"], of: thread),
          old: try node["old"].string, new: try node["new"].string)
      },
      isPreemption: try node["preemption"].flag, lockOwners: [],
      inside: try inside(try node["locks"], regions, context),
      accesses: isOfSource
        ? try node["accesses"].map { (node) throws(JSONFault) in
          Trace.Access(
            try node["name"].string, old: try node["old"].string,
            new: try node["new"].unlessNull.map { (node) throws(JSONFault) in try node.string })
        } : nil, broken: try node["broken"].strings)
  }

  private static func role(
    _ node: JSONNode, of thread: ThreadID
  ) throws(JSONFault) -> Layout.Role {
    let roles: [Layout.Role] = [.shared, .local(thread), .ghost]
    return try node.choice(among: roles.map { ($0.jsonName, $0) })
  }

  private static func location(_ node: JSONNode) throws(JSONFault) -> Location {
    let label = try node["label"].string
    let function = try node["function"].unlessNull.map { (node) throws(JSONFault) in
      try node.string
    }
    guard let line = try node.member("line")?.unlessNull else {
      return Location(label: label, function: function)
    }
    let calls = try node.member("calls")?.map { (node) throws(JSONFault) in
      Location.Call(try node["function"].string, line: try node["line"].integer())
    }
    var location = Location(source: label, line: try line.integer(), calls: calls ?? [])
    location.function = function
    return location
  }

  /// By region: who is inside after a step.
  private static func inside(
    _ node: JSONNode, _ regions: [Trace.Region], _ context: ReadingContext
  ) throws(JSONFault) -> [[ThreadID]] {
    var inside = [[ThreadID]](repeating: [], count: regions.count)
    for held in try node.list {
      let name = try held["name"].string
      let reads = try held.member("reads") != nil
      guard
        let region = regions.firstIndex(where: { $0.name == name && ($0.kind == .readers) == reads }
        )
      else {
        throw JSONFault(
          "'regions' has no \"\(name.shown(limit: 40))\" that threads "
            + (reads ? "read under" : "hold"), at: held.offset)
      }
      inside[region].append(try context.thread(try held["owner"]))
    }
    return inside
  }

  private static func unfinished(
    _ node: JSONNode, _ context: ReadingContext
  ) throws(JSONFault) -> Trace.Unfinished {
    Trace.Unfinished(
      thread: try context.thread(try node["thread"]), location: try location(node),
      canStep: try node["canStep"].flag,
      waitsFor: try node["waitsFor"].map { (node) throws(JSONFault) in
        Trace.Unfinished.Wait(
          lock: try node["lock"].string, owner: try context.thread(try node["owner"]))
      })
  }
}
