/// `explore generate`: completions, the manual page and schemas.
struct GenerateCommand {
  let session: Session
  let request: Request

  func run() throws(UsageError) -> ExitCode {
    let name = request.operands[0]
    guard let generator = Generator(rawValue: name) else {
      throw .unknownName(noun: "output", name, allowed: Generator.allCases.map(\.id))
    }
    session.output(try generator.text(request.operands.dropFirst().first))
    return .success
  }
}
