internal import Scheduler

/// What is told of a rule of locks that a step breaks: who holds the lock, and who took it where.
struct LockMisuse {
  private let story: FindingStory
  private var teller: RaceTeller { story.teller }
  /// How many steps there were when the rule was broken: the last one may have taken a lock first.
  private var count: Int { story.count + 1 }

  init(_ story: FindingStory) { self.story = story }

  var text: String? {
    let instruction = story.instruction
    if instruction.operation == .free {
      return story.life(at: instruction.address).flatMap { dying($0.number) }
    }
    if instruction.operation == .kill { return dying(Int(instruction.limit)) }
    if instruction.isCheck, instruction.limit > 0 { return dying(Int(instruction.limit) - 1) }
    guard instruction.address >= 0 else { return enabling(instruction) }
    var evaluator = Evaluator(teller.image, story.memory)
    let slot = evaluator.slot(at: evaluator.value(instruction.address))
    guard slot >= 0 else { return nil }
    if instruction.operation == .initialize(nil) {
      let queue = evaluator.value(instruction.address)
      let names = teller.threads(in: queue, story.memory).map { teller.name(of: ThreadID($0)) }
      return "\(story.call) empties a queue in which threads wait: "
        + names.joined(separator: ", ")
    }
    guard let area = teller.area(of: slot, reads: false) else {
      return "\(story.call) releases a bit that is not set"
    }
    let readers = teller.area(of: slot, reads: true).flatMap { $0 == area ? nil : $0 }
    let holders = holders(of: area) + (readers.map(holders) ?? [])
    let name = teller.name(of: area)
    let state =
      holders.isEmpty
      ? "nobody has \(name)" + (lastExit(from: [area] + (readers.map { [$0] } ?? [])) ?? "")
      : "\(name) (\(holders.joined(separator: ", ")))"
    switch instruction.operation {
    case .lock(let operation, _):
      switch operation {
      case .lock, .readLock, .writeLock:
        return "\(story.call) takes what its thread holds: \(state)"
      default: return "\(story.call) releases what its thread does not hold: \(state)"
      }
    case .assertHeld, .check: return "\(story.call) fails: \(state)"
    default: return "\(story.call) begins the life of a lock that is held: \(state)"
    }
  }

  /// Something is enabled that has not been disabled, or must stay so.
  private func enabling(_ instruction: Instruction) -> String {
    if instruction.operation == .handler(.enable) {
      let handler = teller.name(of: ThreadID(Int(instruction.limit)))
      return "\(story.call) enables \(handler), which is not disabled"
    }
    switch instruction.limit {
    case Lowering.enablesWithinInterrupt:
      return "\(story.call) enables what is disabled for as long as \(story.name) runs"
    case Lowering.enablesPreemption:
      return "\(story.call) enables preemption, and \(story.name) has not disabled it"
    default:
      return "\(story.call) enables bottom halves, and \(story.name) has not disabled them"
    }
  }

  private func holders(of area: RaceTeller.Area) -> [String] {
    teller.threads(inside: area, after: count, of: story.run).map {
      teller.since($0, area, before: count, of: story.run)
    }
  }

  private func lastExit(from areas: [RaceTeller.Area]) -> String? {
    areas.compactMap { teller.lastExit(from: $0, before: count, of: story.run) }
      .max { $0.number < $1.number }
      .map { ", which \(teller.name(of: $0.thread)) released at \(teller.place(of: $0))" }
  }

  /// A local that ends while it is locked.
  private func dying(_ number: Int) -> String? {
    let object = teller.program.objects[number]
    let held = object.slots.lazy.compactMap { slot in
      teller.area(of: slot, reads: false)
    }.first { !holders(of: $0).isEmpty }
    guard let held else { return nil }
    return "the life of \(object.name) ends, and \(teller.name(of: held)) is held ("
      + holders(of: held).joined(separator: ", ") + ")"
  }
}
