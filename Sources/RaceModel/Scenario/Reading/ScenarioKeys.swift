/// The top level of a scenario file.
///
/// Here and in the other tables of keys, the order is the one that messages list the keys in.
enum RootKeys {
  static let schema = Key("$schema", .text(limit: 400), .optional)
  static let name = Key("name", .name(.scenario))
  static let summary = Key("summary", .text(limit: 200))
  static let cites = Key(
    "cites", .list(of: .text(limit: 200), count: 0...64, .refused), .optional)
  static let machine = Key("machine", .object(MachineKeys.all, .refused))
  static let threads = Key("threads", ThreadKeys.list)
  static let properties = Key("properties", names(.properties, atLeast: 1))
  static let sometimes = Key("sometimes", names(.landmarks, atLeast: 0), .optional)
  static let rows = Key(
    "rows", .list(of: .object(RowKeys.all, .refused), count: 1...64, .allowed))

  static let all = [
    schema, name, summary, cites, machine, threads, properties, sometimes, rows,
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
  static let path = Key("path", .choice(noun: "path", PathName.allCases.map(\.rawValue)))
  static let vcpu = Key(PathName.Argument.vcpu.rawValue, .name(.thread))
  static let n = Key(PathName.Argument.n.rawValue, .integer(L2PageKeys.numbers))
  static let gfn = Key(PathName.Argument.gfn.rawValue, .integer(SlotKeys.gfns))
  static let rpn = Key(
    PathName.Argument.rpn.rawValue, .integer(0...PageKeys.rpns.upperBound),
    .defaultsTo(.integer(0)))
  static let lpid = Key(PathName.Argument.lpid.rawValue, .integer(GuestKeys.lpids))
  static let gpte = Key(
    PathName.Argument.gpte.rawValue, .object(L1EntryKeys.all, .allowed), .optional)
  static let root = Key(
    PathName.Argument.root.rawValue, .choice(noun: "root", Root.allCases.map(\.rawValue)))
  static let ric = Key(PathName.Argument.ric.rawValue, .integer(0...2))
  static let slot = Key(PathName.Argument.slot.rawValue, .integer(SlotKeys.ids))
  static let base = Key(PathName.Argument.base.rawValue, .integer(SlotKeys.gfns))
  static let index = Key(PathName.Argument.index.rawValue, .integer(0...15))
  static let bits = Key(PathName.Argument.bits.rawValue, .entry(.refused))
  static let protection = Key(
    PathName.Argument.protection.rawValue,
    .choice(noun: "pp", Protection.allCases.map(\.rawValue)))
  static let times = Key(
    PathName.Argument.times.rawValue, .integer(1...8), .defaultsTo(.integer(1)))

  static let shape = Shape.variants(
    tag: path,
    PathName.allCases.map { path in
      Shape.Variant(tagValue: path.rawValue, keys: path.arguments.map(key))
    })

  /// The values of `root`.
  enum Root: String, CaseIterable { case set, zero }

  /// The values of `pp`.
  enum Protection: String, CaseIterable { case rw, ro }

  private static func key(_ argument: PathName.Argument) -> Key {
    switch argument {
    case .vcpu: vcpu
    case .n: n
    case .gfn: gfn
    case .rpn: rpn
    case .lpid: lpid
    case .gpte: gpte
    case .root: root
    case .ric: ric
    case .slot: slot
    case .base: base
    case .index: index
    case .bits: bits
    case .protection: protection
    case .times: times
    }
  }
}

enum RowKeys {
  static let name = Key("name", .name(.row))
  static let kernel = Key(
    "kernel", .choice(noun: "kernel", Kernel.Base.allCases.map(\.id)),
    .defaultsTo(.text(Kernel.Base.linux61.id)))
  static let with = Key("with", RootKeys.names(.patches, atLeast: 0), .optional)
  static let knobs = Key("knobs", .object(KnobKeys.all, .refused), .optional)
  static let threads = Key("threads", ThreadKeys.list, .optional)
  static let expect = Key("expect", .choice(noun: "verdict", Verdict.allCases.map(\.rawValue)))
  static let violates = Key("violates", RootKeys.names(.breakable, atLeast: 1), .optional)
  static let sometimes = Key("sometimes", RootKeys.names(.landmarks, atLeast: 0), .optional)
  static let note = Key("note", .text(limit: 400), .optional)

  static let all = [
    name, kernel, with, knobs, threads, expect, violates, sometimes, note,
  ]

  /// The values of `expect`.
  enum Verdict: String, CaseIterable { case holds, violated }
}

enum KnobKeys {
  static let all = Knob.allCases.map { knob in
    Key(knob.id, .choice(noun: "\(knob.id) value", knob.values), .optional)
  }
}
