import Foundation
import Scheduler
import Testing

@testable import Litmus

/// The programs that `scripts/spin-twins` compares with SPIN; here without SPIN, against the
/// number of states that it gave.
@Suite struct SpinTwinTests {
  private static let folder = URL(filePath: #filePath).appending(path: "../../Twins").standardized

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".race") }.map { String($0.dropLast(5)) }.sorted()
  }()

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test func `there are ten programs`() {
    #expect(Self.names.count == 10)
  }

  @Test(arguments: names)
  func `every row gives what it says, and states are as many as in the twin`(name: String) throws {
    let file = try read(try Self.text("\(name).race"))
    let twin = try Self.text("\(name).pml")
    #expect(file.name == name)
    #expect(file.rows.map(\.name) == ["right", "wrong"])
    let states = try #require(twin.firstMatch(of: /row "right" has (\d+) states/)?.1)
    for row in file.rows {
      let program = try RaceProgram(file, defines: row.defines)
      #expect(outcome(of: program) == expectation(of: row), "\(row.name)")
      if row.expectation == .holds {
        #expect("\(program.explore().exploration.counts.states)" == states)
      }
    }
  }

  @Test(arguments: names)
  func `a wrong row is the right one with an error`(name: String) throws {
    let rows = try read(try Self.text("\(name).race")).rows
    #expect(rows.map(\.expectation).first == .holds)
    #expect(rows.map { $0.defines.map(\.name) } == [[], ["WRONG"]])
    #expect(try Self.text("\(name).pml").contains(/#ifn?def WRONG/))
  }
}
