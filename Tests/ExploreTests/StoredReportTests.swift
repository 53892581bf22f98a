import Foundation
import Reporting
import Testing

@testable import explore

/// Reports that are read back and printed again, in every format of their command.
@Suite struct StoredReportTests {
  private static let session = TestSession()

  /// The rows of a report, printed as the command printed them.
  private static func printed(
    _ report: StoredReport, by renderer: (any ReportRenderer)?
  ) throws -> String {
    var renderer = try #require(renderer)
    var text = renderer.start(ReportStart(files: report.files.map(\.name)))
    for (index, file) in report.files.enumerated() {
      guard case .scenario(let scenario) = file else {
        if case .rejected(let error) = file {
          text += renderer.reject(error, ofFile: index + 1)
        }
        continue
      }
      text += renderer.begin(scenario.input)
      // Of a comparison, the rows of all strategies belong together.
      var rows = scenario.rows[...]
      while !rows.isEmpty {
        let count = report.facts.command == "compare" ? StrategySpec.allCases.count : 1
        text += renderer.add(rows.prefix(count).map(report.report))
        rows = rows.dropFirst(count)
      }
    }
    return text
      + renderer.end(ReportEnd(filesNotRun: [], summary: report.summary, run: report.facts))
  }

  private static let commandLines: [[String]] = [
    ["run", "race.json5"], ["run", "race.json5", "--row=patched", "--max-states=100"],
    ["run", "race.json5", "--row=patched", "--max-seconds=0.000000001"],
    ["run", "race.json5", "--preemptions=1"], ["run", "race.json5", "--fingerprints"],
    ["run", "race.json5", "--row=patched", "--max-memory=1M", "--jobs=1"],
    ["run", "race.json5", "--strategy=uniform", "--max-states=10"],
    ["run", "race.json5", "--strategy=uniform", "--runs=99"],
    ["run", "race.json5", "--strategy=random", "--runs=9"],
    ["run", "race.json5", "--strategy=pct", "--runs=9"],
    ["run", "race.json5", "--strategy=dpor", "--max-steps=20"],
    ["run", "race.json5", "--reduce"], ["run", "race.json5", "--symmetry"],
    ["run", "race.json5", "--knob=bump-dirty=after"], ["run", "race.json5", "--kernel=linux-6.1"],
    ["run", "race.json5", "--with=seq-bump-on-clear-dirty", "--with=flush-shadow-lpid"],
    ["run", "vacuous.json5"], ["run", "three.json5", "--max-states=3000"],
    ["run", "-", "--language=scenario", "--row=patched"],
    ["run", "races/kick.race"], ["run", "races/kick.race", "-DFIX", "-DX=2"],
    ["run", "races/question.race"], ["run", "races/question.race", "-DSWAPPED"],
    ["run", "races/question.race", "--max-states=5"],
    ["run", "races/mp.litmus", "--strategy=bounded"], ["run", "races/mp.litmus"],
    ["run", "races/assumed.race", "--max-states=3"], ["run", "loop.race"], ["run", "locks.race"],
    ["check", "folder", "wrong.json5", "mixed", "missing"], ["check", "races", "broken"],
    ["check", "races", "--max-states=7"], ["check", "races/kick.race", "-DFIX"],
    ["check", "race.json5", "--strategy=bounded"], ["check", "race.json5", "--preemptions=0"],
    ["check", "races", "--strategy=dpor"], ["check", "races", "--strategy=pct", "--runs=9"],
    ["check", "races", "--reduce"], ["check", "missing"],
    ["compare", "race.json5", "--runs=99"], ["compare", "races/kick.race", "--runs=9"],
  ]

