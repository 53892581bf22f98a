import RaceModel
import Testing

/// What the scenarios make use of: every path, every value of every knob, every property.
struct CorpusCoverageTests {
  @Test func `every path is run by some row`() throws {
    let used = try Set(Corpus.rows().flatMap(\.threads).flatMap(\.run).map(\.path))
    #expect(PathSpec.allCases.filter { !used.contains($0) } == [])
  }

  @Test func `every value of every knob is that of some row`() throws {
    let kernels = try Corpus.rows().map(\.row.kernel.knobs)
    let unused = Knob.allCases.flatMap { knob in
      let used = Set(kernels.map { $0[knob] })
      return knob.values.filter { !used.contains($0) }.map { "\(knob.rawValue)=\($0)" }
    }
    #expect(unused == [])
  }

  @Test func `every patch is applied by some row`() throws {
    let used = try Set(Corpus.rows().flatMap(\.row.kernel.patches))
    #expect(used == Set(Kernel.Patch.allCases))
  }

  @Test func `every property is checked by some row`() throws {
    let checked = try Set(Corpus.rows().flatMap(\.scenario.properties))
    #expect(PropertySpec.allCases.filter { !checked.contains($0) } == [])
  }

  @Test func `every property breaks in some row`() throws {
    let broken = try Set(
      Corpus.rows().flatMap { row -> [String] in
        if case .violated(let ids) = row.row.expectation { ids } else { [] }
      })
    let unbroken = PropertySpec.allCases.filter { !broken.contains($0.id) }
    #expect(unbroken == [])
  }

  @Test func `every landmark is reached by some row`() throws {
    let reached = try Set(Corpus.rows().flatMap(\.landmarks))
    #expect(Landmark.allCases.filter { !reached.contains($0) } == [])
  }
}
