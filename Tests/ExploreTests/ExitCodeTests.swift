import Testing

@testable import explore

struct ExitCodeTests {
  @Test(arguments: [
    (["run", "race.json5"], ExitCode.violated),
    (["run", "race.json5", "--row", "patched"], .success),
    (["run", "-", "--language=scenario"], .violated), (["run", "-"], .usage),
    (["run", "--", "race.json5"], .violated),
    (["run", "--row=patched", "race.json5"], .success),
    (["run", "vacuous.json5"], .violated),
    (["run", "race.json5", "--row=patched", "--max-states=10"], .undecided),
    (["run", "misspelt.json5"], .usage),
    (["run", "race.json5", "--row=patched", "--strategy=bounded"], .success),
    (["run", "race.json5", "--row=patched", "--preemptions=1"], .undecided),
    (["run", "race.json5", "--preemptions=1"], .violated),
    (["run", "race.json5", "--strategy=random", "--runs=100"], .violated),
    (["run", "race.json5", "--row=patched", "--strategy=uniform", "--runs=9"], .undecided),
    (["check", "race.json5", "--strategy=pct", "--depth=2", "--runs=99"], .undecided),
    (
      ["check", "wrong.json5", "--strategy=random", "--seed=18446744073709551615", "--runs=99"],
      .violated
    ),
    (["compare", "race.json5", "--runs=9"], .success),
    (["compare", "race.json5", "--row=patched", "--max-states=10", "--max-steps=3"], .undecided),
    (["check", "race.json5"], .success),
    (["check", "race.json5", "--preemptions=0"], .undecided),
    (["check", "race.json5", "--strategy", "bounded"], .undecided),
    (["check", "wrong.json5", "--strategy", "bounded"], .violated),
    (["run", "race.json5", "--fingerprints"], .violated),
    (["run", "race.json5", "--row=patched", "--fingerprints"], .undecided),
    (["check", "race.json5", "--fingerprints"], .undecided),
    (["check", "wrong.json5", "--fingerprints"], .violated),
    (["check", "race.json5", "race.json5"], .success),
    (["check", "folder"], .violated),
    (["check", "folder/large"], .violated),
    (["check", "wrong.json5"], .violated),
    (["check", "race.json5", "--max-states=10"], .undecided),
    (["check", "mixed"], .usage),
    (["check", "wrong.json5", "missing.json5"], .usage),
    (["list"], .success),
    ([], .usage),
    (["--help"], .success), (["-h"], .success), (["help"], .success), (["help", "run"], .success),
    (["run", "--help"], .success), (["check", "-h"], .success), (["--version"], .success),
    (["help", "help"], .success), (["run", "--version"], .success),
  ])
  func `each command line ends with its code`(arguments: [String], code: ExitCode) {
    #expect(TestSession().run(arguments).code == code)
  }

  @Test func `the worst of several is 70, then 2, 1, 3, 0`() {
    for code in [ExitCode.hungUp, .terminated] {
      #expect(code.worse(.interrupted) == code && ExitCode.bug.worse(code) == code)
    }
    let order: [ExitCode] = [.success, .undecided, .violated, .usage, .bug, .interrupted]
    for (index, code) in order.enumerated() {
      for (otherIndex, other) in order.enumerated() {
        #expect(code.worse(other) == order[max(index, otherIndex)])
      }
    }
  }

  @Test func `check goes on after a file that cannot be read`() {
    let result = TestSession().run("check", "mixed", "missing")
    #expect(result.output.contains("mixed/race.json5"))
    #expect(result.output.contains("2 as expected"))
    #expect(result.error.contains("mixed/misspelt.json5:3:3: error: unknown key 'sumary'"))
    #expect(result.error.contains("missing: error: there is no such file or folder"))
  }

  @Test(arguments: StopSignal.allCases)
  func `each signal has its word, its code and its rows that were not run`(signal: StopSignal) {
    let result = TestSession(isInterrupted: { true }, signal: signal).run("check", "folder")
    #expect(result.code == signal.exitCode && result.code.rawValue == 128 + signal.rawValue)
    #expect(result.error == "explore: \(signal.word); 3 rows not run\n")
    #expect(result.output == "0 rows of 0 files: 0 as expected, 3 NOT RUN; 0 states\n")
  }

  @Test func `an interrupt stops a comparison, too`() {
    let result = TestSession(isInterrupted: { true }).run("compare", "race.json5")
    #expect(result.code == .interrupted)
    #expect(result.error == "explore: interrupted; 2 rows not run\n")
  }

  @Test func `an interrupt stops the search and prints what is known`() {
    let result = TestSession(isInterrupted: { true }).run("run", "race.json5")
    #expect(result.code == .interrupted)
    #expect(result.output.contains("A nested store races with a harvest."))
    #expect(result.error == "explore: interrupted; 2 rows not run\n")
  }
}
