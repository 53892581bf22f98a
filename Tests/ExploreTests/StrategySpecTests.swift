import Foundation
import Scheduler
import Testing

@testable import explore

/// The table of strategies leaves none out and says what the documents say.
@Suite struct StrategySpecTests {
  @Test func `each strategy of the engine has its entry, by the same name`() {
    let made = StrategySpec.allCases.map { $0.search(Request(command: .run)) }
    #expect(made.map(\.id) == StrategySpec.allCases.map(\.id))
    for strategy in Strategy.all {
      #expect(made.contains(strategy), "\(strategy) has no entry, or other defaults")
    }
    #expect(made.count == Strategy.all.count)
  }

  @Test func `entries take options that exist, and every option about searching has a taker`() {
    for spec in StrategySpec.allCases {
      for name in spec.options + (spec.impliedBy.map { [$0] } ?? []) {
        #expect(Option.all.contains { $0.name == name }, "\(spec): --\(name)")
        #expect(spec.options.contains(name), "\(spec): --\(name)")
      }
    }
    for option in Option.all
    where option.group == .strategy && !["strategy", "strategies"].contains(option.name) {
      #expect(option.strategies != nil, "--\(option.name)")
    }
  }

  @Test func `an option of other strategies is refused with those that take it`() throws {
    func refusal(_ option: String) throws -> String {
      let error = try #require(throws: UsageError.self) {
        try CommandLineParser.parse(["run", "f", "--\(option)=5"])
      }
      return "\(error)"
    }
    #expect(
      try refusal("depth") == "strategy 'exhaustive' takes no option '--depth'; "
        + "write --strategy pct")
    // Those that draw runs come before the one that shares the option with them.
    let takers = try refusal("max-steps")
    #expect(takers.contains("write --strategy random, pct"))
    #expect(takers.hasSuffix(" or dpor"))
  }

  @Test func `the page has a line for each, in the order of the help`() throws {
    let page = URL(filePath: #filePath).appending(path: "../../../Docs/strategies.md").standardized
    let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
    let table = lines.drop { !$0.hasPrefix("|---") }.dropFirst().prefix { $0.hasPrefix("|") }
    for (line, spec) in zip(table, StrategySpec.allCases) {
      #expect(line.hasPrefix("| `\(spec.id)` | \(spec.summary) |"))
    }
    #expect(table.count == StrategySpec.allCases.count)
  }
}
