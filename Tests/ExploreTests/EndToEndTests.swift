import Foundation
import Testing

@testable import explore

/// The built program as a process: bytes, codes, signals and pipes.
struct EndToEndTests {
  /// The program, beside the test bundle.
  static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "explore").path()

  struct Outcome {
    var output: Data
    var error: String
    var code: Int32
    var wasKilled: Bool

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs `body` in a folder with the sample files, which is gone afterwards.
  func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "explore-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in ["race": Samples.race, "endless": Samples.endless, "three": Samples.three] {
      try text.write(to: folder.appending(path: name + ".json5"), atomically: true, encoding: .utf8)
    }
    return try body(folder)
  }

  func start(_ command: [String], in folder: URL) throws -> (Process, Pipe, Pipe) {
    let (process, output, error) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = folder
    (process.standardOutput, process.standardError) = (output, error)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, output, error)
  }

  func finish(
    _ process: Process, _ output: Pipe, _ error: Pipe, after start: Data = Data()
  ) -> Outcome {
    let bytes = start + output.fileHandleForReading.readDataToEndOfFile()
    let message = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      output: bytes, error: String(decoding: message, as: UTF8.self),
      code: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal)
  }

  func run(_ command: [String], in folder: URL) throws -> Outcome {
    let (process, output, error) = try start(command, in: folder)
    return finish(process, output, error)
  }

  @Test func `two processes print the same bytes, and those of the library`() throws {
    try inFolder { folder in
      let command = [Self.program, "run", "race.json5"]
      let (first, second) = (try run(command, in: folder), try run(command, in: folder))
      #expect(first.code == 1)
      #expect(first.output == second.output)
      #expect(first.error.isEmpty)
      #expect(first.text == TestSession().run("run", "race.json5").output)
    }
  }

  /// The first file to be opened takes the lowest number that is free, which is that of a stream.
  @Test func `no report takes the place of a stream that is closed`() throws {
    try inFolder { folder in
      let script = "exec \"$0\" check race.json5 --report json=out.json >&-"
      let outcome = try run(["/bin/sh", "-c", script, Self.program], in: folder)
      #expect(outcome.code == 2)
      #expect(outcome.error.contains("cannot write the results"))
      let report = folder.appending(path: "out.json").path()
      #expect(!FileManager.default.fileExists(atPath: report))
    }
  }

  private static let codes: [(arguments: [String], code: Int32)] = [
    (["check", "race.json5"], 0), (["run", "race.json5"], 1), (["run", "missing"], 2),
    (["run", "."], 2), (["run", "/dev/null"], 2), (["check", ".", "--max-states=1000"], 3),
    (["run", "race.json5", "--row=patched", "--max-states=9"], 3), ([], 2), (["--version"], 0),
  ]

  @Test(arguments: codes)
  func `the process ends with its code`(arguments: [String], code: Int32) throws {
    try inFolder { folder in
      let outcome = try run([Self.program] + arguments, in: folder)
      #expect(outcome.code == code)
      #expect(!outcome.wasKilled)
    }
  }

  @Test func `an interrupt ends the search, prints what is known and gives 130`() throws {
    try inFolder { folder in
      let (process, output, error) = try start(
        [Self.program, "run", "endless.json5", "--max-seconds=60"], in: folder)
      // The heading is printed before the search starts.
      let heading = output.fileHandleForReading.availableData
      kill(process.processIdentifier, SIGINT)
      let outcome = finish(process, output, error, after: heading)
      #expect(outcome.code == 130)
      #expect(!outcome.wasKilled)
      #expect(outcome.text.contains("UNDECIDED") || outcome.error.contains("1 row not run"))
      #expect(outcome.error.hasPrefix("explore: interrupted"))
    }
  }

  @Test func `a trap is our mistake and gives 70 without a stack trace`() throws {
    try inFolder { folder in
      let (process, output, error) = try start(
        [Self.program, "run", "endless.json5", "--max-seconds=60"], in: folder)
      let heading = output.fileHandleForReading.availableData
      kill(process.processIdentifier, SIGILL)
      let outcome = finish(process, output, error, after: heading)
      #expect(outcome.code == 70)
      #expect(outcome.error.contains("mistake in explore itself"))
      #expect(outcome.error.split(separator: "\n").count == 2)
    }
  }

  /// So small that nothing but the small search fits; an answer needs less than is left.
  @Test(arguments: ["-v", "-d"])
  func `a limit on address space is a limit of the search`(option: String) throws {
    try inFolder { folder in
      let limited = [
        "/bin/sh", "-c", "ulimit \(option) 400000; exec \"$@\"", "sh", Self.program, "run",
        "--jobs=8",
      ]
      let small = try run(limited + ["race.json5"], in: folder)
      #expect(small.code == 1 && small.text == TestSession().run("run", "race.json5").output)
      let large = try run(limited + ["endless.json5", "--max-seconds=1"], in: folder)
      #expect(large.code == 3 && large.text.contains("UNDECIDED"))
    }
  }

  @Test func `an abort with address space to spare is our mistake`() throws {
    try inFolder { folder in
      let (process, output, error) = try start(
        [
          "/bin/sh", "-c", "ulimit -v 4000000; exec \"$@\"", "sh", Self.program, "run",
          "endless.json5", "--max-seconds=60",
        ], in: folder)
      let heading = output.fileHandleForReading.availableData
      kill(process.processIdentifier, SIGABRT)
      let outcome = finish(process, output, error, after: heading)
      #expect(outcome.code == 70, "\(outcome)")
      #expect(outcome.error.contains("mistake in explore itself"))
    }
  }

  @Test func `a reader that goes away ends the program without a word`() throws {
    try inFolder { folder in
      let script = "{ \"$1\" run race.json5 --color=always; } | head -n 1; exit 0"
      let outcome = try run(["/bin/sh", "-c", script, "sh", Self.program], in: folder)
      #expect(outcome.code == 0)
      #expect(outcome.error.isEmpty)
    }
  }

  @Test func `a full disk is reported`() throws {
    try inFolder { folder in
      let outcome = try run(
        ["/bin/sh", "-c", "\"$1\" list knobs > /dev/full", "sh", Self.program], in: folder)
      #expect(outcome.code == 2)
      #expect(outcome.error == "explore: cannot write the results: No space left on device\n")
    }
  }

  @Test func `standard input is read as a file`() throws {
    try inFolder { folder in
      let outcome = try run(
        ["/bin/sh", "-c", "\"$1\" run - --language=scenario < race.json5", "sh", Self.program],
        in: folder)
      #expect(outcome.code == 1)
      #expect(outcome.text.contains(" --language scenario"))
    }
  }
}