  /// Runs that never end, a deadlock, readers beside each other, calls, and texts to be escaped.
  private static let files: [String: String] = [
    "loop.race": """
    C loop
    int x;
    thread one(void) { while (!READ_ONCE(x)) cpu_relax(); }
    thread two(void) { int r = READ_ONCE(x); }
    row as-is holds
    """,
    "locks.race": """
    C locks
    int x;
    rwlock_t lock; spinlock_t a, b; struct mutex m;
    static int get(void) { int r; read_lock(&lock); r = x; read_unlock(&lock); return r; }
    thread one(void) { int v = get(); spin_lock(&a); spin_lock(&b); x = v + 1;
      spin_unlock(&b); spin_unlock(&a); }
    thread two(void) { int v = get(); mutex_lock(&m); spin_lock(&b); spin_lock(&a); x = v + 2;
      spin_unlock(&a); spin_unlock(&b); mutex_unlock(&m); }
    row deadlocked violated: deadlock
    """,
  ]

  @Test(arguments: commandLines)
  func `a report that is read back prints what its command printed`(line: [String]) throws {
    var session = Self.session
    session.files.merge(Self.files) { _, new in new }
    let json = session.run(line + ["--format=json"])
    #expect(json.output.hasPrefix("{"), "\(json.error)")
    let report = try StoredReport(Array(json.output.utf8), path: "r.json")
    #expect(try Self.printed(report, by: JSONReport()) == json.output)
    let command = try #require(Command(rawValue: line[0]))
    let style = TextStyle(width: 80, paint: Paint(isOn: false), model: "the kernel")
    let renderer: (any ReportRenderer)? =
      switch command {
      case .run: RunText(style: style)
      case .check: CheckText(style: style)
      default: CompareText(style: style)
      }
    let text = session.run(line).output
    #expect(Self.untimed(try Self.printed(report, by: renderer)) == Self.untimed(text))
  }

  /// Comparisons show times, which differ from run to run.
  private static func untimed(_ text: String) -> String {
    text.replacing(/[0-9]+\.[0-9]{3} s/, with: "T s")
  }

  // MARK: - Reports that are none

  private static func refusal(_ text: String) -> InputError.Fault? {
    do {
      _ = try StoredReport(Array(text.utf8), path: "r.json")
      return nil
    } catch {
      return error.faults.first
    }
  }

  private static let sound = session.run("check", "races/kick.race", "--format=json").output

