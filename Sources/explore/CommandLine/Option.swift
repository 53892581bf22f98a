/// One option: the parser, the help and the tests all read ``Option/all``.
struct Option: Sendable {
  /// Without the dashes.
  let name: String
  /// What stands for the value in the help.
  let placeholder: String
  let summary: String
  let commands: [Command]
  let group: Group
  let isRepeatable: Bool
  /// Validates the value and stores it; nothing more.
  let apply: @Sendable (String, inout Request) throws(UsageError) -> Void

  /// The headings of the help, in its order.
  enum Group: String, CaseIterable, Sendable {
    case kernel = "What to run"
    case limits = "Limits"
    case output = "Output"
  }

  init(
    _ name: String, _ placeholder: String, _ summary: String, _ group: Group,
    of commands: [Command], isRepeatable: Bool = false,
    apply: @escaping @Sendable (String, inout Request) throws(UsageError) -> Void
  ) {
    (self.name, self.placeholder, self.summary) = (name, placeholder, summary)
    (self.commands, self.group, self.isRepeatable) = (commands, group, isRepeatable)
    self.apply = apply
  }

  /// The options that a command takes; all of them without one.
  static func all(for command: Command?) -> [Option] {
    all.filter { option in command.map { option.commands.contains($0) } ?? true }
  }
}
