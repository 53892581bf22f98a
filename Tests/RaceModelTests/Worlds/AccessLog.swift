@testable import RaceModel
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
  /// The watched cells in the order of their last reads.
  var called: [Int] = []
  let words: UnsafeMutablePointer<UInt64>
  let wordCount: Int
}

/// Notes accesses in an ``AccessLog``.
struct AccessLogRecorder: AccessRecorder {
  let log: UnsafeMutablePointer<AccessLog>

  func read(_ cell: Int) {
    log.pointee.reads.append(cell)
    guard log.pointee.watched.contains(cell) else { return }
    log.pointee.called.append(cell)
    if log.pointee.calls[cell] == nil {
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
  /// Where it stands, by label.
  ///
  /// A machine that goes on at once from one point to another shows the second one as its place;
  /// one that is in a call shows its callee's.
  let place: (UnsafeMutablePointer<UInt64>, _ isInCall: Bool) -> String

  init(_ machine: some StepMachine) {
    func node<Machine: StepMachine>(_ machine: Machine) -> MachineNode {
      MachineNode(of: machine)
    }
    self = node(machine)
  }

  private init<Machine: StepMachine>(of machine: Machine) {
    let all = Array(Machine.Point.allCases)
    // A machine around any other has one list.
    name = String("\(Machine.self)".prefix { $0 != "<" })
    points = all.map { Point(label: $0.label, function: $0.function) }
    cell = machine.point.number
    callees = Self.callees(in: Mirror(reflecting: machine))
    step = { machine.step(StateView($0, $1), choice: $2) }
    place = { words, isInCall in
      let state = StateView(words, NoRecorder())
      let (own, shown) = (state[machine.point], machine.location(in: state))
      let isOwn =
        !isInCall && all.contains { $0.label == shown.label && $0.function == shown.function }
      return isOwn ? shown.label : own.label
    }
  }

  /// The machines among constants, also as payloads of enumerations, in tuples and in values.
  ///
  /// What there is of the guest has none, and is large.
  private static func callees(in mirror: Mirror) -> [MachineNode] {
    mirror.children.flatMap { child -> [MachineNode] in
      switch child.value {
      case let machine as any StepMachine: return [MachineNode(machine)]
      case is KVM, is RadixTables, is HPT, is RadixTLB: return []
      default: break
      }
      let inner = Mirror(reflecting: child.value)
      switch inner.displayStyle {
      case .enum, .tuple, .optional, .struct: return callees(in: inner)
      default: return []
      }
    }
  }
}
