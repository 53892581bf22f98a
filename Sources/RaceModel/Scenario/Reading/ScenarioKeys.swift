internal import Scheduler

/// The top level of a scenario file.
///
/// Here and in the other tables of keys, the order is the one that messages list the keys in.
enum RootKeys {
  static let schema = Key("$schema", .text(limit: 400), .optional)
  static let name = Key("name", .name(.scenario))
  static let summary = Key("summary", .text(limit: 200))
  static let cites = Key(
    "cites", .list(of: .text(limit: 200), count: 0...64, .refused), .optional)
  /// Of the file, which count for every row, or of a row.
  static let tags = Key(
    "tags", .list(of: .name(.tag), count: 0...Tags.most, .refused), .optional)
  static let machine = Key("machine", .object(MachineKeys.all, .refused))
  static let threads = Key("threads", ThreadKeys.list)
  static let properties = Key("properties", names(.properties, atLeast: 1))
  static let sometimes = Key("sometimes", names(.landmarks, atLeast: 0), .optional)
  static let rows = Key(
    "rows", .list(of: .object(RowKeys.all, .refused), count: 1...64, .allowed))

  static let all = [
    schema, name, summary, cites, tags, machine, threads, properties, sometimes, rows,
  ]
  static let shape = Shape.object(all, .refused)

  /// The closed sets of names that lists are made of.
  enum Names {
    case properties, landmarks, patches, slotFlags, breakable

    var noun: String {
      switch self {
      case .properties: "property"
      case .landmarks: "landmark"
      case .patches: "patch"
      case .slotFlags: "slot flag"
      case .breakable: "property or check"
      }
    }

    var allowed: [String] {
      switch self {
      case .properties: PropertySpec.allCases.map(\.id)
      case .landmarks: Landmark.allCases.map(\.id)
      case .patches: Kernel.Patch.allCases.map(\.id)
      case .slotFlags: SlotFlag.allCases.map(\.rawValue)
      case .breakable: Names.properties.allowed + Scenario.alwaysOnChecks
      }
    }
  }

  /// A list of names without repetition.
  static func names(_ names: Names, atLeast least: Int) -> Shape {
    let allowed = names.allowed
    return .list(
      of: .choice(noun: names.noun, allowed), count: least...allowed.count, .refused)
  }
}

enum ThreadKeys {
  static let name = Key("name", .name(.thread))
  static let run = Key("run", .list(of: CallKeys.shape, count: 1...16, .allowed))

  static let all = [name, run]
  static let list = Shape.list(of: .object(all, .refused), count: 1...16, .allowed)
}

/// A call of a path: `path` decides which arguments there are.
enum CallKeys {
  static let path = Key("path", .choice(noun: "path", PathSpec.allCases.map(\.id)))

  static let shape = Shape.variants(
    tag: path,
    PathSpec.allCases.map { path in
      Shape.Variant(tagValue: path.id, keys: path.arguments.map(\.key))
    })
}

enum RowKeys {
  static let name = Key("name", .name(.row))
  static let kernel = Key(
    "kernel", .choice(noun: "kernel", Kernel.Base.allCases.map(\.id)),
    .defaultsTo(.text(Kernel.Base.linux61.id)))
  static let with = Key("with", RootKeys.names(.patches, atLeast: 0), .optional)
  static let knobs = Key("knobs", .object(KnobKeys.all, .refused), .optional)
  static let threads = Key("threads", ThreadKeys.list, .optional)
  static let expect = Key(
    "expect", .choice(noun: "verdict", Verdict.allCases.map(\.rawValue)), .optional)
  static let violates = Key("violates", RootKeys.names(.breakable, atLeast: 1), .optional)
  static let sometimes = Key("sometimes", RootKeys.names(.landmarks, atLeast: 0), .optional)
  static let tags = RootKeys.tags
  static let note = Key("note", .text(limit: 400), .optional)

  static let all = [
    name, kernel, with, knobs, threads, expect, violates, sometimes, tags, note,
  ]

  /// The values of `expect`.
  enum Verdict: String, CaseIterable { case holds, violated }
}

enum KnobKeys {
  static let all = Knob.allCases.map { knob in
    Key(knob.id, .choice(noun: "\(knob.id) value", knob.values), .optional)
  }
}
