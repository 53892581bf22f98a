/// A sign of traces, tokens and values, and what it says: the help and `Docs/first-scenario.md`
/// have all of them.
struct Notation: Sendable {
  let form: String
  let meaning: String

  private init(_ form: String, _ meaning: String) { (self.form, self.meaning) = (form, meaning) }

  /// In the order in which one meets them.
  static let all = [
    Notation("read-host", "a step, by its label; Docs/kernel-map.md leads from it to the C"),
    Notation("kvmppc_create_pte()", "the kernel function that the steps below it belong to"),
    Notation(
      "| : .", "a lock that is held while the step is taken; the line on top names each bar"),
    Notation("*", "beside each other: which thread of a narrow trace takes the step"),
    Notation("-- preempted --", "another thread goes on though this one could: a preemption"),
    Notation("-- finished --", "the thread has no step left"),
    Notation("-- cannot go on --", "it waits, for a lock or a grace period"),
    Notation("A -> B", "what the step changed, old and new"),
    Notation("0x21 rwx RC", "an entry: frame, read, write, execute, referenced, changed"),
    Notation("r-x R-", "the same with write and changed clear"),
    Notation("absent", "there is no entry"),
    Notation("vmm[0x100]", "the entry of the VMM's Linux page table for a guest frame"),
    Notation("host[0x100]", "L0's entry for guest frame 0x100, in kvm->arch.pgtable"),
    Notation("gpte[1:0x10]", "L1's entry for page 0x10 of the guest that it calls 1"),
    Notation("shadow[1:0x10]", "L0's shadow of that entry, which hardware walks for L2"),
    Notation(
      "tlb[vcpu0,2:0x10]", "a translation that the core of vcpu0 has cached, by hardware LPID"),
    Notation("rmap[0x100]", "the rmap word of a guest frame: which shadow entries map it"),
    Notation("0", "as an rmap word: empty"),
    Notation("single 1:0x10", "as an rmap word: itself the one entry, page 0x10 of guest 1"),
    Notation("node0.next", "what follows in a list of rmap entries"),
    Notation("gp[1].refcnt", "the references to the object of nested guest 1"),
    Notation("idr[1]", "the place that kvmhv_get_nested() finds the object of guest 1 at"),
    Notation("srcu[vcpu0]", "whether the thread is inside an SRCU read section"),
    Notation("hpte[0].v", "the first doubleword of a hashed entry: VALID, ABSENT or free"),
    Notation("rev[0].forw", "the next entry on the chain of a hashed entry's page"),
    Notation("id@1", "broken by a run with one preemption, and by none with fewer"),
    Notation("id@<=1", "the same, but fewer may do: not all runs were looked at"),
    Notation(
      "v2:0.1.0:0f3a9c21:a12.read:5d07", "a token that replays a run: 'explore help schedules'"),
  ]
}
