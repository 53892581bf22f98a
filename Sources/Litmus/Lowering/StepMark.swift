/// What a step is about that touches no memory; the raw value is the `limit` of its instruction.
enum StepMark: Int64 {
  /// A call of a function that is only declared.
  case call = 0
  case interruptsOff, interruptsSaved, interruptsOn, interruptsRestored
  case bottomHalvesOff, bottomHalvesOn

  /// The step that disables what a lock is taken under.
  static func disabling(_ context: Primitive.LockContext) -> StepMark {
    switch context {
    case .none: .call
    case .bottomHalves: .bottomHalvesOff
    case .interrupts: .interruptsOff
    case .savedInterrupts: .interruptsSaved
    }
  }

  /// The step that enables it again.
  static func enabling(_ context: Primitive.LockContext) -> StepMark {
    switch context {
    case .none: .call
    case .bottomHalves: .bottomHalvesOn
    case .interrupts: .interruptsOn
    case .savedInterrupts: .interruptsRestored
    }
  }
}

extension Instruction {
  /// What it marks; nil if it is no mark.
  var mark: StepMark? { operation == .mark ? StepMark(rawValue: limit) : nil }
}
