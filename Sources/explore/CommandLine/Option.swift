/// One option: the parser, the help and the tests all read ``Option/all``.
struct Option: Sendable {
  /// Without the dashes.
  let name: String
  /// What stands for the value in the help; nil for a flag, which takes none.
  let placeholder: String?
  let summary: String
  let commands: [Command]
  let group: Group
  /// The strategies that it means something to; nil for all.
  let strategies: [Request.Strategy]?
  let isRepeatable: Bool
  /// Validates the value, which is empty for a flag, and stores it; nothing more.
  let apply: @Sendable (String, inout Request) throws(UsageError) -> Void

  /// The headings of the help, in its order.
  enum Group: String, CaseIterable, Sendable {
    case kernel = "What to run"
    case strategy = "How to search"
    case limits = "Limits"
    case output = "Output"
  }

  init(
    _ name: String, _ placeholder: String?, _ summary: String, _ group: Group,
    of commands: [Command], for strategies: [Request.Strategy]? = nil, isRepeatable: Bool = false,
    apply: @escaping @Sendable (String, inout Request) throws(UsageError) -> Void
  ) {
    (self.name, self.placeholder, self.summary) = (name, placeholder, summary)
    (self.commands, self.strategies) = (commands, strategies)
    (self.group, self.isRepeatable) = (group, isRepeatable)
    self.apply = apply
  }

  /// An option without a value.
  init(
    flag name: String, _ summary: String, _ group: Group, of commands: [Command],
    for strategies: [Request.Strategy]? = nil,
    apply: @escaping @Sendable (inout Request) throws(UsageError) -> Void
  ) {
    self.init(name, nil, summary, group, of: commands, for: strategies) {
      (_, request) throws(UsageError) in
      try apply(&request)
    }
  }

  /// How it is typed: `--name=VALUE`, or `--name` for a flag.
  var form: String { "--\(name)" + (placeholder.map { "=\($0)" } ?? "") }

  /// The options that a command takes; all of them without one.
  static func all(for command: Command?) -> [Option] {
    all.filter { option in command.map { option.commands.contains($0) } ?? true }
  }
}
