extension ScheduleToken {
  /// What a token was made for, beside the system that it is read on.
  public struct Origin: Hashable, Sendable {
    /// Eight hex digits of the hash of the system that the token was made for.
    public let tokenHash: String
    /// The same of the system that it is read on.
    public let systemHash: String
    /// The version of the model that the token was made with; nil if it names none.
    public let tokenVersion: String?
    /// The version of the model of the system; nil if it has none.
    public let systemVersion: String?
    let hasLabels: Bool

    init(of token: ScheduleToken, on system: System) {
      (tokenHash, systemHash) = (token.systemHash, system.hashText)
      (tokenVersion, systemVersion) = (token.modelVersion, system.version)
      hasLabels = token.hasLabels
    }

    /// Whether no hash tells the two systems apart.
    public var isSameSystem: Bool { tokenHash == systemHash }

    /// Whether both versions are known, and differ.
    public var isOfOtherVersion: Bool {
      tokenVersion != nil && systemVersion != nil && tokenVersion != systemVersion
    }

    /// What the token belongs to, as opposed to what it is read on.
    public var text: String {
      if isSameSystem {
        return isOfOtherVersion
          ? "the same scenario and kernel in version \(tokenVersion ?? "") of the model, this is "
            + "version \(systemVersion ?? "")"
          : "the same scenario and kernel before their steps changed"
      }
      let what = "another scenario, kernel or program"
      guard let tokenVersion else { return "\(what) (\(tokenHash), this is \(systemHash))" }
      let own = systemVersion.map { " of version \($0)" } ?? ""
      return "\(what) (\(tokenHash) of version \(tokenVersion), this is \(systemHash)\(own))"
    }

    /// Why a token of version 1 is good for one system only.
    public static let noLabels =
      "a token of version 1 names no labels, so what it was made with must make a new one"
  }
}
