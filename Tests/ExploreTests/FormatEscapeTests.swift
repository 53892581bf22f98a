import Testing

@testable import explore

/// Names that mean something to the formats which show them.
struct FormatEscapeTests {
  private static let hostile = [
    "a<b>&\"'.race", "a]]>b.race", "a%25,b:c.race", "a|b`c*d_e.race", "a # SKIP.race",
    "a\nok 7 b.race", "a\r::error::b.race", "a\u{1}\u{1B}[31m.race", "a\u{FFFE}\u{85}.race",
    "a😀é\u{202E}.race", " a  b .race", "-a.race", "@user <!-- a -->.race",
  ]

  private func reports(of name: String) -> [String: String] {
    var session = TestSession()
    session.files = [
      name: RaceTexts.question, "b" + name: RaceTexts.broken.replacing("missing", with: "x ]]> 1"),
    ]
    session.environment = ["GITHUB_STEP_SUMMARY": "summary"]
    let formats = ["ndjson", "junit", "sarif", "ktap", "github"]
    return session.run(
      ["check"] + formats.map { "--report=\($0)=\($0)" } + ["--", name, "b" + name]
    ).reports
  }

  @Test(arguments: hostile)
  func `a name keeps no format from being read`(name: String) throws {
    let reports = reports(of: name)
    let suites = try Suites(reports["junit"] ?? "")
    #expect(suites.files == 2)
    // Characters that XML does not know are told by number; all others come back.
    if !name.unicodeScalars.contains(where: { ["\u{1}", "\u{FFFE}", "\r"].contains($0) }) {
      #expect(suites.names.contains(name))
    }

    let lines = try (reports["ndjson"] ?? "").split(separator: "\n").map { try JSON(String($0)) }
    #expect(lines.filter { $0["file"] == .string(name) }.count == 5)

    let ktap = (reports["ktap"] ?? "").split(separator: "\n").map(String.init)
    #expect(ktap.count { $0.contains(#/^(not )?ok [0-9]+ /#) } == 2)
    #expect(ktap.count { $0.contains(#/^  (not )?ok [0-9]+ /#) } == 4)
    #expect(!ktap.contains { $0.hasSuffix("SKIP.race") && $0.contains(" # SKIP") })
    let subtest = ktap.first { $0.hasPrefix("  # Subtest: ") }?.dropFirst("  # Subtest: ".count)
    #expect(ktap.contains { $0.drop { !$0.isNumber }.dropFirst(2) == subtest ?? "?" })

    let annotations = (reports["github"] ?? "").split(separator: "\n")
    for line in annotations { #expect(line.contains(#/^::(error|warning|notice) [^\r\n]*::/#)) }
    let first = try #require(annotations.first)
    let properties = first.dropFirst("::error ".count).split(separator: "::")[0]
      .split(separator: ",").map { $0.prefix { $0 != "=" } }
    #expect(properties == ["file", "line", "col", "title"])

    let table = (reports["summary"] ?? "").split(separator: "\n").filter { $0.hasPrefix("|") }
    for line in table { #expect(line.count { $0 == "|" } == 6, "\(line)") }
    #expect(!(reports["summary"] ?? "").contains("<"))
  }

  @Test(arguments: hostile)
  func `addresses have plain characters only, and say the name`(name: String) throws {
    let address = SARIFLocation(folder: "/srv").address(of: name)
    #expect(address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    #expect(!address.contains(#/[<>"|:#?\\ ]/#))
    #expect(address.removingPercentEncoding == name)
    let log = try JSON(reports(of: name)["sarif"] ?? "")
    let place = log["runs"]?[0]?["results"]?[0]?["locations"]?[0]?["physicalLocation"]
    #expect(place?["artifactLocation"]?["uri"] == .string(address))
  }

  @Test(arguments: [
    ("a.race", "a.race"), ("./a.race", "a.race"), ("b/../a.race", "a.race"),
    ("b//a.race", "b/a.race"), ("/srv/b/a.race", "b/a.race"), ("/srvs/a", "file:///srvs/a"),
    ("../a b", "file:///a%20b"), ("/a%", "file:///a%25"), ("-", "%3Cstdin%3E"),
  ])
  func `addresses are relative below the working folder`(file: String, address: String) {
    #expect(SARIFLocation(folder: "/srv").address(of: file) == address)
  }

  @Test func `XML has what it knows, and numbers of what it does not`() {
    #expect(XMLText.content("a<b>&\"\t\n]]>") == "a&lt;b&gt;&amp;&quot;\t\n]]&gt;")
    #expect(XMLText.attribute("a\t\n\r") == "a&#9;&#10;\\u{D}")
    #expect(XMLText.content("\u{0}\u{7F}\u{FFFF}😀") == "\\u{0}\\u{7F}\\u{FFFF}😀")
  }
}
