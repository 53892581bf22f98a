@testable import Litmus

/// Tests in herd7's dialect with what sequential consistency makes of them.
struct LitmusShape {
  var name: String
  /// How many final states there are, of what the condition and `locations` speak of.
  var states: Int
  var observation: RaceProgram.Observation
  var text: String

  init(_ name: String, _ states: Int, _ observation: RaceProgram.Observation, _ text: String) {
    (self.name, self.states, self.observation) = (name, states, observation)
    self.text = "C \(name)\n\(text)\n"
  }
}

/// The classic shapes, written for this suite.
enum LitmusShapes {
  static let all = plain + locked + reading

  private static let plain = [
    // Of the four pairs, the flag without the message is missing.
    LitmusShape(
      "MP", 3, .never,
      """
      {}
      P0(int *msg, int *flag) { WRITE_ONCE(*msg, 1); smp_wmb(); WRITE_ONCE(*flag, 1); }
      P1(int *msg, int *flag)
      { int r0; int r1; r0 = READ_ONCE(*flag); smp_rmb(); r1 = READ_ONCE(*msg); }
      exists (1:r0=1 /\\ 1:r1=0)
      """),
    LitmusShape(
      "SB", 3, .never,
      """
      {}
      P0(int *x, int *y) { WRITE_ONCE(*x, 1); r0 = READ_ONCE(*y); }
      P1(int *x, int *y) { WRITE_ONCE(*y, 1); r0 = READ_ONCE(*x); }
      exists (0:r0=0 /\\ 1:r0=0)
      """),
    LitmusShape(
      "LB", 3, .never,
      """
      {}
      P0(int *x, int *y) { int r0 = READ_ONCE(*x); WRITE_ONCE(*y, 1); }
      P1(int *x, int *y) { int r0 = READ_ONCE(*y); WRITE_ONCE(*x, 1); }
      exists (0:r0=1 /\\ 1:r0=1)
      """),
    // Sixteen, but for the one in which two readers see two writes in two orders.
    LitmusShape(
      "IRIW", 15, .never,
      """
      {}
      P0(int *x) { WRITE_ONCE(*x, 1); }
      P1(int *x, int *y) { r0 = READ_ONCE(*x); smp_mb(); r1 = READ_ONCE(*y); }
      P2(int *y) { WRITE_ONCE(*y, 1); }
      P3(int *x, int *y) { r0 = READ_ONCE(*y); smp_mb(); r1 = READ_ONCE(*x); }
      exists (1:r0=1 /\\ 1:r1=0 /\\ 3:r0=1 /\\ 3:r1=0)
      """),
    LitmusShape(
      "2+2W", 3, .never,
      """
      {}
      P0(int *x, int *y) { WRITE_ONCE(*x, 1); smp_store_release(y, 2); }
      P1(int *x, int *y) { WRITE_ONCE(*y, 1); smp_store_release(x, 2); }
      exists (x=1 /\\ y=1)
      """),
    // Two reads of one variable that is written twice: six of nine pairs do not go back.
    LitmusShape(
      "CoRR", 6, .never,
      """
      {}
      P0(int *x) { WRITE_ONCE(*x, 1); WRITE_ONCE(*x, 2); }
      P1(int *x) { r0 = READ_ONCE(*x); r1 = READ_ONCE(*x); }
      exists (1:r0=2 /\\ 1:r1=1)
      """),
    LitmusShape(
      "R", 3, .never,
      """
      {}
      P0(int *x, int *y) { WRITE_ONCE(*x, 1); WRITE_ONCE(*y, 1); }
      P1(int *x, int *y) { WRITE_ONCE(*y, 2); r0 = READ_ONCE(*x); }
      exists (y=2 /\\ 1:r0=0)
      """),
    LitmusShape(
      "S", 3, .never,
      """
      {}
      P0(int *x, int *y) { WRITE_ONCE(*x, 2); WRITE_ONCE(*y, 1); }
      P1(int *x, int *y) { r0 = READ_ONCE(*y); WRITE_ONCE(*x, 1); }
      exists (x=2 /\\ 1:r0=1)
      """),
    LitmusShape(
      "WRC", 7, .never,
      """
      {}
      P0(int *x) { WRITE_ONCE(*x, 1); }
      P1(int *x, int *y) { r0 = READ_ONCE(*x); smp_store_release(y, 1); }
      P2(int *x, int *y) { r0 = smp_load_acquire(y); r1 = READ_ONCE(*x); }
      exists (1:r0=1 /\\ 2:r0=1 /\\ 2:r1=0)
      """),
    // An address that is a value: who sees it sees what lies behind.
    LitmusShape(
      "MP-pointer", 2, .never,
      """
      { int y=1; int *p=&y; int z=0; }
      P0(int **p, int *z) { WRITE_ONCE(*z, 5); rcu_assign_pointer(*p, z); }
      P1(int **p) { int *r0; int r1; r0 = rcu_dereference(*p); r1 = READ_ONCE(*r0); }
      locations [1:r1]
      exists (1:r0=z /\\ 1:r1=0)
      """),
  ]

