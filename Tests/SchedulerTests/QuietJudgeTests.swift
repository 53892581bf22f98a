import Testing

@testable import Scheduler

/// Which states the properties about quiet states have to look at.
@Suite struct QuietJudgeTests {
  @Test func `a state that agrees in what has been read with one that has passed needs no look`() {
    var toy = Toy("LOCK m; U x; U y; UNLOCK m", bits: 4)
    expectLooks(in: toy)
    // The same when a predicate says what is quiet.
    let owner = toy.locks["m"]?.owner
    toy.quiet { state in owner.map { state[$0] == 0 } ?? false }
    expectLooks(in: toy)
  }

  private func expectLooks(in toy: Toy) {
    let system = toy.system()
    let judge = QuietStateCache(of: system)
    let (x, y) = (toy.cell("x"), toy.cell("y"))
    func read(_ cell: Cell<UInt8>) { PropertyRecorder(into: judge.reads.base).read(cell.number) }
    func isWorthALook(_ xValue: UInt8, _ yValue: UInt8, owner: UInt8 = 0) -> Bool {
      system.words(x, xValue, y, yValue, owner, of: toy) { judge.isWorthALook($0) }
    }
    func pass(_ xValue: UInt8, _ yValue: UInt8) {
      system.words(x, xValue, y, yValue, 0, of: toy) { words in judge.pass(1) { _ in words } }
    }
    #expect(isWorthALook(0, 0))
    #expect(!isWorthALook(0, 0, owner: 1), "it is not quiet")
    read(x)
    pass(0, 0)
    #expect(!isWorthALook(0, 0) && !isWorthALook(0, 1), "y has not been read")
    #expect(isWorthALook(1, 0) && isWorthALook(1, 1))
    pass(1, 0)
    #expect(!isWorthALook(1, 5) && !isWorthALook(0, 5) && isWorthALook(2, 0))
    // From now on y counts, and what has passed by x alone does not.
    read(y)
    pass(1, 0)
    #expect(!isWorthALook(1, 0) && isWorthALook(1, 1) && isWorthALook(0, 0))
  }

  /// A property reads a cell in few states only: those that pass before it does must not hide these.
  @Test(arguments: [1, 2])
  func `what is broken is found wherever a property looks for it`(jobs: Int) {
    let toy = Toy("U x; U x; U x; U x / U y; U y; U y / LOCK m; U z; UNLOCK m", bits: 4)
    let (x, y, z) = (toy.cell("x"), toy.cell("y"), toy.cell("z"))
    for (xValue, yValue) in [(4, 3), (0, 0), (3, 1), (4, 0)] as [(UInt8, UInt8)] {
      for zValue in [0, 1] as [UInt8] {
        func broken(_ kind: Property.Kind) -> [String] {
          Explorer.explore(
            toy.system(Property("it", sentence: "It is so.", kind: kind)),
            options: Explorer.Options(jobs: jobs)
          ).broken
        }
        #expect(
          broken(.quiet { !($0[x] == xValue && $0[y] == yValue && $0[z] == zValue) }) == ["it"])
        #expect(broken(.quiet { !($0[x] == xValue && $0[y] == yValue && $0[z] == 2) }) == [])
      }
    }
  }
}

extension System {
  /// Calls `body` with the initial state in which two cells, and the owner of the lock `m`, are changed.
  @discardableResult fileprivate func words<Result>(
    _ one: Cell<UInt8>, _ first: UInt8, _ other: Cell<UInt8>, _ second: UInt8, _ owner: UInt8,
    of toy: Toy, _ body: (Words) -> Result
  ) -> Result {
    var words = layout.initial
    return words.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a state has a word") }
      let state = StateView(base, NoRecorder())
      (state[one], state[other]) = (first, second)
      if let lock = toy.locks["m"] { state[lock.owner] = owner }
      return body(base)
    }
  }
}
