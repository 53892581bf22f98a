/// Small races about what each CPU has a copy of.
extension RaceSamples {
  static let perCPU: [String: String] = [
    "cpu-counters": #"""
    C cpu-counters
    DEFINE_PER_CPU(int, hits);
    static void hit(void) {
      if (IS_ENABLED(PLAIN)) __this_cpu_inc(hits); else this_cpu_inc(hits);
    }
    thread a(void) { hit(); }
    thread b(void) {
      hit();
      if (IS_ENABLED(REMOTE)) xchg(&per_cpu(hits, a), 10);
    }
    finally own: per_cpu(hits, b) == 1
    finally other: per_cpu(hits, a) >= (IS_ENABLED(REMOTE) ? 10 : 1)
    row right holds
    row plain -DPLAIN holds
    row remote -DREMOTE holds
    row plain-remote -DREMOTE -DPLAIN violated: other@1
    """#,
    "cpus": #"""
    C cpus
    struct stats { int n, m[2]; spinlock_t lock; struct list_head l; };
    static DEFINE_PER_CPU(struct stats, stats) = { .n = 5 };
    DEFINE_PER_CPU(int, row[3]);
    DEFINE_PER_CPU(struct stats *, current_stats);
    struct mutex m;
    int sum, two = 2;
    thread a(void) {
      struct stats *s = this_cpu_ptr(&stats);
      int cpu, i = 1;
      assert(smp_processor_id() == 0 && s == &per_cpu(stats, a) && s == per_cpu_ptr(&stats, 0));
      this_cpu_write(stats.m[i], 3);
      __this_cpu_add(stats.m[i], 4);
      this_cpu_write(current_stats, s);
      this_cpu_write(row[2], 9);
      per_cpu(row, a)[0]++;
      per_cpu(stats, a).n += 1;
      spin_lock(&this_cpu_ptr(&stats)->lock);
      assert(s->m[1] == 7 && this_cpu_read(stats.n) == 6 && this_cpu_read(current_stats)->n == 6);
      spin_unlock(&per_cpu(stats, a).lock);
      INIT_LIST_HEAD(&s->l);
      for_each_online_cpu(cpu) i += per_cpu(row[2], cpu) + per_cpu(row, cpu)[0];
      assert(i == 11 && nr_cpu_ids == NR_CPUS && num_online_cpus() == 2);
      get_cpu_var(stats).m[0] = get_cpu();
      put_cpu_var(stats);
      put_cpu();
      mutex_lock(&m);
      mutex_unlock(&m);
    #ifdef BEYOND
      sum = per_cpu(row[0], two);
    #elif defined(SLEEPS)
      get_cpu();
      mutex_lock(&m);
    #elif defined(UNPAIRED)
      put_cpu();
    #endif
    }
    thread b(void) {
      assert(raw_smp_processor_id() == 1 && raw_cpu_read(stats.n) == 5);
    }
    always untouched: per_cpu(stats, b).n == 5 && per_cpu(row, b)[2] == 0
    row right holds
    row beyond -DBEYOND violated: out-of-bounds@0
    row sleeps -DSLEEPS violated: sleep-in-atomic@0
    row unpaired -DUNPAIRED violated: lock-misuse@0
    """#,
  ]
}
