import Scheduler

/// A thread whose one step does, in each choice, what it is told: all that a step can come to.
final class Caller: StepMachine {
  typealias Place = RegisterProgram.Place

  /// What one choice does: it writes its own number plus one, and then perhaps breaks a check.
  struct Answer: Sendable {
    var outcome: Outcome
    var breaksCheck = false
  }

  let point: Cell<Place>
  private let written: Cell<UInt8>
  private let answers: [Answer]

  private init(point: Cell<Place>, written: Cell<UInt8>, _ answers: [Answer]) {
    (self.point, self.written, self.answers) = (point, written, answers)
  }

  func step<R: AccessRecorder>(_ state: StateView<R>, choice: Int) -> Outcome {
    state[written] = UInt8(choice + 1)
    state.require(!answers[choice].breaksCheck, saying: "answer \(choice) is wrong")
    return answers[choice].outcome
  }

  /// A thread whose script has a machine for each list of answers, by choice.
  static func system(_ script: [Answer]...) -> (system: System, written: Cell<UInt8>) {
    var builder = SystemBuilder(threads: ["caller"])
    let written: Cell<UInt8> = builder.layout.cell("written", bits: 8)
    let point: Cell<Place> = builder.layout.cell("point", bits: 1)
    let machines = script.map { Caller(point: point, written: written, $0) }
    builder.run(machines, on: builder.threads[0])
    return (builder.build(), written)
  }
}
