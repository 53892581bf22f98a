/// A step from a state of a batch.
struct BatchStep: BitwiseCopyable {
  private let bits: UInt32

  static var largestBatch: Int { 1 << 16 }

  private init(bits: UInt32) { self.bits = bits }

  @inline(__always) init(from origin: Int, thread: Int, choice: Int) {
    bits = UInt32(truncatingIfNeeded: origin &<< 16 | thread &<< 8 | choice)
  }

  /// The same step from another state.
  @inline(__always) func from(_ origin: Int) -> BatchStep {
    BatchStep(bits: bits & 0xffff | UInt32(truncatingIfNeeded: origin) &<< 16)
  }

  /// The place in the batch of the state that it is taken from.
  @inline(__always) var origin: Int { Int(truncatingIfNeeded: bits &>> 16) }
  @inline(__always) var thread: UInt8 { UInt8(truncatingIfNeeded: bits &>> 8) }
  @inline(__always) var choice: UInt8 { UInt8(truncatingIfNeeded: bits) }
}

extension Schedule.Step {
  /// The step as schedules have it.
  init(_ step: BatchStep) { self.init(ThreadID(Int(step.thread)), choice: Int(step.choice)) }
}
