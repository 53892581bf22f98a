import Synchronization
import Testing

@testable import Scheduler

/// One place says whether a search may go on, and why not.
@Suite struct LimitCheckerTests {
  private func checker(_ limits: Limits, isCancelled: (@Sendable () -> Bool)? = nil)
    -> LimitChecker
  {
    LimitChecker(Explorer.Options(limits: limits, isCancelled: isCancelled))
  }

  @Test func `without limits everything is allowed`() {
    let limits = checker(.none)
    #expect(limits.allows(states: .max, bytes: .max))
    #expect(limits.fits(bytes: .max))
    #expect(!limits.isStopped && limits.hit == nil)
  }

  @Test func `as many states as the limit are allowed, and not one more`() {
    let limits = checker(Limits(states: 10))
    #expect(limits.allows(states: 10, bytes: 0))
    #expect(!limits.allows(states: 11, bytes: 0))
    #expect(limits.hit == .states(10))
  }

  @Test func `as many bytes as the limit are allowed, and not one more`() {
    let limits = checker(Limits(bytes: 10))
    #expect(limits.allows(bytes: 10))
    #expect(!limits.allows(bytes: 11))
    #expect(limits.hit == .bytes(10))
  }

  @Test func `the clock runs from the start that is given`() {
    var options = Explorer.Options(limits: Limits(duration: .seconds(1000)))
    #expect(LimitChecker(options).allowsMoreTime())
    options.start = .now - .seconds(1001)
    let late = LimitChecker(options)
    #expect(!late.allowsMoreTime())
    #expect(late.hit == .duration(.seconds(1000)))
  }

  @Test func `a wish to stop is heard by questions about time, and by no others`() {
    let asked = Atomic<Int>(0)
    let limits = checker(.none) {
      asked.add(1, ordering: .relaxed)
      return true
    }
    #expect(limits.allowsGrowth(to: 1))
    #expect(asked.load(ordering: .relaxed) == 0)
    #expect(!limits.allows(bytes: 1))
    #expect(limits.hit == .cancelled)
  }

  @Test func `memory that runs out is a limit too`() {
    let limits = checker(.none)
    limits.stop(.capacity(7))
    #expect(!limits.allowsMoreTime() && !limits.allowsGrowth(to: 0))
    #expect(limits.hit == .capacity(7))
  }

  @Test func `the first limit counts, in the order states, bytes, time, wish`() {
    var limits = checker(Limits(states: 1, bytes: 1, duration: .zero)) { true }
    #expect(!limits.allows(states: 2, bytes: 2))
    #expect(limits.hit == .states(1))
    limits.stop(.capacity(1))
    #expect(limits.hit == .states(1))
    limits = checker(Limits(bytes: 1, duration: .zero)) { true }
    #expect(!limits.allows(states: 2, bytes: 2))
    #expect(limits.hit == .bytes(1))
    limits = checker(Limits(duration: .zero)) { true }
    #expect(!limits.allows(states: 2, bytes: 2))
    #expect(limits.hit == .duration(.zero))
  }

  @Test func `after one limit everything is refused`() {
    let limits = checker(Limits(states: 1))
    #expect(!limits.allows(states: 2, bytes: 0))
    #expect(!limits.allows(states: 0, bytes: 0) && !limits.allowsMoreTime())
  }

  @Test func `whether bytes would fit can be asked without hitting the limit`() {
    let limits = checker(Limits(bytes: 10))
    #expect(limits.fits(bytes: 10) && !limits.fits(bytes: 11))
    #expect(limits.hit == nil)
  }

  @Test func `the next phase has the same limits and has hit none`() {
    let search = checker(Limits(bytes: 10))
    #expect(!search.allows(bytes: 11))
    let passes = search.nextPhase()
    #expect(passes.hit == nil && passes.allows(bytes: 10))
    #expect(!passes.allows(bytes: 12))
    #expect(passes.hit == .bytes(10) && search.hit == .bytes(10))
  }
}
