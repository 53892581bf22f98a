import RaceModel
import Testing

/// What the scenarios make use of: every path, every value of every knob, every property.
struct CorpusCoverageTests {
  @Test func `every path is run by some row`() throws {
    let used = try Set(Corpus.rows().flatMap(\.threads).flatMap(\.run).map(\.path))
    #expect(Set(PathName.allCases).subtracting(used) == [])
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

extension PathCall {
  /// The path that files name for the call.
  fileprivate var path: PathName {
    switch self {
    case .l2Load: .l2Load
    case .l2Store: .l2Store
    case .l1Load: .l1Load
    case .l1Store: .l1Store
    case .getDirtyLog: .getDirtyLog
    case .ageGFN: .ageGFN
    case .invalidateRange: .invalidateRange
    case .enterNested: .enterNested
    case .exitNested: .exitNested
    case .tlbiePage: .tlbiePage
    case .tlbieLPID: .tlbieLPID
    case .tlbieAll: .tlbieAll
    case .copyFromGuest: .copyFromGuest
    case .copyToGuest: .copyToGuest
    case .l1SetGpte: .l1SetGpte
    case .l1SetPartition: .l1SetPartition
    case .setMemslot(_, .delete): .deleteMemslot
    case .setMemslot(_, .move): .moveMemslot
    case .setMemslot(_, .setLogging(let isOn)): isOn ? .startLogging : .stopLogging
    case .switchToHPT: .switchToHPT
    case .hptLoad: .hptLoad
    case .hptStore: .hptStore
    case .hEnter: .hEnter
    case .hRemove: .hRemove
    case .hProtect: .hProtect
    case .stopVCPU: .stopVCPU
    case .flushTLB: .flushTLB
    case .evictTLB: .evictTLB
    }
  }
}
