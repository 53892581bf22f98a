import Testing

@testable import explore

/// The pages of `explore help TOPIC`.
@Suite struct HelpTopicTests {
  @Test(arguments: HelpTopic.allCases.map(\.id))
  func `a topic has a page, with all that its tables name`(id: String) throws {
    let topic = try #require(HelpTopic(rawValue: id))
    let result = TestSession().run("help", id)
    #expect(result.code == .success)
    #expect(result.output.hasPrefix("\(id): \(topic.summary)\n"))
    #expect(
      result.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("    ") })
    for part in topic.parts {
      switch part {
      case .section(let section):
        let names = try #require(ListSection(rawValue: section)).names
        #expect(!names.isEmpty && names.allSatisfy { result.output.contains("  \($0)") })
      case .options(let group):
        let options = Option.all.filter { $0.group == group }
        #expect(options.allSatisfy { result.output.contains("  \($0.form)") })
      case .entries(let entries):
        #expect(entries.allSatisfy { result.output.contains("  \($0.name)") })
      case .text, .heading, .lines: break
      }
    }
  }

  @Test func `names of topics are no names of commands`() {
    #expect(Set(HelpPage.names).count == HelpPage.names.count)
    for name in HelpPage.names { #expect(HelpPage(name) != nil) }
  }

  @Test func `the help lists the topics, and a command's help those of its options`() {
    let general = TestSession().run("help").output
    for topic in HelpTopic.allCases { #expect(general.contains("  \(topic.id)")) }
    let check = TestSession().run("help", "check").output
    #expect(check.hasSuffix("More: explore help selection, strategies, limits or formats\n"))
  }

  @Test(arguments: [
    ("propertys", "did you mean 'properties'?"), ("exitcodes", "did you mean 'exit-codes'?"),
    ("chekc", "did you mean 'check'?"), ("zzzzzz", "there is no help on 'zzzzzz'"),
  ])
  func `a topic that is not there is refused with the nearest`(name: String, message: String) {
    let result = TestSession().run("help", name)
    #expect(result.code == .usage)
    #expect(result.error.contains(message))
    #expect(result.error.contains("see 'explore help'"))
  }

  @Test func `the commands in the pages are ones that the parser takes`() throws {
    for topic in HelpTopic.allCases {
      for case .lines(let lines) in topic.parts {
        for line in lines {
          let words = line.split(separator: " ").map(String.init).prefix { $0 != ">" && $0 != ">>" }
          #expect(throws: Never.self, "\(line)") {
            try CommandLineParser.parse(Array(words.dropFirst()))
          }
        }
      }
    }
  }
}
