/// How a level is divided among workers.
struct Sharing: Sendable {
  /// A smaller level is left to one worker: threads would cost more than they bring.
  var smallestLevel = 4096
  /// States that a worker takes at a time.
  var batch = 256
  /// The most numbers that a worker is given at a time.
  var portion = 256
}
