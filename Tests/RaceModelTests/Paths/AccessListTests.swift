import Foundation
import RaceModel
import Testing

/// The lists of `Docs/kernel-map.md` beside what the machines do.
struct AccessListTests {
  private static let observed = Result { try AccessWorlds.observed() }

  private static func page() throws -> String { try Corpus.file("Docs/kernel-map.md") }

  private static func comparison(with page: String) throws -> AccessComparison {
    try AccessComparison(page: AccessLists(page: page), observed: observed.get())
  }

  @Test func `every machine does what its list says, in that order and under those locks`() throws {
    let differences = try Self.comparison(with: Self.page()).differences
    #expect(differences == [], "\(differences.joined(separator: "\n"))")
  }

  @Test func `every machine of the sources has a list`() throws {
    let machines = try Corpus.sources(in: "Sources/RaceModel/Paths").flatMap { text in
      text.matches(of: /final class (\w+)(<.*>)?: StepMachine/).map { String($0.output.1) }
    }
    #expect(machines.count > 30)
    let lists = try AccessLists(page: Self.page()).machines.map(\.name)
    #expect(lists.sorted() == machines.sorted())
  }

  @Test func `every function of a list stands in the table of the page`() throws {
    let page = try Self.page()
    let table = try #require(page.split(separator: "\n## ").first)
    let functions = try AccessLists(page: page).machines.flatMap(\.rows).compactMap { row in
      if case .kernel(let function, _) = row.place { function } else { nil }
    }
    #expect(Set(functions).filter { !table.contains("`\($0)`") }.sorted() == [])
  }
}

/// That a list which is not right is refused, and how that is said.
extension AccessListTests {
  /// What is said of the list of one machine after a change to its rows.
  private func said(
    of machine: String, _ change: (inout [Substring]) throws -> Void
  ) throws -> [String] {
    let lines = try Self.page().split(separator: "\n", omittingEmptySubsequences: false)
    let heading = try #require(lines.firstIndex { $0.hasPrefix("### `\(machine)`") })
    let head = try #require(lines[heading...].firstIndex { $0 == AccessRow.head })
    let end = try #require(lines[head...].firstIndex { !$0.hasPrefix("|") })
    var rows = Array(lines[(head + 2)..<end])
    try change(&rows)
    let page = ["## Access by access", lines[heading]] + lines[head..<(head + 2)] + rows
    return try Self.comparison(with: page.joined(separator: "\n")).differences(of: machine)
  }

  private func row(_ label: String, in rows: [Substring]) throws -> Int {
    try #require(rows.firstIndex { $0.hasPrefix("| `\(label)` |") })
  }

  @Test func `two rows in the wrong order`() throws {
    let said = try said(of: "CreatePTE") { rows in
      try rows.swapAt(row("check-count", in: rows), row("check-seq", in: rows))
    }
    #expect(said.count == 1)
    #expect(said[0].hasPrefix("CreatePTE, 'check-count':"))
    #expect(said[0].contains("`unlock-to-retry`; again `check-seq`"))
  }

  @Test(arguments: [
    ("CreatePTE", "check-seq", "read `mmu_seq`", "none"),
    ("CreatePTE", "check-seq", "read `mmu_seq`", "read `mmu_seq`; write `host`"),
    ("InsertNestRmap", "store-single", "`mmu_lock`, ", ""),
    ("UnmapPTE", "clear-host", "at times `slots_lock`, ", "at times "),
    ("TestClearDirty", "read-host", "| `slots_lock` |", "| `mmu_lock`, `slots_lock` |"),
    ("HEnter", "lock-rmap", "lock `rmap.lock`", "lock `hpte.HVLOCK`"),
    ("GetDirtyLog", "find-memslot", "`unlock-slots`, ", ""),
    ("TestClearDirty", "bump-seq", "knob `bump-dirty=in`", "`kvm_radix_test_clear_dirty` 1136"),
    ("AgeGFN", "read-host", "`kvm_age_radix`", "`kvm_age_rmapp`"),
    ("UnmapRmapp", "back-off", "`kvm_unmap_rmapp` 830", "knob `hpte-lock=blocking`"),
  ])
  func `a row that says something else`(
    machine: String, label: String, old: String, new: String
  ) throws {
    let said = try said(of: machine) { rows in
      let index = try row(label, in: rows)
      #expect(rows[index].contains(old))
      rows[index] = Substring(rows[index].replacing(old, with: new, maxReplacements: 1))
    }
    #expect(said.count == 1)
    #expect(said.first?.hasPrefix("\(machine), '\(label)':\n") == true)
  }

  @Test func `a row that is missing, one too many, and a list that is missing`() throws {
    let said = try said(of: "GetNested") { $0.remove(at: 1) }
    #expect(said.count == 1)
    #expect(said[0].contains("page:     no row\n  expected: | `find-nested` | read `gp`, `idr`; "))
    #expect(
      try self.said(of: "ExitNested") { rows in
        rows.append("| `again` | none |  | end | `kvmhv_enter_nested_guest` 1 |")
      } == ["ExitNested: the machine has no point 'again'"])
    let other = try Self.comparison(
      with: Self.page().replacing("### `GetNested`", with: "### `GetNester`"))
    let lacking = other.differences(of: "GetNested")
    #expect(lacking.count == 1)
    #expect(lacking[0].hasPrefix("GetNested: the page lacks its list:\n| label | access |"))
    #expect(
      other.differences(of: "GetNester") == ["GetNester: no world runs a machine of this name"])
  }

  @Test func `a point that is said not to be reached, and is`() throws {
    let said = try said(of: "GetNested") { rows in
      rows[1] = "| `find-nested` | not reached |  |  | `kvmhv_get_nested` 821 |"
    }
    #expect(said.count == 1)
  }

  @Test(arguments: [
    ("| `a` | read `b` |  | end |", "a row has five columns"),
    ("| `a` | reads `b` |  | end | not KVM |", "'reads' is no access"),
    ("| `a` | read b |  | end | not KVM |", "'b' is no name in backticks"),
    ("| a | none |  | end | not KVM |", "'a' is no name in backticks"),
    ("| `a` | none |  | end | `f` |", "'`f`' is no function with a line"),
  ])
  func `a row that cannot be read`(row: String, what: String) throws {
    let page = """
      ## Access by access
      ### `Machine`
      \(AccessRow.head)
      |---|---|---|---|---|
      \(row)
      """
    let error = try #require(throws: AccessLists.Unreadable.self) { try AccessLists(page: page) }
    #expect(error.line == 5)
    #expect(error.what.hasPrefix(what))
  }
}
