internal import Scheduler

/// `; did you mean 'NAME'?` with the known name next to `name`, or nothing where none is near.
///
/// Equally near names go by the alphabet, whatever order they come in.
func suggestion(for name: String, among known: some Sequence<String>) -> String {
  nearestName(to: name, among: known.sorted()).map { "; did you mean '\($0)'?" } ?? ""
}
