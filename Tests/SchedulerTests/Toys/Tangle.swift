import Scheduler

/// A thread whose steps each look at several cells, one after another, and decide by them.
///
/// No good model is like this; it is made to be hard on whoever judges by footprints: what a step
/// reads next depends on what it has read, and so do whether it can step and how many results it
/// has.
final class Tangle: StepMachine {
  typealias Place = RegisterProgram.Place

  enum Part: Sendable {
    case write(Cell<UInt8>, UInt8)
    /// Blocked when the cell has the value.
    case blockIf(Cell<UInt8>, UInt8)
    /// Leaves the rest of the step out.
    case leaveIf(Cell<UInt8>, UInt8)
    /// A second result if the cell has the value: it writes the other cell.
    case chooseIf(Cell<UInt8>, UInt8, Cell<UInt8>)
    case assertNot(Cell<UInt8>, UInt8)
  }

  let point: Cell<Place>
  private let steps: [[Part]]

  init(point: Cell<Place>, steps: [[Part]]) { (self.point, self.steps) = (point, steps) }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let place = Int(state[point].index)
    var hasMore = false
    parts: for part in steps[place] {
      switch part {
      case .write(let cell, let value): state[cell] = value
      case .blockIf(let cell, let value): if state[cell] == value { return .blocked }
      case .leaveIf(let cell, let value): if state[cell] == value { break parts }
      case .chooseIf(let cell, let value, let other):
        if state[cell] != value { continue }
        if choice == 1 { state[other] = value }
        hasMore = choice == 0
      case .assertNot(let cell, let value):
        state.require(state[cell] != value, saying: "the cell is \(value)")
      }
    }
    let next = place + 1
    state[point] = Place(UInt8(next))
    let outcome: Outcome = next == steps.count ? .completed : .advanced
    return hasMore ? outcome.withMoreChoices : outcome
  }
}

/// Two to four tangled threads with at most seven steps over three cells.
func randomTangle(seed: Int) -> System {
  var random = SplitMix64(seed: UInt64(seed))
  let lengths = random.pick(from: [[3, 3], [2, 2, 2], [3, 2, 1], [1, 2, 2, 1], [2, 1, 1, 1]])
  var builder = SystemBuilder(threads: lengths.indices.map { "t\($0)" })
  let cells = ["x", "y", "z"].map { name -> Cell<UInt8> in
    builder.layout.cell(name, bits: 1, initial: UInt8(random.pick(below: 2)))
  }
  for thread in builder.threads {
    let point: Cell<Tangle.Place> = builder.layout.cell(
      "t\(thread.index)", bits: 5, role: .local(thread))
    let steps = (0..<lengths[thread.index]).map { _ in
      (0..<1 + random.pick(below: 3)).map { _ in randomPart(cells, &random) }
    }
    builder.run([Tangle(point: point, steps: steps)], on: thread)
  }
  let (x, y, z) = (cells[0], cells[1], cells[2])
  builder.add(
    Property("not-all", sentence: "Some cell is 0.", kind: .always { $0[x] + $0[y] + $0[z] < 3 }))
  builder.add(
    Property(
      "x-stays", sentence: "x does not fall to 0.",
      kind: .perStep { $0[x] <= $1[x] || $2.index == 0 }))
  builder.add(
    Property("ends-equal", sentence: "x and y end as equals.", kind: .atEnd { $0[x] == $0[y] }))
  builder.add(
    Property(
      "only-z", sentence: "z is the only 1.", kind: .sometimes { $0[z] == 1 && $0[x] + $0[y] == 0 })
  )
  return builder.build()
}

private func randomPart(_ cells: [Cell<UInt8>], _ random: inout SplitMix64) -> Tangle.Part {
  let (cell, value) = (random.pick(from: cells), UInt8(random.pick(below: 2)))
  switch random.pick(below: 16) {
  case 0..<6: return .write(cell, value)
  case 6..<9: return .blockIf(cell, value)
  case 9..<13: return .leaveIf(cell, value)
  case 13, 14: return .chooseIf(cell, value, random.pick(from: cells))
  default: return .assertNot(cell, value)
  }
}
