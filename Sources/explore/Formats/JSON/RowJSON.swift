import RaceModel
import Reporting
import Scheduler

// The keys are literals: they stay when a type or a case is renamed.

extension RowReport {
  /// The row as an object.
  var members: [JSONValue.Member] {
    [
      ("name", .optional(name)), ("title", .string(title)), ("note", .string(note)),
      ("variant", .optional(variant?.rawValue)), ("line", .optional(position?.line)),
      ("column", .optional(position?.column)),
    ] + setting.members + [
      ("threads", .list(threads.map(\.json))), ("model", .string(model.rawValue)),
      ("strategy", .string(strategy.rawValue)), ("reduction", .optional(reduction.option)),
      ("verdict", .string(result.verdict.rawValue)), ("isWhole", .flag(isWhole)),
      ("broken", .strings(found.map(\.id))),
    ] + expectationMembers + [
      ("answer", .optional(answer?.rawValue)), ("observation", .optional(observation)),
    ] + result.evidenceMembers + [
      ("flags", .list(flags.map(\.json))), ("question", question?.json ?? .null),
      ("modelFault", .optional(modelFault)),
    ]
  }

  private var expectationMembers: [JSONValue.Member] {
    let asExpected: Bool? =
      switch outcome {
      case .asExpected: true
      case .differs: false
      case .undecided, nil: nil
      }
    let counted = expectation?.broken.filter { $0.preemptions != nil } ?? []
    return [
      ("expected", .optional(expectation?.verdict)),
      ("expectedBroken", expectation.map { .strings($0.broken.map(\.id)) } ?? .null),
      (
        "expectedPreemptions",
        .object(counted.map { ($0.id, .optional($0.preemptions)) })
      ),
      ("asExpected", .optional(asExpected)),
      ("isUnpinned", .flag(isUnpinned)), ("pin", .optional(pin)),
      ("unpinnable", .optional(unpinnable)),
    ]
  }
}

extension Job.Setting {
  /// What is run: `kernel`, which race files do not have, and their `program`.
  var members: [JSONValue.Member] {
    switch self {
    case .kernel(let kernel, let unread):
      [("kernel", Self.json(of: kernel, unread)), ("program", .null)]
    case .program(let defines, let labels, let result):
      [
        ("kernel", .null),
        (
          "program",
          .object([
            ("defines", .strings(defines)), ("with", .strings(labels)),
            ("result", .strings(result)),
          ])
        ),
      ]
    }
  }

  private static func json(of kernel: Kernel, _ unread: [Kernel.Setting]) -> JSONValue {
    let knobs = kernel.knobs
    return .object([
      ("base", .string(kernel.base.rawValue)),
      ("with", .strings(kernel.patches.map(\.rawValue))),
      ("settings", .strings(kernel.settings.map(\.description))),
      ("knobs", .object(Knob.allCases.map { ($0.rawValue, .string(knobs[$0])) })),
      ("unread", .strings(unread.map(\.knob.rawValue))),
    ])
  }
}

extension ThreadReport {
  var json: JSONValue {
    let calls = calls.isEmpty ? ["\(name)()"] : calls
    return .object([("name", .string(name)), ("run", .strings(calls))])
  }
}

extension InputError.Fault {
  /// The fault as an object; `number` is the place of the file among all of the command, from 1.
  func members(ofFile number: Int? = nil) -> [JSONValue.Member] {
    [("file", .string(file))] + (number.map { [("fileNumber", .integer($0))] } ?? []) + [
      ("line", .optional(position?.line)),
      ("column", .optional(position?.column)), ("message", .string(message)),
      ("source", .string(line)),
    ]
  }
}

extension InputReport {
  /// What there is to say of a file besides its rows.
  var members: [JSONValue.Member] {
    [
      ("name", .string(name)), ("file", .string(file)), ("summary", .string(summary)),
      ("input", .object([("hash", .string(hash)), ("defines", .strings(defines))])),
      ("rowTitles", .strings(rowTitles)),
    ]
  }
}
