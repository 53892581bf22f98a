/// Functions that allocate and free objects.
enum HeapFunction: Hashable, Sendable {
  /// Gives a new object; `isZeroed` whatever the flags say.
  case allocate(HeapArguments, isZeroed: Bool)
  /// `kmemdup(source, size, flags)`: a new object that is a copy.
  case duplicate
  /// Ends an object; the last argument points to it.
  case free(behindCache: Bool, maySleep: Bool)

  /// What an allocation is asked for.
  enum HeapArguments: Hashable, Sendable {
    /// A size and flags; a size alone, which may sleep.
    case size, sizeAlone
    /// A count, which is 1, a size and flags.
    case count
    /// What is to be allocated, named as itself or by its type, and flags if they are no usual
    /// ones.
    case object
    /// The cache of a structure, and flags.
    case cache
  }

  /// By name.
  static let table: [String: HeapFunction] = {
    var table: [String: HeapFunction] = ["kmemdup": .duplicate]
    for (name, arguments, isZeroed) in [
      ("kmalloc", .size, false), ("kzalloc", .size, true), ("kvmalloc", .size, false),
      ("kvzalloc", .size, true), ("vmalloc", .sizeAlone, false), ("vzalloc", .sizeAlone, true),
      ("kmalloc_array", .count, false), ("kcalloc", .count, true), ("kvcalloc", .count, true),
      ("kmalloc_obj", .object, false), ("kzalloc_obj", .object, true),
      ("kmem_cache_alloc", .cache, false), ("kmem_cache_zalloc", .cache, true),
    ] as [(String, HeapArguments, Bool)] {
      table[name] = .allocate(arguments, isZeroed: isZeroed)
    }
    for name in ["kfree", "kvfree", "kfree_sensitive"] {
      table[name] = .free(behindCache: false, maySleep: false)
    }
    table["vfree"] = .free(behindCache: false, maySleep: true)
    table["kmem_cache_free"] = .free(behindCache: true, maySleep: false)
    return table
  }()

  /// How many arguments it takes.
  var argumentCount: ClosedRange<Int> {
    switch self {
    case .allocate(.size, _), .allocate(.cache, _): 2...2
    case .allocate(.sizeAlone, _): 1...1
    case .allocate(.count, _), .duplicate: 3...3
    case .allocate(.object, _): 1...2
    case .free(let behindCache, _): behindCache ? 2...2 : 1...1
    }
  }
}

/// The flags of allocations that matter here, as the kernel numbers them.
enum AllocationFlags {
  static let zero: Int64 = 0x100
  /// The allocation may sleep.
  static let directReclaim: Int64 = 0x400
  static let noFail: Int64 = 0x8000
  /// `GFP_KERNEL`.
  static let usual: Int64 = 0xcc0

  /// By name, as far as files are likely to have them.
  static let named: [(name: String, value: Int64)] = [
    ("__GFP_HIGH", 0x20), ("__GFP_IO", 0x40), ("__GFP_FS", 0x80), ("__GFP_ZERO", zero),
    ("__GFP_DIRECT_RECLAIM", directReclaim), ("__GFP_KSWAPD_RECLAIM", 0x800),
    ("__GFP_RECLAIM", 0xc00), ("__GFP_NOWARN", 0x2000), ("__GFP_RETRY_MAYFAIL", 0x4000),
    ("__GFP_NOFAIL", noFail), ("__GFP_NORETRY", 0x10000), ("__GFP_ACCOUNT", 0x40_0000),
    ("GFP_ATOMIC", 0x820), ("GFP_NOWAIT", 0x800), ("GFP_NOIO", 0xc00), ("GFP_NOFS", 0xc40),
    ("GFP_KERNEL", usual), ("GFP_KERNEL_ACCOUNT", 0x40_0cc0), ("GFP_USER", 0x10_0cc0),
  ]
}
