/// Race files that the tests run, small and independent of `races/`.
enum RaceTexts {
  /// Who enters the guest says so too late.
  static let kick = """
    C kick

    int request, cpu, ipi, in_guest;

    thread maker(void)
    {
      WRITE_ONCE(request, 1);
      if (READ_ONCE(cpu))
        WRITE_ONCE(ipi, 1);
    }

    thread vcpu(void)
    {
      if (IS_ENABLED(FIX))
        WRITE_ONCE(cpu, 1);
      if (READ_ONCE(request))
        return;
      if (!IS_ENABLED(FIX))
        WRITE_ONCE(cpu, 1);
      in_guest = !READ_ONCE(ipi);
    }

    finally no_lost_kick: !(in_guest && request && !ipi)

    row buggy        violated: no_lost_kick@1
    row fixed -DFIX  holds

    """

  /// Store buffering, which reads before it writes where it is told to, with a plain access.
  static let question = """
    C question
    int x, y, a, b;
    spinlock_t lock;
    thread one(void)
    {
    #ifdef SWAPPED
      a = READ_ONCE(y);
      WRITE_ONCE(x, 1);
    #else
      WRITE_ONCE(x, 1);
      a = READ_ONCE(y);
    #endif
    }
    thread two(void)
    {
      WRITE_ONCE(y, 1);
      spin_lock(&lock);
      b = READ_ONCE(x);
      spin_unlock(&lock);
    }
    exists (a=0 /\\ b=0)
    row in-order           forbidden
    row swapped -DSWAPPED  allowed
    row open    -DSWAPPED
    row wrong              allowed

    """

  /// A test of herd7's with a data race; its condition is met now and then.
  static let litmus = """
    C MP
    (* Result: Sometimes *)
    {}
    P0(int *x, int *y)
    {
      *x = 2;
      WRITE_ONCE(*y, 1);
    }
    P1(int *x, int *y, spinlock_t *l)
    {
      spin_lock(l);
      int r0 = READ_ONCE(*y);
      spin_unlock(l);
      int r1 = *x;
    }
    locations [x; y]
    exists (1:r0=0 /\\ 1:r1=2)

    """

  /// Half of the values are of no interest, and one of the others breaks what is asserted.
  static let assumed = """
    C assumed
    int x;
    thread a(void)
    {
      int i = choose(0..3);
      assume(i != 2);
      x = i;
      assert(i != 3);
    }
    thread b(void) { x = 7; }
    row only violated: assert@0

    """

  /// Three mistakes, of which two stand in the file and one in a macro.
  static let broken = """
    C broken
    int x;
    thread a(void)
    {
    \tx = missing;
      x = 1 + gone;
    }
    thread b(void) { x = N; }
    row one -DN=1 holds
    row two -DN=2 model lkmm holds

    """
}
