internal import Scheduler

/// A kernel path that scenarios' threads can run: what it is called, what it takes, and how its
/// machines are made.
///
/// Each stands in the file of its machine. Files, reports, lists, the schema's test and the search
/// for symmetries read it here, so a path is told of in one place.
package struct PathSpec: CatalogEntry {
  package let id: String
  /// What the path does, in one sentence for `explore list paths`.
  package let summary: String
  /// The kernel functions that the path restates.
  package let functions: [String]
  /// The arguments in the order of files and reports.
  let arguments: [any PathParameter]
  let identity: Identity
  /// What a call makes of the machine, besides its steps.
  let use: @Sendable (PathCall, Scenario.Machine, inout KVM.Use) -> Void
  private let making: Making

  /// Every path, in the order of lists and messages.
  package static let allCases: [PathSpec] = [
    GuestAccess.l2Load,
    GuestAccess.l2Store,
    GuestAccess.l1Load,
    GuestAccess.l1Store,
    GetDirtyLog.path,
    AgeGFN.path,
    InvalidateRange.path,
    InvalidateRange.slotPath,
    EnterNested.path,
    ExitNested.path,
    TlbiePage.path,
    TlbieLPID.path,
    TlbieLPID.allPath,
    CopyToFromGuest.load,
    CopyToFromGuest.store,
    L1Write.setGpte,
    L1Write.setPartition,
    SetMemslot.delete,
    SetMemslot.move,
    SetMemslot.startLogging,
    SetMemslot.stopLogging,
    SwitchToHPT.path,
    HPTAccess.load,
    HPTAccess.store,
    HEnter.path,
    HRemove.path,
    HProtect.path,
    StopVCPU.path,
    EvictTLB.all,
    EvictTLB.any,
  ]

  /// Makes the machine of a call for a guest with page tables of one kind.
  typealias Maker<Tables> = @Sendable (PathCall, Tables, inout CallSite) -> any StepMachine

  private enum Making: Sendable {
    case radix(Maker<RadixTables>)
    case hashed(Maker<HPT>)
    case either(Maker<PageTables>)
  }

  /// How calls of the path are written in what schedules' tokens are made from.
  ///
  /// It must stay when a path, a type or an argument is renamed: tokens would be refused.
  struct Identity: Sendable {
    let name: String
    /// What follows the arguments.
    let constants: [String]

    init(_ name: String, _ constants: String...) {
      (self.name, self.constants) = (name, constants)
    }
  }

  /// A path that only a guest with radix tables has.
  init(
    _ id: String, _ summary: String, functions: [String], arguments: [any PathParameter] = [],
    identity: Identity,
    use: @escaping @Sendable (PathCall, Scenario.Machine, inout KVM.Use) -> Void = { _, _, _ in },
    radix make: @escaping Maker<RadixTables>
  ) {
    self.init(
      id: id, summary: summary, functions: functions, arguments: arguments, identity: identity,
      use: use, making: .radix(make))
  }

  /// A path that only a guest with a hashed table has.
  init(
    _ id: String, _ summary: String, functions: [String], arguments: [any PathParameter] = [],
    identity: Identity,
    use: @escaping @Sendable (PathCall, Scenario.Machine, inout KVM.Use) -> Void = { _, _, _ in },
    hashed make: @escaping Maker<HPT>
  ) {
    self.init(
      id: id, summary: summary, functions: functions, arguments: arguments, identity: identity,
      use: use, making: .hashed(make))
  }

  /// A path that guests with either table have.
  init(
    _ id: String, _ summary: String, functions: [String], arguments: [any PathParameter] = [],
    identity: Identity,
    use: @escaping @Sendable (PathCall, Scenario.Machine, inout KVM.Use) -> Void = { _, _, _ in },
    eitherTable make: @escaping Maker<PageTables>
  ) {
    self.init(
      id: id, summary: summary, functions: functions, arguments: arguments, identity: identity,
      use: use, making: .either(make))
  }

  private init(
    id: String, summary: String, functions: [String], arguments: [any PathParameter],
    identity: Identity,
    use: @escaping @Sendable (PathCall, Scenario.Machine, inout KVM.Use) -> Void, making: Making
  ) {
    (self.id, self.summary, self.functions) = (id, summary, functions)
    (self.arguments, self.identity) = (arguments, identity)
    (self.use, self.making) = (use, making)
  }

  /// The keys of the arguments, as files and reports name them.
  package var argumentNames: [String] { arguments.map(\.key.name) }

  /// The tables that the path knows.
  package var tables: [TableKind] {
    switch making {
    case .radix: [.radix]
    case .hashed: [.hashed]
    case .either: TableKind.allCases
    }
  }

  /// The machine of `call`, a call of this path, at its place in a thread's script.
  func machine(for call: PathCall, at site: inout CallSite) -> any StepMachine {
    switch (making, site.kvm.tables) {
    case (.radix(let make), .radix(let radix)): return make(call, radix, &site)
    case (.hashed(let make), .hashed(let hpt)): return make(call, hpt, &site)
    case (.either(let make), let tables): return make(call, tables, &site)
    case (.radix, .hashed), (.hashed, .radix):
      preconditionFailure("a guest with a \(site.kvm.tables.kind) table cannot run \(call)")
    }
  }

  package static func == (left: PathSpec, right: PathSpec) -> Bool { left.id == right.id }
  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
