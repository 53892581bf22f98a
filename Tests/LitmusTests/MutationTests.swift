import Testing

@testable import Litmus

/// Files that somebody has spoiled: none of them crashes or hangs the reader.
@Suite struct MutationTests {
  static let samples = [
    """
    C mp
    (* Result: Never *)
    { int x = 1; 0:r1=x; }
    P0(int *x, spinlock_t *l)
    {
    	int r1;
    	spin_lock(l);
    	r1 = READ_ONCE(*x); if (r1 == 1) { WRITE_ONCE(*x, 2); } else *x = 3;
    	spin_unlock(l);
    }
    locations [x;]
    exists (0:r1=1 /\\ ~x=2 \\/ x=3)
    """,
    """
    C all
    #define N 3
    #define MAX(a, b) ((a) > (b) ? (a) : (b))
    enum { IDLE, BUSY = 4 };
    struct node { struct node *next; int value[N]; spinlock_t lock; };
    typedef unsigned int word;
    static struct node first = { .next = 0, .value = { [1] = 5 } }, *head = &first;
    static int (*hook)(int);
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
    	p->value[twice(1)]++;
    	atomic { await(p->next == 0); first.value[0] = choose(1..3); }
    }
    daemon d(void) { while (1) await(head); }
    always small: first.value[0] < 4 &&
    	(first.value[1]
    	 == 5)
    finally done: writer:p != 0
    row buggy violated: small@1
    row fixed -DFIX holds
    """,
  ]

  static func mutate(_ text: [UInt8], by random: inout Random) -> [UInt8] {
    var bytes = text
    for _ in 0...random.below(4) {
      let place = random.below(bytes.count + 1)
      switch random.below(6) {
      case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1:
        bytes.insert(random.pick(Array("(){}[];,*&#\"'/\\<>=+-.:?~!\n01xP \t".utf8)), at: place)
      case 2 where place < bytes.count: bytes.remove(at: place)
      case 3 where place < bytes.count:
        let end = min(bytes.count, place + random.below(20))
        bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
      case 4 where place < bytes.count:
        bytes.removeSubrange(place..<min(bytes.count, place + random.below(30)))
      default: bytes = Array(bytes[..<place])
      }
      if bytes.isEmpty { return bytes }
    }
    return bytes
  }

  @Test(arguments: [Language.litmus, .race])
  func `a spoiled file is read or refused with a place`(language: Language) throws {
    var random = Random(seed: 20_260_101)
    var refused = 0
    for round in 0..<1_500 {
      let bytes = Self.mutate(
        Array(Self.samples[round % Self.samples.count].utf8), by: &random)
      do throws(RaceFileError) {
        let file = try RaceFile(bytes, named: "f", language: language)
        for row in file.rows { _ = try? file.tree(defines: row.defines) }
      } catch {
        refused += 1
        try #require(!error.diagnostics.isEmpty)
        for diagnostic in error.diagnostics {
          try #require(diagnostic.position.line >= 1 && diagnostic.position.column >= 1)
          try #require(!diagnostic.message.isEmpty)
        }
        let positions = error.diagnostics.map(\.position)
        try #require(positions == positions.sorted())
      }
    }
    #expect(refused > 750)
  }
}
