import Foundation
import Litmus
import RaceModel
import Testing

@testable import explore

/// Completions, the manual page and schemas have what the tables have.
@Suite struct GenerateTests {
  private static func generate(_ arguments: String...) -> String {
    TestSession().run(["generate"] + arguments).output
  }

  @Test(arguments: ["complete-bash", "complete-zsh", "complete-fish", "man"])
  func `every command, option, value and format is there`(output: String) {
    let text = Self.generate(output).replacing("\\-", with: "-").replacing("\\:", with: ":")
    for command in Command.allCases { #expect(text.contains(command.rawValue)) }
    for option in Option.all {
      let name = output == "complete-fish" ? "-l \(option.name)" : "--\(option.name)"
      #expect(text.contains(name), "\(name)")
    }
    for format in OutputFormats.all { #expect(text.contains(format.name), "\(format.name)") }
    for strategy in StrategySpec.allCases { #expect(text.contains(strategy.id), "\(strategy)") }
    for page in HelpPage.names {
      let isThere =
        text.contains(page) || text.contains(page.uppercased().replacing("-", with: " "))
      #expect(isThere, "\(page)")
    }
  }

  @Test func `Vim knows every construct of race files, and shows the refused ones as errors`() {
    let lines = Self.generate("vim").split(separator: "\n").map { $0.split(separator: " ") }
    func names(_ groups: Set<String>) -> Set<Substring> {
      Set(
        lines.filter { $0.count > 3 && groups.contains(String($0[2])) }.flatMap { $0.dropFirst(3) })
    }
    let refused = names(["raceRefused"])
    let given = names(["raceStatement", "raceFunction", "raceMacro", "raceType"])
    for construct in RaceLanguage.constructs
    where [.function, .type, .macro].contains(construct.kind) {
      let name = construct.name.replacing("struct ", with: "")
      let isRefused = construct.meanings[.sc] == .refused
      #expect(
        refused.contains(name[...]) == isRefused && given.contains(name[...]) != isRefused,
        "\(name)")
    }
  }

  @Test func `it is known of every placeholder what can be typed there`() {
    for option in Option.all {
      guard option.values == nil, let placeholder = option.placeholder else { continue }
      #expect(Option.placeholders[placeholder] != nil, "--\(option.name)=\(placeholder)")
    }
  }

  @Test func `every option's values are accepted, and no other is`() throws {
    for option in Option.all where option.values != nil {
      for command in option.commands {
        let operand = command == .new ? ["scenario"] : []
        let schedule = command == .replay ? ["--schedule=x"] : []
        let isChange = command == .check && ["kernel", "with", "knob"].contains(option.name)
        let start =
          [command.rawValue] + operand + ["f"] + schedule + (isChange ? ["--diff"] : [])
        if command == .list { continue }
        for value in option.values?(command) ?? [] {
          _ = try CommandLineParser.parse(start + ["--\(option.name)=\(value)"])
        }
        #expect(throws: UsageError.self) {
          try CommandLineParser.parse(start + ["--\(option.name)=no-such=value"])
        }
      }
    }
  }

  @Test func `schemas are the files of the checkout, each with its id`() throws {
    let folder = Repository.root.appending(path: "schemas")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
    #expect(files == Schema.allCases.map { "\($0.rawValue).schema.json" }.sorted())
    for schema in Schema.allCases {
      let text = Self.generate("schema", schema.rawValue)
      #expect(text == (try Repository.text("schemas/\(schema.rawValue).schema.json")))
      let id = try JSON(text)["$id"]?.text
      #expect(id?.hasPrefix("urn:explore:schema:\(schema.rawValue):") == true)
    }
  }

  @Test(arguments: [
    (["generate"], "'generate' needs to know what"),
    (["generate", "complete-basch"], "did you mean 'complete-bash'?"),
    (["generate", "man", "x"], "'x' is one argument too many"),
    (["generate", "schema"], "'generate schema' needs a name"),
    (["generate", "schema", "scenarios"], "did you mean 'scenario'?"),
  ])
  func `what cannot be generated is refused`(arguments: [String], message: String) {
    let result = TestSession().run(arguments)
    #expect(result.code == .usage)
    #expect(result.error.contains(message), "\(result.error)")
  }

  /// What bash offers for the last of some words.
  private static func offered(_ words: [String]) throws -> [String] {
    let script =
      generate("complete-bash") + """

        COMP_WORDS=(\(words.map(shellQuoted).joined(separator: " ")))
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        compopt() { :; }
        _explore
        printf '%s\\n' "${COMPREPLY[@]}"
        """
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["--norc", "-c", script]
    process.currentDirectoryURL = Repository.root
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `bash offers what fits`() throws {
    #expect(
      try Self.offered(["explore", ""]) == Command.allCases.map(\.rawValue) + [
        "--help", "--version",
      ])
    #expect(try Self.offered(["explore", "ch"]) == ["check"])
    #expect(try Self.offered(["explore", "run", "--strat"]) == ["--strategy="])
    #expect(
      try Self.offered(["explore", "run", "--strategy", "=", "p"]) == ["pct"])
    #expect(
      try Self.offered(["explore", "run", "--strategy", ""]) == StrategySpec.allCases.map(\.id))
    #expect(try Self.offered(["explore", "run", "--knob", "bump-dirty", "=", "in"]) == ["in"])
    #expect(
      try Self.offered(["explore", "list", "paths", "l1-set-"]) == [
        "l1-set-gpte", "l1-set-partition",
      ])
    #expect(try Self.offered(["explore", "help", "verd"]) == ["verdicts"])
    let files = try Self.offered(["explore", "check", "races/lost"])
    #expect(files == ["races/lost-kick.race"])
    #expect(try Self.offered(["explore", "check", "Docs/lim"]) == [])
    #expect(try Self.offered(["explore", "check", "sc"]).contains("scenarios"))
    // Compare takes no such option.
    #expect(try Self.offered(["explore", "compare", "--fingerpr"]) == [])
  }
}
