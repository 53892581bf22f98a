/// How states are added while one level is expanded.
struct InsertionMode {
  /// The states of the next level have this number or a higher one.
  let firstNew: Int
  /// How many numbers a worker is given at a time.
  let portion: Int
  /// Whether several workers add states side by side.
  let isShared: Bool
}
