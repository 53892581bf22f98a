internal import Scheduler

/// An expression of a property as operations.
final class ExpressionCode: Sendable {
  private let code: OperationCode
  private let image: ProgramImage
  private let cells: SystemCells

  init(_ node: Int32, _ image: ProgramImage, _ cells: SystemCells) {
    (self.image, self.cells) = (image, cells)
    var builder = CodeBuilder(image.program, cells.all, noCell: cells.noCell)
    builder.compute(node)
    builder.emit(.give)
    code = builder.finish([]).code
  }

  /// The value in a state; nil where the expression follows a NULL or dead address.
  @inline(__always) private func value(in state: Property.State) -> Int64? {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: code.registers) { registers in
      guard let base = registers.baseAddress else { return nil }
      var interpreter = Interpreter(code, image, cells, state, base)
      return interpreter.run(from: 0, hasPassed: false) == .given ? interpreter.value : nil
    }
  }

  /// Whether the value is not 0; what follows a NULL or dead address is false.
  func holds(in state: Property.State) -> Bool { value(in: state).map { $0 != 0 } ?? false }
}
