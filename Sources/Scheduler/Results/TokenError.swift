extension Schedule {
  /// Why a token was refused; its description is a sentence for the person who gave the token.
  public enum TokenError: Error, Hashable, Sendable {
    /// It does not look like a token; the text says how.
    case wrongForm(String)
    /// It has a version that is not read here.
    case wrongVersion(String)
    /// Its checksum does not match: it was cut or mistyped.
    case wrongChecksum
    /// It names a thread by a letter that a system of so many threads does not have.
    case unknownThread(Character, threads: Int)
    /// It stands for more steps than ``Schedule/longest``.
    case tooLong(limit: Int)
    /// It was made for another system, and has no labels (v1) or is not to be taken by them.
    case otherSystem(ScheduleToken.Origin)
    /// It was made for a system whose steps have changed since, and is not to be taken by labels.
    case otherSteps(ScheduleToken.Origin)
    /// It was made for another system or other steps, and its labels lead nowhere.
    case parts(ScheduleToken.Origin, ReplayError)
  }
}

extension Schedule.TokenError: CustomStringConvertible {
  /// One sentence that says what is wrong with the token.
  public var description: String {
    switch self {
    case .wrongForm(let how): how
    case .wrongVersion(let version):
      "the schedule token has version '\(version)'; this program reads v1 and v2"
    case .wrongChecksum:
      "the schedule token is damaged: its checksum does not match; copy it again, whole"
    case .unknownThread(let letter, let threads):
      "the schedule token names thread '\(letter)', but there are only \(threads) threads"
    case .tooLong(let limit): "the schedule token stands for more than \(limit) steps"
    case .otherSystem(let origin):
      "the schedule token belongs to \(origin.text)"
        + (origin.hasLabels ? "" : "; \(ScheduleToken.Origin.noLabels)")
    case .otherSteps(let origin): "the schedule token belongs to \(origin.text)"
    case .parts(let origin, let error):
      "the schedule token belongs to \(origin.text); by its labels, \(error)"
    }
  }
}
