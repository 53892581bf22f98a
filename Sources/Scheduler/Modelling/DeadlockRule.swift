/// What ``Check/deadlock`` means in a system.
///
/// Either way it is about the threads that must end: all but daemons, see
/// ``SystemBuilder/daemons(_:)``.
public enum DeadlockRule: Sendable, CaseIterable {
  /// A deadlock is a state in which some thread that must end has not, and no thread can step.
  case nobodyCanStep
  /// A deadlock is a state after which some thread that must end never does, whatever is
  /// scheduled: it waits for ever, or goes round for ever, while others may still step.
  ///
  /// A run that a broken check ends counts as an end of all its threads. It takes all states, and
  /// a pass over them where runs can go round: see ``ThreadsThatCanEnd``.
  case someThreadCannotEnd

  var sentence: String {
    switch self {
    case .nobodyCanStep: "While a thread is unfinished, some thread can step."
    case .someThreadCannotEnd: "Every thread that must end can still end."
    }
  }
}
