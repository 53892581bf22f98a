internal import Scheduler

/// What an operation works on: a cell that holds a number, or, with a cell of no bits, a constant.
struct Operand {
  var cell: Cell<UInt64>
  var low: Int64

  /// Whether it is a constant.
  var isConstant = false

  @inline(__always) func read<R>(_ state: StateView<R>) -> Int64 {
    // A search does not ask; whoever records accesses does.
    if R.self != NoRecorder.self, isConstant { return low }
    return low &+ Int64(bitPattern: state[cell])
  }

  @inline(__always) func write<R>(_ state: StateView<R>, _ value: Int64) {
    state[cell] = UInt64(bitPattern: value &- low)
  }
}

/// A cell, and the bits of the number 0 in it.
struct Clear {
  var cell: Cell<UInt64>
  var bits: UInt64
}

/// A part of an instruction as small as the machine has it: it works on one number, the current
/// one, on registers, which no state has, and on operands.
struct MachineOperation {
  enum Code: UInt8 {
    // The current number becomes: operand `a`; register `a`; slot `next`.
    case read, register, readSlot
    // Register `a`, operand `c` or slot `next` becomes the current number; operand `c` operand
    // `a`.
    case keep, write, writeSlot, move
    // The current number becomes that of operands `a` and `b`; of the current number and `b`. Sums
    // and products are extended from `shift` bits less than 64.
    case add, subtract, multiply, and, or, xor
    case addTo, subtractFrom, multiplyBy, andWith, orWith, xorWith
    /// Operand `c` becomes the sum of operands `a` and `b`.
    case addInto
    /// Register `a` and the current number, by any operator, which `next` encodes.
    case binary
    // Of operands `a` and `b`; of the current number and `b`: whether they compare so.
    case equal, notEqual, less, lessOrEqual
    case equalTo, notEqualTo, lessThan, lessOrEqualTo, greaterThan, greaterOrEqualTo
    // Goes to `next` if the current number is not 0; if operands `a` and `b` compare so, or have a
    // bit in common; if the current number and `b` do. Otherwise goes to `other`.
    case branch
    case branchEqual, branchLess, branchLessOrEqual, branchAnd
    case branchEqualTo, branchLessThan, branchGreaterThan, branchAndWith
    // Of the current number: 0 as 1 and all else as 0; the opposite; less than 0 as more; bits
    // turned over; cut to `shift` bits less than 64, and extended by the sign or by 0.
    case not, truth, negate, complement, extendSign, extendZero
    /// The current number is cut to `shift` bits and extended by the sign if `c`, unless it is an
    /// address.
    case convertNumber
    // What the element of `other` that operand `a` or the current number says holds: slots `c`
    // apart, from `next` on.
    case readElement, readElementAt
    // The element that operand `a` says becomes the current number; the element that the current
    // number says becomes operand `b`, or register `b`.
    case writeElement, writeElementAt, writeElementFrom
    // What the address that is the current number leads to, of kind `b`, is read, or becomes
    // register `a`; a lock reads as whether it is taken.
    case readAt, readAtOrLock, writeAt
    /// The run ends unless the current number is a value.
    case requireValue
    /// The address that is the current number, moved by operand `b` within its object.
    case part
    /// The container, of kind `next`, of what the address that is the current number leads to.
    case container
    /// Whether lock `next` is taken.
    case isTaken
    // Of register `a`: the address of element `current` of `other`, each of `next` cells; the
    // address `current` times `next` cells further; the distance in elements of `next` cells.
    case elementAddress, offset, distance
    /// The address that is the current number becomes that of where its object's cells are.
    case place
    // Lock `next` is taken, if need be later, or released.
    case acquire, release
    /// The first value, `next`, and those after it, up to `other` in all.
    case choose
    case jump
    /// Goes back to `next` if the step has passed an access, or stands at stop `other`.
    case jumpBack
    /// Goes back to `next` within an `atomic` block.
    case jumpWithin
    /// The thread stands at stop `next`; `a` cells, from clear `b` on, are cleared, as they are
    /// where ``jumpBack`` does not go on.
    case stop
    /// The same for the end of the thread.
    case end
    /// The run ends as the finding `next`.
    case fail
    /// The thread has to wait.
    case block
    /// Instruction `next` does all that is left.
    case perform
    /// The value of an expression is the current number.
    case give
  }

  var code: Code
  var shift: UInt8 = 0
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
  var next: Int32 = 0
  var other: Int32 = 0
}

/// Operations in memory that nobody counts references to; they do not change.
final class OperationCode: @unchecked Sendable {
  let operations: UnsafeMutablePointer<MachineOperation>
  let operands: UnsafeMutablePointer<Operand>
  let clears: UnsafeMutablePointer<Clear>
  /// How many registers a run needs.
  let registers: Int

  init(
    _ operations: [MachineOperation], _ operands: [Operand], clears: [Clear],
    registers: Int
  ) {
    self.operations = ProgramImage.copy(operations)
    self.operands = ProgramImage.copy(operands)
    self.clears = ProgramImage.copy(clears)
    self.registers = max(1, registers)
  }

  deinit {
    operations.deallocate()
    operands.deallocate()
    clears.deallocate()
  }
}
