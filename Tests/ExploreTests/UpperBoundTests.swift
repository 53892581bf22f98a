import Testing

@testable import explore

/// `@N` of rows, where a search leaves states out and does not know the fewest preemptions.
struct UpperBoundTests {
  /// Both threads read 0 first, so that no preemption is needed; of equal ones one is kept.
  static let equalThreads = """
    C s
    int x;
    thread t0(void) { x++; await(x == 1); x = 1; }
    thread t1(void) { x++; await(x == 1); x = 1; }
    always small: x < 2

    """

  @Test(arguments: ["--symmetry", "--reduce"])
  func `where states are left out, a number of preemptions is an upper bound`(option: String) {
    func check(_ row: String, _ options: String...) -> TestSession.Result {
      TestSession(files: ["s.race": Self.equalThreads + row + "\n"])
        .run(["check", "s.race"] + options)
    }
    let exact = "row r violated: deadlock@0, small@0"
    #expect(check(exact).code == .success)
    let result = check(exact, option)
    #expect(result.code == .success, "\(result.output)")
    #expect(result.output.contains("violated: deadlock@<=1, small@<=1 ("), "\(result.output)")
    // A run with fewer than the file says is a difference all the same; ids are compared as ever.
    #expect(check("row r violated: deadlock@2, small@0", option).code == .violated)
    #expect(check("row r violated: small@0", option).code == .violated)
    #expect(check("row r violated: deadlock@1, small@0").code == .violated)
    #expect(check("row r violated: deadlock@0, small@0", "--max-states=2", option).code != .success)
  }

  @Test(arguments: ["--symmetry", "--reduce"])
  func `a number that may be too large is no line to paste`(option: String) {
    let result = TestSession(files: ["s.race": Self.equalThreads]).run("check", "s.race", option)
    #expect(result.code == .violated)
    #expect(
      result.output.contains("to pin it, write row as-is violated: deadlock, small\n"),
      "\(result.output)")
    #expect(result.output.contains("without @N: not all runs were tried"))
  }
}