  @Test(arguments: [
    ("\"schemaVersion\": 2", "\"schemaVersion\": 3", "the report has schemaVersion 3"),
    ("\"schemaVersion\": 2,", "", "the object has no 'schemaVersion'"),
    ("{\"name\": \"explore\"}", "{\"name\": \"other\"}", "expected \"explore\" and found"),
    ("\"verdict\": \"violated\"", "\"verdict\": \"violate\"", "did you mean \"violated\"?"),
    ("\"verdict\": \"violated\"", "\"verdict\": 1", "expected a string and found 1"),
    ("\"verdict\": \"violated\"", "\"verdikt\": \"violated\"", "the object has no 'verdict'"),
    ("\"asExpected\": true", "\"asExpected\": false", "false does not go with the rest"),
    ("\"broken\": [\"no_lost_kick\"]", "\"broken\": []", "the list has 0 items"),
    ("\"isWhole\": true", "\"isWhole\": false", "does not go with the rest"),
    ("\"thread\": \"maker\"", "\"thread\": \"taker\"", "the row has no thread \"taker\""),
    ("\"steps\": ", "\"steps\": 1", "'steps' says 1"),
    ("\"model\": \"sc\"", "\"model\": \"tso\"", "\"tso\" is no known name; expected \"sc\""),
    ("\"met\": 2", "\"met\": 1", "1 does not go with the rest of the report, which makes it 2"),
    ("\"rowsNotRun\": 0", "\"rowsNotRun\": -1", "-1 does not go with the rest of the report"),
    ("\"notRun\": []", "\"notRun\": [{\"file\": 1}]", "expected a string and found 1"),
    ("\"interrupted\": null", "\"interrupted\": \"SIGKILL\"", "expected \"SIGHUP\", \"SIGINT\""),
    ("\"rowMilliseconds\": [", "\"rowMilliseconds\": [0, ", "there are 2 rows, and times of 3"),
    ("\"interleavings\": \"", "\"interleavings\": \"0", "expected the decimal digits"),
    ("\"partition\": null", "\"partition\": \"1/2\"", "expected an object"),
    ("\"rowTitles\": [\"buggy\"", "\"rowTitles\": [\"bugy\"", "'rowTitles' does not have"),
    ("\"version\": \"0.1.0\"", "\"version\": 7", "expected a string"),
    ("\"errors\": []", "\"errors\": [{}]", "the object has no 'file'"),
    ("\"summary\": {", "\"summary\": {]", "expected a key in quotation marks"),
  ])
  func `a report that was changed is refused where it was`(
    old: String, new: String, message: String
  ) throws {
    let place = try #require(Self.sound.range(of: old, options: []), "\(old)")
    let fault = try #require(
      Self.refusal(Self.sound.replacingCharacters(in: place, with: new)), "\(new) is let pass")
    #expect(fault.message.contains(message), "\(fault.message)")
    #expect(fault.message.hasSuffix("; give a report as explore wrote it with --format json"))
    #expect(fault.position != nil && fault.file == "r.json")
  }

  @Test func `the place is the line and the column in characters`() throws {
    let text = Self.sound.replacing("\"file\": \"races/kick.race\"", with: "\"file\": 7")
    let line = try #require(
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.contains("\"file\": 7") })
    let position = Self.refusal(text)?.position
    #expect(position?.line == line + 1 && position?.column == 15)
    #expect(Self.refusal("{\"é😀\": 1, 2")?.position?.column == 11)
    #expect(Self.refusal("\u{FEFF}[")?.position?.column == 1)
    #expect(Self.refusal("{\r\n\r\n7")?.position?.line == 3)
    #expect(Self.refusal("")?.position?.line == 1)
  }

  @Test func `another version is blamed for what cannot be read`() {
    let text = Self.sound.replacing("\"version\": \"0.1.0\"", with: "\"version\": \"9.0\"")
    // Readable all the same: no fault.
    #expect(Self.refusal(text) == nil)
    let fault = Self.refusal(text.replacing("\"model\": \"sc\"", with: "\"model\": \"tso\""))
    #expect(fault?.message.hasPrefix("the report was made by explore 9.0, and this is") == true)
  }

  @Test func `further keys are let pass`() {
    let text = Self.sound.replacing("\"verdict\":", with: "\"reads\": [1.5, {}], \"verdict\":")
      .replacing("\"run\": {", with: "\"cache\": null, \"run\": {\"shard\": 1e9,")
    #expect(Self.refusal(text) == nil)
  }

  /// Spoils bytes in every way that a disk, an editor or a hostile hand may.
  @Test func `no spoiled report ends the program`() throws {
    var random = SplitMix(state: 17)
    let pool = Array("{}[]\",:0123456789-.eE\\u \n\u{FF}nt/v".utf8) + [0, 0x80, 0xFF]
    let whole = Array(Self.sound.utf8)
    var refused = 0
    for round in 0..<600 {
      var bytes = whole
      for _ in 0...Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 6 {
        case 0: bytes[place] = pool[Int(random.next() % UInt64(pool.count))]
        case 1: bytes[place] ^= 1 << (random.next() % 8)
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(pool[Int(random.next() % UInt64(pool.count))], at: place)
        case 4: bytes.removeSubrange(place..<min(bytes.count, place + 40))
        default:
          let piece = bytes[place..<min(bytes.count, place + 30)]
          bytes.insert(contentsOf: piece, at: Int(random.next() % UInt64(bytes.count)))
        }
      }
      if round % 40 == 0 { bytes = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count)))) }
      do {
        let report = try StoredReport(bytes, path: "r.json")
        _ = try Self.printed(report, by: CheckText(style: TextStyle()))
        _ = try Self.printed(report, by: RunText(style: TextStyle()))
      } catch let error as InputError {
        refused += 1
        #expect(error.faults[0].position != nil)
        #expect(!"\(error)".isEmpty)
      }
    }
    #expect(refused > 500, "most spoiled reports are seen: \(refused)")
  }
}

/// Numbers that are the same in every run.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
