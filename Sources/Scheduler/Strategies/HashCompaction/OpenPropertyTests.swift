/// The subjects that a search still looks for while it expands one level.
struct OpenPropertyTests {
  private let subjects: PropertyTable
  private let tests: [Test]
  private let quietTests: [Test]
  let perStep: [Int]

  private struct Test {
    let subject: Int
    let isHit: (Property.State) -> Bool
  }

  init(_ subjects: PropertyTable, open isOpen: (Int) -> Bool) {
    func open(_ numbers: [Int]) -> [Test] {
      numbers.filter(isOpen).compactMap { subject in
        subjects.test(subject).map { Test(subject: subject, isHit: $0) }
      }
    }
    self.subjects = subjects
    tests = open(subjects.always + subjects.sometimes)
    quietTests = open(subjects.quiet)
    perStep = subjects.perStep.filter(isOpen)
  }

  /// Calls `note` with what is broken or reached in a state by itself, a broken check included.
  @inline(__always) func hits(in state: Words, _ note: (Int) -> Void) {
    if let check = subjects.brokenCheck(in: state) { note(check) }
    let view = StateView(state, PropertyRecorder())
    for test in tests where test.isHit(view) { note(test.subject) }
    if quietTests.isEmpty || !subjects.system.quietWhen(view) { return }
    for test in quietTests where test.isHit(view) { note(test.subject) }
  }
}
