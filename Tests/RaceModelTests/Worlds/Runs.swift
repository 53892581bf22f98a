import Scheduler

/// A part of a run: which thread goes on, and how far.
enum Part {
  /// To its end.
  case all(Int)
  /// Up to, and without, the first step with the label; in `function`, when that is given.
  case until(Int, String, in: String? = nil)
  /// One step, with the choice.
  case step(Int, choice: Int = 0)
}

extension System {
  /// Runs the parts one after another; what is not named does not step.
  func play(_ parts: Part...) throws -> Trace { try play(parts) }

  func play(_ parts: [Part]) throws -> Trace {
    var steps: [Schedule.Step] = []
    for part in parts {
      switch part {
      case .step(let thread, let choice):
        steps.append(.init(ThreadID(thread), choice: choice))
      case .all(let thread):
        steps += Array(repeating: .init(ThreadID(thread)), count: try ahead(steps, thread).count)
      case .until(let thread, let label, let function):
        let count = try ahead(steps, thread).prefix {
          $0.location.label != label || (function != nil && $0.location.function != function)
        }.count
        steps += Array(repeating: .init(ThreadID(thread)), count: count)
      }
    }
    return try replay(Schedule(steps))
  }

  /// The steps that `thread` takes after `steps` until it ends, is blocked or has gone round
  /// often.
  private func ahead(_ steps: [Schedule.Step], _ thread: Int) throws -> ArraySlice<Trace.Step> {
    let longest = 400
    let run = Schedule(steps + Array(repeating: .init(ThreadID(thread)), count: longest))
    do throws(ReplayError) {
      return try replay(run).steps[steps.count...]
    } catch {
      return try replay(Schedule(Array(run.steps[..<(error.step - 1)]))).steps[steps.count...]
    }
  }
}

extension Trace {
  /// A line for each step: function, label, and what it changed but for locals.
  ///
  /// Hardware has no function, and a dash stands for it.
  var told: [String] { steps.map(\.told) }

  /// The lines of the steps in one of the functions.
  func told(in functions: String...) -> [String] {
    steps.filter { functions.contains($0.location.function ?? "-") }.map(\.told)
  }

  /// The lines of one thread's steps.
  func told(by thread: Int) -> [String] {
    steps.filter { $0.thread.index == thread }.map(\.told)
  }

  /// The value that a cell was last changed to, as reports print it.
  func last(_ name: String) -> String? {
    steps.flatMap(\.changes).last { $0.name == name }?.new
  }

  /// The values that a cell is changed to, as reports print them.
  func values(of name: String) -> [String] {
    steps.flatMap(\.changes).filter { $0.name == name }.map(\.new)
  }

  /// The labels of the steps, in order.
  var labels: [String] { steps.map(\.location.label) }
}

extension Trace.Step {
  fileprivate var told: String {
    let what = changes.compactMap { change -> String? in
      if case .local = change.role { return nil }
      return "\(change.name): \(change.old) -> \(change.new)"
    }
    let place = "\(location.function ?? "-") \(location.label)"
    return what.isEmpty ? place : "\(place) | \(what.joined(separator: ", "))"
  }
}

/// The lines of a text, with runs of spaces as one space and empty lines left out.
func lines(_ text: String) -> [String] {
  text.split(separator: "\n").map { line in
    line.split(separator: " ").joined(separator: " ")
  }.filter { !$0.isEmpty }
}