  private static let locked = [
    // Both add one, and one of them finds what the other has made.
    LitmusShape(
      "atomics", 2, .never,
      """
      { atomic_t n = ATOMIC_INIT(1); }
      P0(atomic_t *n) { r0 = atomic_add_return(1, n); }
      P1(atomic_t *n) { r0 = atomic_add_return_relaxed(1, n); }
      locations [n; 1:r0]
      exists (0:r0=1:r0 \\/ ~n=3)
      """),
    LitmusShape(
      "cmpxchg", 2, .never,
      """
      {}
      P0(int *x) { r0 = cmpxchg(x, 0, 1); }
      P1(int *x) { r0 = xchg(x, 2); if (r0) { r1 = 1; } else { r1 = 3; } }
      locations [x; 1:r1]
      exists (0:r0=0 /\\ 1:r0=0)
      """),
    // Half of what the other does under the lock is never seen.
    LitmusShape(
      "lock", 2, .never,
      """
      {}
      P0(int *x, int *y, spinlock_t *l)
      { spin_lock(l); WRITE_ONCE(*x, 1); WRITE_ONCE(*y, 1); spin_unlock(l); }
      P1(int *x, int *y, spinlock_t *l)
      { spin_lock(l); r0 = READ_ONCE(*x); r1 = READ_ONCE(*y); spin_unlock(l); }
      exists (~1:r0=1:r1)
      """),
    // A try that finds the lock taken is one of two.
    LitmusShape(
      "trylock", 2, .sometimes,
      """
      {}
      P0(int *x, spinlock_t *l) { spin_lock(l); WRITE_ONCE(*x, 1); spin_unlock(l); }
      P1(int *x, spinlock_t *l)
      { int r0; r0 = spin_trylock(l); if (r0) spin_unlock(l); }
      exists (1:r0=0)
      """),
    LitmusShape(
      "always", 1, .always,
      """
      {}
      P0(int *x) { WRITE_ONCE(*x, 1); }
      P1(int *x) { r0 = READ_ONCE(*x); }
      exists (x=1)
      """),
    LitmusShape(
      "filter", 1, .always,
      """
      {}
      P0(int *x) { WRITE_ONCE(*x, 1); }
      P1(int *x) { r0 = READ_ONCE(*x); }
      filter (1:r0=1)
      forall (1:r0=1)
      """),
  ]

  private static let reading = [
    // A reader that misses the first write has left before the second.
    LitmusShape(
      "RCU", 3, .never,
      """
      {}
      P0(int *x, int *y)
      { rcu_read_lock(); r0 = READ_ONCE(*x); r1 = READ_ONCE(*y); rcu_read_unlock(); }
      P1(int *x, int *y) { WRITE_ONCE(*x, 1); synchronize_rcu(); WRITE_ONCE(*y, 1); }
      exists (0:r0=0 /\\ 0:r1=1)
      """),
    LitmusShape(
      "RCU-without", 4, .sometimes,
      """
      {}
      P0(int *x, int *y)
      { rcu_read_lock(); r0 = READ_ONCE(*x); r1 = READ_ONCE(*y); rcu_read_unlock(); }
      P1(int *x, int *y) { WRITE_ONCE(*x, 1); WRITE_ONCE(*y, 1); }
      exists (0:r0=0 /\\ 0:r1=1)
      """),
    // The inner end of a reader is none.
    LitmusShape(
      "RCU-nested", 3, .never,
      """
      {}
      P0(int *x, int *y)
      {
        rcu_read_lock();
        rcu_read_lock();
        r0 = READ_ONCE(*x);
        rcu_read_unlock();
        r1 = READ_ONCE(*y);
        rcu_read_unlock();
      }
      P1(int *x, int *y) { WRITE_ONCE(*x, 1); synchronize_rcu(); WRITE_ONCE(*y, 1); }
      exists (0:r0=0 /\\ 0:r1=1)
      """),
    // Readers of another domain are not waited for.
    LitmusShape(
      "SRCU", 4, .sometimes,
      """
      {}
      P0(int *x, int *y, struct srcu_struct *s)
      {
        int r2;
        r2 = srcu_read_lock(s);
        r0 = READ_ONCE(*x);
        r1 = READ_ONCE(*y);
        srcu_read_unlock(s, r2);
      }
      P1(int *x, int *y, struct srcu_struct *t)
      { WRITE_ONCE(*x, 1); synchronize_srcu(t); WRITE_ONCE(*y, 1); }
      exists (0:r0=0 /\\ 0:r1=1)
      """),
  ]
}
