@testable import Scheduler

/// The accesses of one call of a machine's step, and the state in which each callee was called.
struct AccessLog {
  /// The cells in the order of the accesses; one can stand there often.
  var reads: [Int] = []
  var writes: [Int] = []
  /// The cells whose first read is the call of a callee: the callees' program points.
  var watched: [Int] = []
  /// By watched cell: the state at its first read.
  var calls: [Int: [UInt64]] = [:]
  let words: UnsafeMutablePointer<UInt64>
  let wordCount: Int
}

/// Notes accesses in an ``AccessLog``.
struct AccessLogRecorder: AccessRecorder {
  let log: UnsafeMutablePointer<AccessLog>

  func read(_ cell: Int) {
    log.pointee.reads.append(cell)
    if log.pointee.watched.contains(cell), log.pointee.calls[cell] == nil {
      log.pointee.calls[cell] = Array(
        UnsafeBufferPointer(start: log.pointee.words, count: log.pointee.wordCount))
    }
  }

  func write(_ cell: Int) { log.pointee.writes.append(cell) }
  func fail(_: () -> String) {}
  func fail(at _: Int) {}
}

/// A machine with the machines that it runs as its callees, found by looking at what it keeps.
struct MachineNode {
  /// A program point: its number among all, and how lists name it.
  struct Point {
    var label: String
    var function: String?
  }

  let name: String
  let points: [Point]
  /// The cell of the program point.
  let cell: Int
  let callees: [MachineNode]
  /// Takes one step.
  let step: (UnsafeMutablePointer<UInt64>, AccessLogRecorder, Int) -> Outcome
  /// Where it stands: an index into ``points``.
  let place: (UnsafeMutablePointer<UInt64>) -> Int

  init(_ machine: some StepMachine) {
    func node<Machine: StepMachine>(_ machine: Machine) -> MachineNode {
      MachineNode(of: machine)
    }
    self = node(machine)
  }

  private init<Machine: StepMachine>(of machine: Machine) {
    let all = Array(Machine.Point.allCases)
    // Without what is inside, for a machine that any other can be inside of.
    name = String("\(Machine.self)".prefix { $0 != "<" })
    points = all.map { Point(label: $0.label, function: $0.function) }
    cell = machine.point.number
    callees = Self.callees(in: Mirror(reflecting: machine))
    step = { machine.step(StateView($0, $1), choice: $2) }
    place = { words in
      let bits = StateView(words, NoRecorder())[machine.point].cellBits
      return all.firstIndex { $0.cellBits == bits } ?? 0
    }
  }

  /// The machines among constants, also as payloads of enumerations and in tuples.
  private static func callees(in mirror: Mirror) -> [MachineNode] {
    mirror.children.flatMap { child -> [MachineNode] in
      if let machine = child.value as? any StepMachine { return [MachineNode(machine)] }
      let inner = Mirror(reflecting: child.value)
      switch inner.displayStyle {
      case .enum, .tuple, .optional: return callees(in: inner)
      default: return []
      }
    }
  }
}
