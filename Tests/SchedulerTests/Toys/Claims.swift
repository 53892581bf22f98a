import Scheduler

/// A thread that claims one of some items, whichever, and then takes it.
///
/// A claim names its item: the item's number plus one, above a bit that says whether it is taken.
final class Claimant: StepMachine {
  enum Point: UInt8, ProgramPoint { case claim, take, rest }

  let point: Cell<Point>
  private let claim: Cell<UInt8>
  private let taken: CellRow<Bool>
  /// Taking this item takes one more step.
  private let heavy: Int?

  init(point: Cell<Point>, claim: Cell<UInt8>, taken: CellRow<Bool>, heavy: Int?) {
    (self.point, self.claim, self.taken, self.heavy) = (point, claim, taken, heavy)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    let item = Int(state[claim] >> 1) - 1
    switch state[point] {
    case .claim:
      state[claim] = UInt8(choice + 1) << 1
      state[point] = .take
      return choice + 1 < taken.count ? .advanced.withMoreChoices : .advanced
    case .take:
      state[taken, item] = true
      state[claim] |= 1
      state[point] = item == heavy ? .rest : .claim
      return item == heavy ? .advanced : .completed
    case .rest:
      state[point] = .claim
      return .completed
    }
  }
}

/// Threads and items, all equal as far as names tell.
struct Claims {
  static let item = Scalarset("item", shift: 1)

  var threads: Int
  var items: Int
  /// Whether the layout says that claims name items.
  var namesItems = true
  var heavy: Int?

  func system(_ properties: ([Cell<UInt8>], CellRow<Bool>) -> [Property] = { _, _ in [] })
    -> System
  {
    let (threads, items) = (Array(0..<threads), Array(0..<items))
    var system = system(threads, items, properties)
    system.permutations = { [system] in
      Self.orders(of: threads).flatMap { threadOrder in
        Self.orders(of: items).compactMap { itemOrder in
          let names = itemOrder.enumerated().map { (UInt64($0 + 1), UInt64($1 + 1)) }
          return Permutation(
            of: system, as: self.system(threadOrder, itemOrder, { _, _ in [] }),
            renaming: [Self.item: Dictionary(uniqueKeysWithValues: names)],
            parts: [Permutation.Parts("items", names: items.map { "\($0)" }, becoming: itemOrder)])
        }
      }
    }
    return system
  }

  private func system(
    _ threads: [Int], _ items: [Int],
    _ properties: ([Cell<UInt8>], CellRow<Bool>) -> [Property]
  ) -> System {
    var builder = SystemBuilder(threads: threads.map { "t\($0)" })
    let taken = builder.layout.row(
      named: items.map { "taken[\($0)]" }, bits: 1, initial: items.map { _ in false })
    var claims: [Cell<UInt8>] = []
    for (thread, number) in zip(builder.threads, threads) {
      let role = Layout.Role.local(thread)
      let claim: Cell<UInt8> = builder.layout.cell(
        "t\(number).claim", bits: 1 + Layout.bits(for: items.count),
        naming: namesItems ? Self.item : nil, role: role)
      let point: Cell<Claimant.Point> = builder.layout.cell("t\(number)", role: role)
      builder.run(
        [Claimant(point: point, claim: claim, taken: taken, heavy: heavy)], on: thread)
      claims.append(claim)
    }
    for property in properties(claims, taken) { builder.add(property) }
    return builder.build()
  }

  /// All orders of some numbers.
  static func orders(of members: [Int]) -> [[Int]] {
    if members.count < 2 { return [members] }
    return members.indices.flatMap { index in
      var rest = members
      let first = rest.remove(at: index)
      return orders(of: rest).map { [first] + $0 }
    }
  }
}
