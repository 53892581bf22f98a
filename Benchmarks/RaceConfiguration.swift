/// The parameters of the `rc-race` model, as the header of `Promela/rc-race.pml` names them.
struct RaceConfiguration: Sendable {
  /// Fault threads, pages, nested guests.
  var faultThreads = 1
  var pages = 1
  var guests = 1
  /// Rounds of each thread; a thread with 0 rounds is absent.
  var faults = 1
  var clearDirtyRounds = 1
  var setRounds = 1
  var ageRounds = 0
  var invalidateRounds = 0

  static let small = RaceConfiguration(
    faults: 2, ageRounds: 1, invalidateRounds: 1)
  static let medium = RaceConfiguration(faultThreads: 2, pages: 2, guests: 2, invalidateRounds: 1)
  static let large = RaceConfiguration(
    faultThreads: 2, pages: 2, guests: 2, ageRounds: 1, invalidateRounds: 1)
  static let extraLarge = RaceConfiguration(
    faultThreads: 2, pages: 2, guests: 2, clearDirtyRounds: 2, ageRounds: 1, invalidateRounds: 1)

  /// What the C preprocessor must be told for the Promela twin.
  var defines: [String] {
    [
      "NF=\(faultThreads)", "NP=\(pages)", "NG=\(guests)", "KF=\(faults)",
      "KT=\(clearDirtyRounds)", "KS=\(setRounds)", "KA=\(ageRounds)", "KI=\(invalidateRounds)",
    ].map { "-D" + $0 }
  }
}
