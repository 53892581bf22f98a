/// When text is coloured; colour only ever repeats what a word says.
enum ColorChoice: String, CaseIterable, Sendable {
  case auto, always, never

  /// Whether to colour what goes to standard output.
  ///
  /// The option wins over the environment; `NO_COLOR` counts unless it is empty.
  func isOn(_ console: Console.Facts, _ environment: [String: String]) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto:
      console.outputColumns != nil
        && (environment[EnvironmentVariable.noColor.rawValue] ?? "").isEmpty
        && environment[EnvironmentVariable.terminal.rawValue] != "dumb"
    }
  }
}
