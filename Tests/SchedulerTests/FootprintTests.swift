import Testing

@testable import Scheduler

/// What a step touches is recorded, never declared.
@Suite struct FootprintTests {
  private func footprint(of thread: Int, in system: System) -> Footprint {
    var words = system.layout.initial
    var footprint = Footprint()
    words.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      withUnsafeMutablePointer(to: &footprint) { footprint in
        let view = StateView(base, FootprintRecorder(into: footprint))
        _ = system.threads[thread].script[0].stepRecorded(view, choice: 0)
      }
    }
    return footprint
  }

  @Test func `reads and writes are recorded, and a blocked step's reads`() {
    let toy = Toy("R x>r / W x 1 / U x / R y>r / AWAIT x=1 / W x r+1")
    let system = toy.system()
    let (x, y) = (toy.cell("x").number, toy.cell("y").number)
    let shared: CellSet = [x, y]
    let footprints = (0..<6).map { footprint(of: $0, in: system) }
    #expect(footprints.map { $0.reads.intersection(shared) } == [[x], [], [x], [y], [x], []])
    #expect(footprints.map { $0.writes.intersection(shared) } == [[], [x], [x], [], [], [x]])
    #expect(footprints[5].reads.contains(toy.cell("t5.r").number))
    let conflicts = footprints.map { left in footprints.map { left.conflicts(with: $0) } }
    for left in 0..<6 {
      for right in 0..<6 where left != right {
        let touchesX = left != 3 && right != 3
        let writes = [1, 2, 5].contains(left) || [1, 2, 5].contains(right)
        #expect(conflicts[left][right] == (touchesX && writes), "\(left) \(right)")
      }
    }
  }

  @Test func `operations on one lock conflict, those on two do not`() {
    let system = Toy("LOCK m / LOCK m / LOCK n").system()
    let footprints = (0..<3).map { footprint(of: $0, in: system) }
    #expect(footprints[0].conflicts(with: footprints[1]))
    #expect(!footprints[0].conflicts(with: footprints[2]), "order is a matter of one thread")
  }

  @Test func `a value that does not fit is recorded with its cell`() {
    let toy = Toy("W x 9 / U x", bits: 3)
    #expect(footprint(of: 0, in: toy.system()).failure == .cell(toy.cell("x").number))
    #expect(footprint(of: 1, in: toy.system()).failure == nil)
  }
}
