import Testing

@testable import Litmus

/// Tests in herd7's dialect under sequential consistency.
@Suite struct FinalStateTests {
  static func states(_ text: String) throws -> (Set<[String]>, isAnswered: Bool) {
    let program = try RaceProgram(try read(text, as: .litmus))
    let (states, result) = program.finalStates()
    return (states, result.found.contains { $0.id == RaceProgram.questionID })
  }

  @Test func `store buffering is forbidden`() throws {
    let (states, isAnswered) = try Self.states(
      """
      C SB
      {}
      P0(int *x, int *y) { WRITE_ONCE(*x, 1); r0 = READ_ONCE(*y); }
      P1(int *x, int *y) { WRITE_ONCE(*y, 1); r0 = READ_ONCE(*x); }
      exists (0:r0=0 /\\ 1:r0=0)
      """)
    #expect(states == [["0", "1"], ["1", "0"], ["1", "1"]])
    #expect(!isAnswered)
  }

  @Test func `addresses are values, and print as names`() throws {
    let (states, isAnswered) = try Self.states(
      """
      C addresses
      { int y=7; int *x=&y; int z=9; 0:r2=z; }
      P0(int **x, int *z) { int *r1; r1 = rcu_dereference(*x); r3 = READ_ONCE(*r1); }
      P1(int **x, int *z) { rcu_assign_pointer(*x, z); }
      locations [x; 0:r2]
      exists (0:r1=z /\\ 0:r3=9)
      """)
    #expect(
      states == [["&z", "&z", "&y", "7"], ["&z", "&z", "&z", "9"]])
    #expect(isAnswered)
  }

  @Test func `the filter drops final states, and forall asks about all that are left`() throws {
    let text = """
      C filter
      {}
      P0(int *x) { WRITE_ONCE(*x, 1); }
      P1(int *x) { r0 = READ_ONCE(*x); }
      filter (1:r0=1)
      forall (1:r0=1 /\\ x=1)
      """
    let (states, isBroken) = try Self.states(text)
    #expect(states == [["1", "1"]])
    #expect(!isBroken)
    let (all, isBrokenThen) = try Self.states(text.replacing("filter (1:r0=1)\n", with: ""))
    #expect(all == [["0", "1"], ["1", "1"]])
    #expect(isBrokenThen)
  }

  @Test func `a grace period waits for the readers that are inside`() throws {
    let text = """
      C RCU
      {}
      P0(int *x, int *y)
      { rcu_read_lock(); r0 = READ_ONCE(*x); r1 = READ_ONCE(*y); rcu_read_unlock(); }
      P1(int *x, int *y) { WRITE_ONCE(*y, 1); synchronize_rcu(); WRITE_ONCE(*x, 1); }
      exists (0:r0=1 /\\ 0:r1=0)
      """
    let (states, isAnswered) = try Self.states(text)
    #expect(states == [["0", "0"], ["0", "1"], ["1", "1"]])
    #expect(!isAnswered)
    let turned = text.replacing(
      "WRITE_ONCE(*y, 1); synchronize_rcu(); WRITE_ONCE(*x, 1)",
      with: "WRITE_ONCE(*x, 1); synchronize_rcu(); WRITE_ONCE(*y, 1)")
    #expect(try !Self.states(turned).0.contains(["0", "1"]))
    let torn = turned.replacing("synchronize_rcu();", with: "")
    #expect(try Self.states(torn).0.contains(["0", "1"]))
  }

  @Test func `locks exclude, and a trylock that fails changes nothing`() throws {
    let (states, isAnswered) = try Self.states(
      """
      C locks
      {}
      P0(int *x, spinlock_t *l)
      { spin_lock(l); WRITE_ONCE(*x, 1); WRITE_ONCE(*x, 2); spin_unlock(l); }
      P1(int *x, spinlock_t *l)
      { r0 = spin_trylock(l); if (r0) { r1 = READ_ONCE(*x); spin_unlock(l); } }
      exists (1:r1=1)
      """)
    #expect(states == [["0"], ["2"]])
    #expect(!isAnswered)
  }
}
