import Foundation

@testable import Litmus

/// Texts to spoil: between them they have every construct of the language.
enum MutationSamples {
  struct Sample {
    var language: Language
    var bytes: [UInt8]
  }

  static let all: [Sample] = {
    let races =
      RaceSamples.all.sorted { $0.key < $1.key }.map(\.value) + files + words + functions
      + macros + OtherTexts.all
    return races.map { Sample(language: .race, bytes: Array($0.utf8)) }
      + LitmusShapes.all.map { Sample(language: .litmus, bytes: Array($0.text.utf8)) }
  }()

  static let mutator: Mutator = {
    let numbers = [
      "0", "1", "-1", "2", "7", "63", "64", "65", "127", "255", "4095", "4096", "4097", "65536",
      "2147483647", "0x80000000", "0xffffffffu", "9223372036854775807", "0x8000000000000000",
      "18446744073709551615u", "18446744073709551616", "1ull", "08", "1.5", "'a'", "NULL",
    ]
    // What is refused by its name ends a story early.
    let names = RaceLanguage.constructs.filter { $0.meanings[.sc] != .refused }.map(\.name)
    let words = numbers + names + ["#if", "#endif", "#else", "-DN=3", "irq", "kfree", "list_add"]
    var lines: Set<[UInt8]> = []
    for sample in all {
      for line in sample.bytes.split(separator: UInt8(ascii: "\n")) { lines.insert(Array(line)) }
    }
    return Mutator(
      words: words.map { Array($0.utf8) },
      lines: lines.sorted { $0.lexicographicallyPrecedes($1) })
  }()

  /// The race files of the repository.
  private static let files: [String] = {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    return ["races", "Tests/Twins"].flatMap { folder in
      let path = root.appending(path: folder)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
      return names.filter { $0.hasSuffix(".race") }.sorted().compactMap {
        try? String(contentsOf: path.appending(path: $0), encoding: .utf8)
      }
    }
  }()

  private static let words: [String] =
    WordPrograms.keywords.sorted { $0.key < $1.key }.map { "C t\nint x;\n\($0.value.with)\n" }
    + WordPrograms.words.sorted { $0.key < $1.key }.map { "C t\n\($0.value.with)\n" }

  private static let macros: [String] =
    FunctionProgram.macros.merging(FunctionProgram.perCPUMacros) { first, _ in first }
    .sorted { $0.key < $1.key }
    .map { "C t\n\($0.value.before)\nthread self(void) { \($0.value.body) }\n" }

  private static let functions: [String] =
    RaceLanguage.constructs.filter { $0.kind == .function && $0.meanings[.sc] == .given }
    .compactMap { FunctionProgram.for($0.name)?.with }
}

/// What other samples have not: words without a meaning of their own, and every type and macro.
enum OtherTexts {
  static let all = [
    """
    C all
    #define N 3
    #define MAX(a, b) ((a) > (b) ? (a) : (b))
    enum { IDLE, BUSY = 4 };
    struct node { struct node *next; int value[N]; spinlock_t lock; };
    typedef unsigned int word;
    static struct node first = { .next = 0, .value = { [1] = 5 } }, *head = &first;
    static word twice(word a)
    {
    	for (int i = 0; i < N; i++) { if (i & 1) continue; a += i; }
    	do { a--; } while (a > 10 && !(a % 2));
    	switch (a) { case 1: return 2; default: break; }
    	goto out;
    out:
    	return MAX(a, 7) << 1;
    }
    thread writer(void)
    {
    	struct node *p = READ_ONCE(head);
    #ifdef FIX
    	spin_lock(&p->lock);
    #endif
    	p->value[twice(1) % N]++;
    	atomic { await(p->next == 0); first.value[0] = choose(1..3); }
    #ifdef FIX
    	spin_unlock(&p->lock);
    #endif
    }
    daemon d(void) { while (1) await(head); }
    always small: (first.value[0] < 4 &&
    	first.value[1]
    	 == 5)
    finally done: writer:p != 0
    row buggy violated: small@1
    row fixed -DFIX holds
    """,
    "C types\n"
      + KnownType.integers.keys.sorted().enumerated()
      .map { "static \($1) volatile v\($0) = \($0);\n" }.joined()
      + "unroll 3\nextern inline int f(int a, const int b);\n"
      + "thread a(void)\n{\n  register int i = 1;\n  auto int *restrict p = &i;\n"
      + KnownType.integers.keys.sorted().indices.map { "  v\($0) += *p;\n" }.joined() + "}\n",
    "C macros\n"
      + "DEFINE_SPINLOCK(a); DEFINE_RAW_SPINLOCK(b); DEFINE_MUTEX(c); DEFINE_RWLOCK(d);\n"
      + "DECLARE_RWSEM(e); DEFINE_SEQLOCK(f); DEFINE_SRCU(g); DEFINE_STATIC_SRCU(h);\n"
      + "DECLARE_COMPLETION_ONSTACK(co); DECLARE_WAIT_QUEUE_HEAD(wa);\n"
      + "DECLARE_WAIT_QUEUE_HEAD_ONSTACK(wb); struct wait_queue_head wc;\n"
      + "static void run(struct work_struct *work) { }\n"
      + "static void ring(struct timer_list *timer) { }\n"
      + "DECLARE_DELAYED_WORK(dw, run); DEFINE_TIMER(ti, ring);\n"
      + "raw_spinlock_t rs; seqcount_t s; seqcount_spinlock_t ss; seqcount_mutex_t sm;\n"
      + "atomic64_t n; atomic_long_t m;\n"
      + "int x, *p = RCU_INITIALIZER(&x);\n"
      + "thread t(void)\n{\n  signed y = 1;\n  struct wait_queue_entry one;\n"
      + "  wait_queue_entry_t two;\n  udelay(y); mdelay(1); ndelay(1);\n  if (likely(x) || unlikely(BIT(3) & x) || IS_ENABLED(A))\n"
      + "    x = *unrcu_pointer(p);\n"
      + PrimitiveFunction.table.sorted { $0.key < $1.key }
      .filter { $0.value.arguments.isEmpty }.map { "  \($0.key)();\n" }.joined() + "}\n",
    "C constants\n" + "long x, *p, *q;\n"
      + "thread t(void)\n{\n  p = ERR_PTR(-EIO);\n  q = ERR_CAST(p);\n"
      + "  x = IS_ERR(q) + PTR_ERR(p) + IS_ERR_VALUE(x);\n"
      + "  x = BIT_ULL(3) | GENMASK(5, 2) | GENMASK_ULL(5, 2);\n"
      + KnownConstant.table.keys.sorted().map { "  x = \($0);\n" }.joined() + "}\n",
  ]
}
