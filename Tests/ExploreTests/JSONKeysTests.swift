import Testing

@testable import explore

/// The keys of reports are a contract: none goes, comes or changes without its golden.
@Suite struct JSONKeysTests {
  /// The paths of all keys that reports of these command lines have.
  private static func keysOfReports() throws -> Set<String> {
    let commandLines = [
      ["run", "race.json5"], ["check", "mixed", "missing"],
      ["run", "race.json5", "--max-states=9"],
      ["compare", "race.json5", "--row=linux-6.1", "--runs=9"], ["check", "races"],
      ["check", "race.json5", "--diff", "--with=seq-bump-on-clear-dirty"],
    ]
    let outputs = commandLines.map { TestSession().run($0 + ["--format=json"]).output }
    let session = TestSession(files: ["calls.race": Self.calls, "locks.race": Self.locks])
    let interrupted = TestSession(isInterrupted: { true })
    let others = [
      session.run("run", "calls.race", "--format=json"),
      session.run("run", "locks.race", "--format=json"),
      session.run("check", "locks.race", "--partition=1/2", "--format=json"),
      interrupted.run("run", "race.json5", "--format=json"),
    ]
    return try (outputs + others.map(\.output))
      .reduce(into: []) { keys, output in
        collectKeys(of: try JSON(output), at: "", into: &keys)
      }
  }

  /// A violation and an answer with steps in calls, and under a lock that several read under.
  private static let calls = """
    C calls
    int x;
    rwlock_t lock;
    static int get(void)
    {
      int r;
      read_lock(&lock);
      r = x;
      read_unlock(&lock);
      return r;
    }
    thread one(void) { int a = get(); x = 1; }
    thread two(void) { int b = get(); assert(!b); }
    exists (x == 1)
    """

  /// A run that ends with threads that wait.
  private static let locks = """
    C locks
    spinlock_t inner, outer;
    thread one(void) { spin_lock(&outer); spin_lock(&inner); }
    thread two(void) { spin_lock(&inner); spin_lock(&outer); }
    """

  /// Flags are those of herd7's dialect, which has no calls and no such locks, and a question is
  /// answered when all have finished.
  private static func isNever(_ key: String) -> Bool {
    key.contains(".question.unfinished[].")
      || key.contains(".flags[].")
        && [".calls[].", ".waitsFor[].", ".locks[].reads"].contains { key.contains($0) }
  }

  private static func collectKeys(of value: JSON, at path: String, into keys: inout Set<String>) {
    switch value {
    case .null, .flag, .integer, .string: return
    case .list(let items):
      for item in items { collectKeys(of: item, at: path + "[]", into: &keys) }
    case .object(let members):
      for (key, member) in members {
        // Knobs are names of the model, not keys of the report.
        let isOpen = [".knobs", ".expectedPreemptions"].contains { path.hasSuffix($0) }
        let place = isOpen ? path + ".*" : path + "." + key
        keys.insert(place)
        collectKeys(of: member, at: place, into: &keys)
      }
    }
  }

  /// The paths of all keys that a schema describes.
  private static func collectKeys(
    describedBy schema: JSON, at path: String, into keys: inout Set<String>
  ) {
    guard case .object(let keywords) = schema else { return }
    for (keyword, argument) in keywords {
      switch (keyword, argument) {
      case ("$ref", .string(let target)):
        let name = target.split(separator: "/").last.map(String.init) ?? ""
        collectKeys(
          describedBy: Repository.reportSchema["$defs"]?[name] ?? .null, at: path, into: &keys)
      case ("items", _): collectKeys(describedBy: argument, at: path + "[]", into: &keys)
      case ("oneOf", .list(let schemas)):
        for schema in schemas { collectKeys(describedBy: schema, at: path, into: &keys) }
      case ("properties", .object(let members)):
        for (key, member) in members {
          keys.insert(path + "." + key)
          collectKeys(describedBy: member, at: path + "." + key, into: &keys)
        }
      case ("additionalProperties", .object): keys.insert(path + ".*")
      default: break
      }
    }
  }

  @Test func `the keys of reports are their golden`() throws {
    let lines = try Self.keysOfReports().sorted().map { $0.dropFirst() + "\n" }
    Golden.expect(lines.joined(), is: "report-keys.txt")
  }

  @Test func `the schema describes each key that a report has, and no other`() throws {
    var described: Set<String> = []
    Self.collectKeys(describedBy: Repository.reportSchema, at: "", into: &described)
    let different = try Self.keysOfReports().symmetricDifference(described)
    #expect(different.filter { !Self.isNever($0) }.sorted() == [])
  }

  @Test func `every place of the schema is described`() {
    #expect(Self.undescribed(Repository.reportSchema, at: "$") == [])
  }

  /// The schemas of values that say nothing about what the value means.
  private static func undescribed(_ schema: JSON, at place: String) -> [String] {
    guard case .object(let keywords) = schema else { return [] }
    var places: [String] = []
    let isNull = schema["type"] == .string("null")
    if keywords["description"] == nil, keywords["$ref"] == nil, !isNull { places.append(place) }
    for group in ["properties", "$defs"] {
      guard case .object(let members)? = keywords[group] else { continue }
      for (key, member) in members { places += undescribed(member, at: "\(place).\(key)") }
    }
    for key in ["items", "additionalProperties"] {
      if let member = keywords[key] { places += undescribed(member, at: "\(place)[]") }
    }
    return places.sorted()
  }
}
