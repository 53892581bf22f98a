import Testing

@testable import Scheduler

/// What is judged where: each kind of property, in a state that breaks it and in one that does
/// not.
@Suite struct PropertyTableTests {
  private let toy = Toy("LOCK m; U x; UNLOCK m / AWAIT x=1", checks: ["told"])

  private func table(_ kinds: Property.Kind...) -> PropertyTable {
    PropertyTable(
      of: toy.system(
        kinds.enumerated().map {
          Property("p\($0.offset)", sentence: "Number \($0.offset).", kind: $0.element)
        }))
  }

  /// The state after so many steps of t0, then so many of t1.
  private func state(_ t0: Int, _ t1: Int = 0) -> [UInt64] {
    let steps =
      Array(repeating: Schedule.Step(ThreadID(0)), count: t0)
      + Array(repeating: Schedule.Step(ThreadID(1)), count: t1)
    guard let trace = try? toy.system().replay(Schedule(steps)) else {
      preconditionFailure("the toy cannot take these steps")
    }
    return trace.final
  }

  /// What a selection of all properties finds in a state.
  private func hits(_ table: PropertyTable, _ state: [UInt64]) -> [Int] {
    withState(state) { PropertySelection(from: table) { _ in true }.hits(in: $0) }.map(\.number)
  }

  private func endHits(_ table: PropertyTable, _ state: [UInt64]) -> [String] {
    withState(state) { PropertySelection(from: table) { _ in true }.hits(atEnd: $0) }
      .map(table.id)
  }

  @Test func `properties come first, then checks, then deadlock`() {
    let table = table(.always { _ in true })
    #expect(
      table.all.map(table.id) == [
        "p0", "cell-overflow", "assertion", "lock-discipline", "lock-order",
        "sleep-under-spinlock", "told", "deadlock",
      ])
    #expect(
      table.all.map { table.declared($0) != nil } == [true] + Array(repeating: false, count: 7))
    #expect(table.all.last == table.deadlock)
    #expect(table.sentence(table.deadlock) == Check.deadlock.sentence)
  }

  @Test func `each kind stands in its list`() {
    let table = table(
      .terminates(.weak), .sometimes { _ in true }, .perStep { _, _, _ in true },
      .atEnd { _ in true }, .quiet { _ in true }, .always { _ in true }, .sometimes { _ in true })
    func numbers(_ list: [PropertyIndex]) -> [Int] { list.map(\.number) }
    #expect(numbers(table.invariants) == [5, 4])
    #expect(numbers(table.aboutStates) == [5, 4, 1, 6])
    #expect(numbers(table.aboutSteps) == [2, 0])
    #expect(numbers(table.atEnd) == [3])
    #expect(table.all.filter(table.isLandmark).map(\.number) == [1, 6])
    #expect(table.fairness(of: PropertyIndex(0)) == .weak)
    #expect(table.fairness(of: PropertyIndex(1)) == nil)
  }

  @Test func `always is judged in every state`() {
    let x = toy.cell("x")
    let table = table(.always { $0[x] == 0 })
    #expect(hits(table, state(1)) == [])
    #expect(hits(table, state(2)) == [0])
  }

  @Test func `quiet is judged where no lock is held`() {
    let x = toy.cell("x")
    let table = table(.quiet { $0[x] == 0 })
    #expect(hits(table, state(2)) == [], "the lock is held")
    #expect(hits(table, state(3)) == [0])
  }

  @Test func `a landmark is hit where it is reached`() {
    let x = toy.cell("x")
    let table = table(.sometimes { $0[x] == 1 })
    #expect(hits(table, state(1)) == [])
    #expect(hits(table, state(2)) == [0])
  }

  @Test func `the end is judged when all have finished, and only there`() {
    let x = toy.cell("x")
    let broken = table(.atEnd { $0[x] == 0 })
    #expect(hits(broken, state(3, 1)) == [])
    #expect(endHits(broken, state(3, 1)) == ["p0"])
    #expect(endHits(table(.atEnd { $0[x] == 1 }), state(3, 1)) == [])
    #expect(endHits(broken, state(3)) == ["deadlock"], "asked of a state that is no end")
  }

  @Test func `a broken check is all that is seen at an end`() {
    let table = table(.atEnd { _ in false })
    var words = state(3, 1)
    #expect(withState(words) { table.brokenCheck(in: $0) } == nil)
    words[0] |= 6
    #expect(withState(words) { table.brokenCheck(in: $0) }.map(table.id) == "told")
    #expect(endHits(table, words) == ["told"])
  }

  @Test func `a step is judged by the states around it and who takes it`() {
    let x = toy.cell("x")
    let table = table(
      .perStep { before, after, thread in before[x] == after[x] || thread.index == 1 })
    func hits(_ before: [UInt64], _ after: [UInt64], _ thread: Int) -> [Int] {
      withState(before) { before in
        withState(after) { after in
          PropertySelection(from: table) { _ in true }.hits(from: before, to: after, by: thread)
        }
      }.map(\.number)
    }
    #expect(hits(state(0), state(1), 0) == [])
    #expect(hits(state(1), state(2), 0) == [0])
    #expect(hits(state(1), state(2), 1) == [])
    #expect(self.hits(table, state(2)) == [], "it is about no single state")
  }

  @Test func `a selection finds what was selected only, and checks and deadlock always`() {
    let x = toy.cell("x")
    let table = table(
      .always { $0[x] == 0 }, .always { $0[x] == 0 }, .quiet { $0[x] == 0 }, .atEnd { _ in false })
    let some = PropertySelection(from: table) { $0.number == 1 }
    #expect(withState(state(3)) { some.hits(in: $0) }.map(\.number) == [1])
    #expect(withState(state(3, 1)) { some.hits(atEnd: $0) } == [])
    #expect(withState(state(3)) { some.hits(atEnd: $0) } == [table.deadlock])
  }

  @Test func `a map goes by property, whatever was set first`() {
    var map = PropertyMap<String>()
    map[PropertyIndex(5)] = "late"
    map[PropertyIndex(2)] = "early"
    #expect(map.properties.map(\.number) == [2, 5])
    #expect(map.map(\.value) == ["early", "late"])
    #expect(map[PropertyIndex(3)] == nil && map[PropertyIndex(9)] == nil)
    var other = PropertyMap<String>()
    other[PropertyIndex(2)] = "kept"
    other.fill(from: map)
    #expect(other.map(\.value) == ["kept", "late"])
    map[PropertyIndex(5)] = nil
    #expect(map.properties.map(\.number) == [2])
  }
}
