/// What becomes of the numbers by which path calls name things, when the things change places or
/// lose their names.
protocol Renumbering: AnyObject {
  /// The machine in which calls name things as they do so far.
  var machine: Scenario.Machine { get }

  func vcpu(_ index: Int) -> Int
  func guest(_ index: Int) -> Int
  /// A page of the guest at an index.
  func page(_ index: Int, ofGuest guest: Int) -> Int
  func slot(_ index: Int) -> Int
  func gfn(_ number: Int) -> Int
  /// The guest frame that a slot is moved to.
  func gfn(_ base: Int, ofSlot slot: Int) -> Int
  func rpn(_ number: Int) -> Int
}
