import Reporting

/// A renderer and where its text goes.
struct ReportOutput {
  private var renderer: any ReportRenderer
  private let file: (any OutputFile)?
  private let write: (String) -> Void

  /// Goes to standard output.
  init(_ renderer: any ReportRenderer, _ session: Session) {
    (self.renderer, file, write) = (renderer, nil, session.output)
  }

  init(_ renderer: any ReportRenderer, _ file: any OutputFile) {
    (self.renderer, self.file, write) = (renderer, file, file.write)
  }

  /// Prints what `text` makes the renderer say next.
  mutating func put(_ text: (inout any ReportRenderer) -> String) {
    let text = text(&renderer)
    if !text.isEmpty { write(text) }
  }

  /// Puts the file in its place, if it is one.
  func finish() throws(ReportFileError) { try file?.finish() }
}

extension ReportOutput {
  /// What a command line asks for: standard output first, then the files in their order, and what
  /// formats add to files that the environment names.
  ///
  /// `inputs` are the files that are going to be read; none of them is replaced.
  static func all(
    _ session: Session, _ request: Request, inputs: [String]
  ) throws(ReportFileError) -> [ReportOutput] {
    let command = request.command
    var additions: [(variable: String, path: String, renderer: any ReportRenderer)] = []
    for addition in request.formats.compactMap({ $0.addition(to: command) }) {
      // A format that is asked for twice adds once.
      guard let path = session.environment[addition.variable], !path.isEmpty,
        !additions.contains(where: { $0.variable == addition.variable })
      else { continue }
      additions.append((addition.variable, path, addition.renderer))
    }
    try refuseClashes(
      session, request.reports.map(\.file) + additions.map(\.path),
      inputs: inputs + request.reportsRead)
    var outputs = [ReportOutput(request.format.rows(of: request, session.style(request)), session)]
    for report in request.reports {
      // A file is no terminal: it has its width and its colours on every machine.
      let renderer = report.format.rows(of: request, Session.fileStyle)
      outputs.append(
        ReportOutput(renderer, try session.files.create(report.file, appending: false)))
    }
    for addition in additions {
      let file = try session.files.create(addition.path, appending: true)
      outputs.append(ReportOutput(addition.renderer, file))
    }
    return outputs
  }

  private static func refuseClashes(
    _ session: Session, _ paths: [String], inputs: [String]
  ) throws(ReportFileError) {
    if paths.isEmpty { return }
    var known: [FileIdentity: String] = [:]
    for input in inputs {
      if let identity = session.files.identity(of: input) {
        known[identity] = input == "-" ? "<stdin>" : input
      }
    }
    let output = session.files.identityOfOutput()
    var reports: [FileIdentity: String] = [:]
    for path in paths {
      guard let identity = session.files.identity(of: path) else { continue }
      if let input = known[identity] { throw .isInput(path, input: input) }
      if identity == output { throw .isStandardOutput(path) }
      if let other = reports.updateValue(path, forKey: identity) {
        throw .isReport(path, other: other)
      }
    }
  }
}

extension OutputFormat {
  /// What prints the rows that a command line asks for; the parser refuses formats without.
  fileprivate func rows(of request: Request, _ style: TextStyle) -> any ReportRenderer {
    let ofCommand = renderer(for: request.command, style)
    guard let renderer = request.showsChanges ? diff(style) : ofCommand else {
      preconditionFailure("'\(request.command.rawValue)' takes no format \(name)")
    }
    return renderer
  }
}
