import Reporting
import Testing

@testable import explore

struct QuantityTests {
  @Test(arguments: [
    ("1048576", 1 << 20), ("1024K", 1 << 20), ("1M", 1 << 20), ("3G", 3 << 30),
    ("1048576G", 1 << 50),
  ])
  func `sizes take K, M and G`(text: String, bytes: Int) throws {
    #expect(try Quantity.bytes(text) == bytes)
  }

  @Test(arguments: [
    ("1", Duration.seconds(1)), ("2.5", .milliseconds(2500)), ("0.000000001", .nanoseconds(1)),
    ("007", .seconds(7)),
  ])
  func `seconds take decimals`(text: String, duration: Duration) throws {
    #expect(try Quantity.seconds(text, of: "max-seconds") == duration)
    #expect(try Quantity.seconds(LimitReport.seconds(duration), of: "max-seconds") == duration)
  }

  @Test(arguments: ["", "+5", " 5", "5 ", "0x5", "\u{FF11}", "5_0", "1.0000000001"])
  func `anything else is refused`(text: String) {
    #expect(throws: UsageError.self) { try Quantity.whole(text + "x", of: "runs", 0...9) }
    #expect(throws: UsageError.self) { try Quantity.bytes(text) }
    if text != "" {
      #expect(throws: UsageError.self) { try Quantity.seconds(text, of: "max-seconds") }
    }
  }

  @Test(arguments: [
    (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1 << 20, "1 MiB"),
    ((12 << 30) + (300 << 20), "12.2 GiB"),
  ])
  func `byte counts read well`(bytes: Int, text: String) {
    #expect("\(ByteCount(bytes))" == text)
  }

  @Test(arguments: [
    ("plain-file.json5", "plain-file.json5"), ("two words", "'two words'"), ("", "''"),
    ("it's", #"'it'\''s'"#), ("$HOME", "'$HOME'"), ("~x", "'~x'"),
    ("ev\u{1B}[31mil's.race", #"$'ev\x1b[31mil\'s.race'"#), ("a\n\\", #"$'a\x0a\\'"#),
    ("\u{202E}é", #"$'\xe2\x80\xaeé'"#),
  ])
  func `words survive a shell`(word: String, quoted: String) {
    #expect(shellQuoted(word) == quoted)
  }
}
