import Testing

@testable import explore

/// Command lines that are refused: none crashes, none is accepted, and each says what would do.
struct CommandLineErrorTests {
  static let commandLines: [[String]] = [
    ["rnu", "race.json5"],
    ["unheard-of"],
    ["help", "replya"],
    ["help", "run", "check"],
    ["run"],
    ["run", ""],
    ["run", "race.json5", "wrong.json5"],
    ["check"],
    ["replay", "race.json5"],
    ["replay", "--schedule", "v2::00000000:a.x:0000"],
    ["list", "knbos"],
    ["list", "knobs", "race.json5"],
    ["--max-states=5", "run", "race.json5"],
    ["--kernal", "run"],
    ["-x"],
    ["run", "race.json5", "-v"],
    ["run", "race.json5", "--kernal=linux-6.1"],
    ["run", "race.json5", "--xyzzy"],
    ["run", "race.json5", "--help=me"],
    ["run", "race.json5", "--kernel"],
    ["run", "race.json5", "--kernel", "--"],
    ["run", "race.json5", "--kernel="],
    ["run", "race.json5", "--kernel", "linux-6.2"],
    ["run", "race.json5", "--kernel=linux-6.1", "--kernel=linux-6.1"],
    ["run", "race.json5", "--with", "seq-bump-on-clear-dirt"],
    ["run", "race.json5", "--with=flush-shadow-lpid", "--with=flush-shadow-lpid"],
    ["run", "race.json5", "--knob", "bump-dirty"],
    ["run", "race.json5", "--knob", "=in"],
    ["run", "race.json5", "--knob", "bump-drity=in"],
    ["run", "race.json5", "--knob", "bump-dirty=inside"],
    ["run", "race.json5", "--knob", "bump-dirty="],
    ["run", "race.json5", "--knob=dedupe=on", "--knob=dedupe=off"],
    ["run", "race.json5", "--row", "pached"],
    ["run", "race.json5", "--strategy", "depth-first"],
    ["run", "race.json5", "--strategy=exhaustive", "--preemptions=2"],
    ["run", "race.json5", "--reduce", "--symmetry"],
    ["run", "race.json5", "--symmetry", "--reduce"],
    ["run", "race.json5", "--fingerprints", "--reduce"],
    ["run", "race.json5", "--symmetry", "--fingerprints"],
    ["run", "race.json5", "--fingerprints", "--fingerprints"],
    ["run", "race.json5", "--fingerprints=yes"],
    ["run", "race.json5", "--strategy=random", "--fingerprints"],
    ["run", "race.json5", "--preemptions=2", "--fingerprints"],
    ["compare", "race.json5", "--fingerprints"],
    ["run", "race.json5", "--strategy=random", "--reduce"],
    ["run", "race.json5", "--preemptions=1", "--reduce"],
    ["run", "race.json5", "--preemptions=-1"],
    ["run", "race.json5", "--preemptions=two"],
    ["run", "race.json5", "--seed=7"],
    ["run", "race.json5", "--strategy=random", "--preemptions=2"],
    ["check", "race.json5", "--strategy=random", "--depth=2"],
    ["run", "race.json5", "--strategy=bounded", "--runs=10"],
    ["run", "race.json5", "--strategy=random", "--seed=-1"],
    ["run", "race.json5", "--strategy=random", "--runs=0"],
    ["run", "race.json5", "--strategy=pct", "--depth=0"],
    ["run", "race.json5", "--strategy=uniform", "--max-steps=0"],
    ["compare"],
    ["compare", "race.json5", "wrong.json5"],
    ["compare", "race.json5", "--strategy=random"],
    ["compare", "race.json5", "--row=pached"],
    ["compare", "race.json5", "--strategies="],
    ["compare", "race.json5", "--strategies=dpor,"],
    ["compare", "race.json5", "--strategies=dpor,bunded"],
    ["compare", "race.json5", "--strategies=dpor,dpor"],
    ["compare", "race.json5", "--strategies=dpor", "--strategies=dpor"],
    ["compare", "race.json5", "--strategies=dpor,random", "--reduce"],
    ["run", "race.json5", "--strategies=dpor"],
    ["run", "race.json5", "--format", "xml"],
    ["run", "race.json5", "--color", "sometimes"],
    ["run", "race.json5", "--max-states", "0"],
    ["run", "race.json5", "--max-states", "-1"],
    ["run", "race.json5", "--max-states", "1e6"],
    ["run", "race.json5", "--max-states", "99999999999999999999"],
    ["run", "race.json5", "--max-states", "\u{661}"],
    ["run", "race.json5", "--max-memory", "12"],
    ["run", "race.json5", "--max-memory", "M"],
    ["run", "race.json5", "--max-memory", "4T"],
    ["run", "race.json5", "--max-memory", "9999999999999999G"],
    ["run", "race.json5", "--max-seconds", "0"],
    ["run", "race.json5", "--max-seconds", "0.0"],
    ["run", "race.json5", "--max-seconds", "1.2.3"],
    ["run", "race.json5", "--max-seconds", "."],
    ["run", "race.json5", "--max-seconds", "1e3"],
    ["run", "race.json5", "--max-seconds", "99999999999"],
    ["run", "race.json5", "--schedule", "v2::00000000:a.x:0000"],
    ["check", "race.json5", "--row", "patched"],
    ["run", "race.json5", "-DFIX"],
    ["check", "races", "race.json5", "-D", "FIX=2"],
    ["run", "race.json5", "--format=herd"],
    ["check", "races", "--format=herd"],
    ["run", "races/kick.race", "--kernel=linux-6.1"],
    ["run", "races/kick.race", "--with", "flush-shadow-lpid"],
    ["run", "races/kick.race", "--knob=dedupe=on"],
    ["run", "races/kick.race", "--row=fixd"],
    ["run", "races/kick.race", "--format=herd"],
    ["run", "races/kick.race", "-D"],
    ["run", "races/kick.race", "-D1"],
    ["run", "races/kick.race", "-DA-B=1"],
    ["run", "races/kick.race", "-DFIX", "-DFIX=2"],
    ["run", "races/kick.race", "--define=1"],
    ["run", "races/kick.race", "--model=lkmm"],
    ["run", "races/kick.race", "--language=c"],
    ["replay", "race.json5", "--max-states=5", "--schedule=x"],
    ["run", "nul\u{0}and\u{1B}[31mred\u{202E}\n"],
    ["run", "race.json5", "--row", String(repeating: "x", count: 5000)],
  ]

