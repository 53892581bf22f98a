import Foundation
import Testing

@testable import explore

/// What reports of guests with a hashed page table must show.
@Suite struct HashedTableReportTests {
  private func run(_ file: String, _ row: String) throws -> String {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let text = try String(contentsOf: root.appending(path: "scenarios/\(file)"), encoding: .utf8)
    return TestSession(files: [file: text]).run(["run", file, "--row", row]).output
  }

  /// The part of a report about one property, its lines joined.
  private func part(_ report: String, about id: String) throws -> String {
    let start = try #require(report.range(of: "VIOLATED \(id) "))
    let rest = report[start.lowerBound...]
    let end = try #require(rest.range(of: "replay:"))
    return rest[..<end.lowerBound].split(separator: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
  }

  @Test func `the deadlock says who holds what and who waits for what`() throws {
    let report = try part(run("p13-hpt-abba.json5", "blocking"), about: "deadlock")
      .replacing("\n", with: " ")
    #expect(report.contains("vcpu0 is at lock-rmap in remove_revmap_chain()"))
    #expect(report.contains("waits for rmap[0x100].lock, which mm holds"))
    #expect(report.contains("mm is at try-lock-hpte in kvm_unmap_rmapp()"))
    #expect(report.contains("waits for hpte[0].HVLOCK, which vcpu0 holds"))
  }

  /// By hand: entry 0 is freed, but rmap[0x100] leads to it; it joins entry 1 in the ring of
  /// 0x200; the flush of 0x100 takes it out of that ring, and goes on to entry 1.
  @Test func `the corrupted chain is shown link by link, old and new`() throws {
    let report = try part(
      run("p01-hpt-delete-invalid-check.json5", "invalid-check"), about: "hpte-chained")
    let links = [
      "hpte[0].v: VALID -> free", "rev[0].forw: 0 -> 1", "rev[0].back: 0 -> 1",
      "rev[1].forw: 1 -> 0", "rev[1].back: 1 -> 0", "hpte[0].v: free -> VALID",
      "rev[1].forw: 0 -> 1", "rev[1].back: 0 -> 1", "rmap[0x100]: hpte 0 -- -> hpte 1 --",
    ]
    var rest = report[...]
    for link in links {
      let found = try #require(rest.range(of: link), "\(link) is not shown, or too early")
      rest = rest[found.upperBound...]
    }
    let summary = report.replacing("\n", with: " ")
    #expect(summary.contains("hpte[0] is VALID and maps guest frame 0x200, but rmap[0x200]"))
  }

  @Test func `a chain that is no ring is told entry by entry`() throws {
    let report = try part(
      run("p01-hpt-delete-invalid-check.json5", "invalid-check"), about: "chain-consistent"
    ).replacing("\n", with: " ")
    #expect(report.contains("rmap[0x100] leads to hpte 0 (frame 0x200, back 1, forw 1), hpte 1"))
  }
}
