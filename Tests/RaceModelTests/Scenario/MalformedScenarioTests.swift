import Foundation
import RaceModel
import Testing

/// Golden messages: `Malformed/NAME.json5` is refused with the lines in `Malformed/NAME.expected`.
///
/// `scripts/promote` rewrites the lines that differ, and then their tests fail, so that no run
/// that records counts as a pass.
struct MalformedScenarioTests {
  /// Files that no editor should have to open, by the name of their expected line.
  static let generated: [String: [UInt8]] = [
    "generated-too-large": Array(repeating: UInt8(ascii: " "), count: 1 << 20 + 1),
    "generated-invalid-utf8": Array("{\n  name: \"caf".utf8) + [0xE9] + Array("\",\n}".utf8),
    "generated-overlong-utf8": Array("// ".utf8) + [0xC0, 0x80],
    "generated-cut-utf8": Array("{ name: \"\u{E9}".utf8) + [0xF0, 0x9F],
    "generated-nul": Array("{\n\0}".utf8),
    "generated-open-brackets": Array(repeating: UInt8(ascii: "["), count: 1 << 20),
    "generated-huge-number":
      Array("{ machine: { lpid: ".utf8) + Array(repeating: UInt8(ascii: "9"), count: 1 << 20 - 32)
      + Array(" } }".utf8),
    "generated-huge-name":
      Array("{ name: '".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1 << 20 - 32)
      + Array("' }".utf8),
    "generated-huge-key":
      Array("{ ".utf8) + Array(repeating: UInt8(ascii: "k"), count: 1 << 20 - 32)
      + Array(": 1 }".utf8),
  ]

  static func inputs() throws -> [String: [UInt8]] {
    var inputs = generated
    for name in try ScenarioFiles.names(in: ScenarioFiles.malformed, endingIn: ".json5") {
      let file = ScenarioFiles.malformed.appending(path: "\(name).json5")
      inputs[name] = try ScenarioFiles.bytes(file)
    }
    return inputs
  }

  @Test(arguments: try inputs().sorted { $0.key < $1.key }.map { Input(name: $0.key, $0.value) })
  func `a malformed file is refused with its expected message`(input: Input) throws {
    let errors = ScenarioFiles.errors(of: input.bytes, file: "\(input.name).json5")
    let lines = errors?.errors.map(\.description) ?? ["no error"]
    let message = lines.map { $0 + "\n" }.joined()
    let file = ScenarioFiles.malformed.appending(path: "\(input.name).expected")
    let expected = (try? ScenarioFiles.bytes(file)).map { String(decoding: $0, as: UTF8.self) }
    if message != expected, ProcessInfo.processInfo.environment["EXPLORE_PROMOTE"] == "1" {
      try Data(message.utf8).write(to: file)
      Issue.record("wrote \(file.lastPathComponent); review the change")
    } else {
      #expect(message == expected, "scripts/promote rewrites what is expected")
    }
  }

  @Test func `every expected message has its input`() throws {
    let expected = try ScenarioFiles.names(in: ScenarioFiles.malformed, endingIn: ".expected")
    #expect(try expected == Self.inputs().keys.sorted())
  }

  @Test func `every reason appears in a golden`() throws {
    let codes = try Set(
      Self.inputs().compactMap {
        ScenarioFiles.error(of: $0.value, file: "\($0.key).json5")?.reason.code
      })
    let missing = ScenarioError.Reason.Code.allCases.filter { !codes.contains($0) }
    #expect(missing == [])
  }

  @Test func `the codes of reasons differ and are kebab-case`() {
    let codes = ScenarioError.Reason.Code.allCases.map(\.rawValue)
    #expect(Set(codes).count == codes.count)
    #expect(codes.filter { !NameForm.scenario.accepts($0) } == [])
  }

  /// A file by its name, so that test output does not print a million bytes.
  struct Input: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(name: String, _ bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

    var testDescription: String { name }
  }
}