  @Test func `each bad command line gets its message and exit code 2`() {
    var text = ""
    for arguments in Self.commandLines {
      let result = TestSession().run(arguments)
      let line = arguments.map(shellQuoted).joined(separator: " ")
      text += "$ explore \(shown(line))\n\(result.error)\n"
      #expect(result.code == .usage, "\(arguments)")
      #expect(result.output.isEmpty, "\(arguments)")
      #expect(!result.error.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    }
    Golden.expect(text, is: "command-line-errors.txt")
  }

  @Test func `each unreadable file gets its message and exit code 2`() {
    var text = ""
    for arguments in [
      ["run", "missing.json5"], ["run", "folder"], ["run", "empty.json5"],
      ["run", "misspelt.json5"],
      ["check", "missing"], ["check", "bare"], ["check", "empty.json5"], ["list", "scenarios"],
      ["list", "scenarios", "bare"], ["run", "-"], ["run", "empty.json5", "--language=race"],
      ["run", "broken/broken.race"], ["run", "broken/broken.race", "-DN=]"],
      ["check", "broken"], ["run", "race.json5", "--language=race"],
    ] {
      let result = TestSession().run(arguments)
      text += "$ explore \(arguments.joined(separator: " "))\n\(result.error)\n"
      #expect(result.code == .usage, "\(arguments)")
    }
    Golden.expect(text, is: "file-errors.txt")
  }

  @Test func `no bytes of an argument make the parser crash or accept`() {
    var generator = Repeatable(seed: 1)
    let pieces = ["--", "-", "=", "run", "kernel", "knob", "row", "a", "\u{0}", "9", ":", "\u{e9}"]
    for _ in 0..<3000 {
      let arguments = (0..<1 + generator.below(4)).map { _ in
        (0..<1 + generator.below(4)).map { _ in pieces[generator.below(pieces.count)] }.joined()
      }
      let result = TestSession(files: [:]).run(["run", "missing.json5"] + arguments)
      #expect(
        result.code == .usage || arguments.contains("-h") || arguments.contains("--help"),
        "\(arguments)")
    }
  }
}
