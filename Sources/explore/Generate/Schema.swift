/// A schema of `schemas/`, which is embedded in the program when it is built.
enum Schema: String, CaseIterable, Sendable {
  case list, replay, report, scenario

  /// What documents it describes, for the help.
  var summary: String {
    switch self {
    case .list: "what 'list --format json' prints"
    case .replay: "what 'replay' prints with --format json"
    case .report: "what 'run', 'check' and 'compare' print with --format json"
    case .scenario: "scenario files, for editors"
    }
  }

  /// The file, byte for byte.
  var text: String {
    let bytes =
      switch self {
      case .list: PackageResources.list_schema_json
      case .replay: PackageResources.replay_schema_json
      case .report: PackageResources.report_schema_json
      case .scenario: PackageResources.scenario_schema_json
      }
    return String(decoding: bytes, as: UTF8.self)
  }
}
