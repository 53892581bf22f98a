/// The words that C keeps for itself; words of race files mean something in their place only.
enum Keyword: String, CaseIterable {
  case `if`, `else`, `for`, `while`, `do`, `switch`, `case`, `default`, `break`, `continue`
  case `return`, goto, sizeof
  case `struct`, union, `enum`, typedef
  case `static`, extern, const, volatile, inline, register, auto, restrict
  case void, bool, char, short, int, long, signed, unsigned, float, double
  case asm, typeof
  case autoType = "__auto_type"

  /// Other spellings of the same words.
  static let aliases: [String: Keyword] = [
    "_Bool": .bool, "__inline": .inline, "__inline__": .inline, "__always_inline": .inline,
    "noinline": .inline, "__volatile__": .volatile, "__asm__": .asm, "__typeof__": .typeof,
    "__restrict": .restrict, "__signed__": .signed,
    // Annotations that mean nothing here.
    "__rcu": .const, "__user": .const, "__force": .const, "__iomem": .const, "__percpu": .const,
    "__maybe_unused": .const, "__always_unused": .const, "__init": .const, "__exit": .const,
    "__read_mostly": .const, "__must_check": .const, "__sched": .const,
    "noinline_for_stack": .const,
    "____cacheline_aligned": .const, "____cacheline_aligned_in_smp": .const,
  ]

  /// Whether the word is refused wherever it stands.
  var isRefused: Bool {
    switch self {
    case .union, .float, .double, .asm: true
    default: false
    }
  }

  /// Whether a program means the same without the word.
  var hasNoEffect: Bool {
    switch self {
    case .const, .volatile, .inline, .register, .auto, .restrict, .static, .extern, .signed: true
    default: false
    }
  }

  /// Whether a declaration can begin with the word.
  var beginsDeclaration: Bool {
    switch self {
    case .struct, .union, .enum, .typedef, .static, .extern, .const, .volatile, .inline, .register,
      .auto, .void, .bool, .char, .short, .int, .long, .signed, .unsigned, .float, .double, .typeof,
      .autoType:
      true
    default: false
    }
  }
}

/// The types that have a name in C's headers or the kernel.
enum KnownType {
  /// Integers by another name.
  static let integers: [String: IntegerType] = {
    var table: [String: IntegerType] = [
      "size_t": .unsignedLong, "ssize_t": .long, "intptr_t": .long, "uintptr_t": .unsignedLong,
      "ptrdiff_t": .long, "gfp_t": .unsignedInt, "pgoff_t": .unsignedLong, "pid_t": .int,
      "uint": .unsignedInt, "ulong": .unsignedLong, "loff_t": .long, "sector_t": .unsignedLong,
      "gfn_t": .unsignedLong, "gpa_t": .unsignedLong, "hpa_t": .unsignedLong,
      "pfn_t": .unsignedLong,
      "kvm_pfn_t": .unsignedLong, "dma_addr_t": .unsignedLong, "phys_addr_t": .unsignedLong,
    ]
    for bits: UInt8 in [8, 16, 32, 64] {
      for (signed, isSigned) in [("s", true), ("u", false)] {
        let type = IntegerType(bits: bits, isSigned: isSigned)
        table["\(signed)\(bits)"] = type
        table["__\(signed)\(bits)"] = type
        table["\(isSigned ? "" : "u")int\(bits)_t"] = type
      }
    }
    return table
  }()

  /// What the kernel's primitives work on, by the name of a typedef.
  static let objects: Set<String> = [
    "spinlock_t", "raw_spinlock_t", "rwlock_t", "seqlock_t", "seqcount_t", "seqcount_spinlock_t",
    "seqcount_mutex_t", "atomic_t", "atomic64_t", "atomic_long_t", "refcount_t",
    "wait_queue_head_t", "wait_queue_entry_t", "local_lock_t", "cpumask_t", "lockref_t",
  ]

  /// The same, by the name of a structure.
  static let structures: Set<String> = [
    "mutex", "rw_semaphore", "srcu_struct", "completion", "rcu_head", "callback_head",
    "work_struct", "delayed_work",
    "workqueue_struct", "timer_list", "hrtimer", "kref", "task_struct", "wait_queue_head",
    "wait_queue_entry",
    "semaphore", "tasklet_struct", "percpu_ref",
  ]
}
