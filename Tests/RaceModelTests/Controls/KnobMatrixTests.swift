import Foundation
import RaceModel
import Scheduler
import Testing

/// Knobs by paths: what is read is read for a reason, and a row of `scenarios/` shows which.
///
/// `scripts/promote` rewrites the page, and then its test fails, so that the change is looked at.
struct KnobMatrixTests {
  private static let stored = Result { try KnobMatrix.stored() }
  /// The rows that the page names, each searched once.
  private static let candidates: [String: KnobMatrix.Candidate] = {
    let names = Set(((try? stored.get()) ?? KnobMatrix(witnesses: [:])).witnesses.values.map(\.row))
    return ((try? Corpus.rows()) ?? []).filter { names.contains($0.name) }.reduce(into: [:]) {
      $0[$1.name] = KnobMatrix.Candidate($1)
    }
  }()

  @Test func `the page has the matrix that the machines give`() throws {
    if ProcessInfo.processInfo.environment["EXPLORE_PROMOTE"] == "1" {
      let found = try KnobMatrix.searched().page
      if try found != Corpus.file(KnobMatrix.file) {
        try Corpus.write(found, to: KnobMatrix.file)
        Issue.record("wrote \(KnobMatrix.file); review the change")
      }
      return
    }
    let (page, text) = (try Self.stored.get().page, try Corpus.file(KnobMatrix.file))
    #expect(page == text, "scripts/promote rewrites it")
  }

  @Test(arguments: Knob.allCases)
  func `each path that reads a knob has a row in which it matters there`(knob: Knob) throws {
    #expect(!knob.paths.isEmpty, "no path reads \(knob)")
    let matrix = try Self.stored.get()
    for cell in KnobMatrix.cells where cell.knob == knob {
      guard let witness = matrix.witnesses[cell] else {
        Issue.record("no row shows \(cell): write one, or stop reading it there")
        continue
      }
      guard let candidate = Self.candidates[witness.row] else {
        Issue.record(
          "\(cell): there is no row \(witness.row) of at most \(KnobMatrix.largest) states")
        continue
      }
      let reads = candidate.readers.paths(reading: knob).contains(cell.path)
      #expect(reads && knob.values.contains(witness.value), "\(cell): \(witness)")
      #expect(candidate.shows(cell, witness.value), "\(cell) changes nothing: \(witness)")
    }
  }

  @Test func `a row's own value shows nothing`() throws {
    let candidate = try #require(
      KnobMatrix.Candidate(Corpus.row("n04-bump-after-unlock", "in")))
    let cell = KnobMatrix.Cell(
      knob: Knob(\.bumpDirty), path: try #require(PathSpec(rawValue: "get-dirty-log")))
    let own = candidate.row.row.kernel.knobs[cell.knob]
    #expect(!candidate.shows(cell, own))
    #expect(candidate.value(showing: cell) != nil)
  }

  /// Some values make a path call another, which reads knobs of its own; the list is of the base.
  @Test func `what the paths of a row read is what their examples read`() throws {
    for row in try Corpus.rows() {
      let readers = row.scenario.knobReaders(of: Kernel(), row.threads)
      for knob in Knob.allCases {
        let extra = readers.paths(reading: knob).filter { !knob.paths.contains($0) }
        #expect(extra == [], "\(row) \(knob)")
      }
    }
  }
}
