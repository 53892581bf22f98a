/// Macros that files need not define: how the kernel declares its objects, and small helpers.
enum Prelude {
  /// By name and parameters, with commas between them: what the macro stands for.
  ///
  /// A file may define the same names as it likes.
  static let macros: [(name: String, parameter: String, text: String)] = [
    ("DEFINE_SPINLOCK", "x", "spinlock_t x"), ("DEFINE_RAW_SPINLOCK", "x", "raw_spinlock_t x"),
    ("DEFINE_MUTEX", "x", "struct mutex x"), ("DEFINE_RWLOCK", "x", "rwlock_t x"),
    ("DECLARE_RWSEM", "x", "struct rw_semaphore x"), ("DEFINE_SEQLOCK", "x", "seqlock_t x"),
    ("DEFINE_SRCU", "x", "struct srcu_struct x"),
    ("DEFINE_STATIC_SRCU", "x", "static struct srcu_struct x"),
    ("DECLARE_WORK", "x,f", "struct work_struct x = __WORK_INITIALIZER(x, f)"),
    (
      "DECLARE_DELAYED_WORK", "x,f",
      "struct delayed_work x = __DELAYED_WORK_INITIALIZER(x, f, 0)"
    ),
    ("DEFINE_TIMER", "x,f", "struct timer_list x = __TIMER_INITIALIZER(f, 0)"),
    ("likely", "x", "(!!(x))"), ("unlikely", "x", "(!!(x))"), ("BIT", "n", "(1UL << (n))"),
    ("BIT_ULL", "n", "(1ULL << (n))"),
    ("GENMASK", "h,l", "((~0UL << (l)) & (~0UL >> (63 - (h))))"),
    ("GENMASK_ULL", "h,l", "((~0ULL << (l)) & (~0ULL >> (63 - (h))))"),
    ("IS_ERR", "p", "((unsigned long)(void *)(p) >= (unsigned long)-4095)"),
    ("IS_ERR_VALUE", "x", "((unsigned long)(void *)(x) >= (unsigned long)-4095)"),
    // Behind a comma it is a number to compute with, which that of an address is not.
    ("PTR_ERR", "p", "(0, (long)(const void *)(p))"), ("ERR_PTR", "e", "((void *)(long)(e))"),
    ("ERR_CAST", "p", "((void *)(long)(p))"),
    ("RCU_INITIALIZER", "x", "(x)"), ("unrcu_pointer", "x", "(x)"),
  ]

  /// Macros that are defined as a file might have defined them, but for their place.
  static func define(in macros: inout [Name: Macro], names: NameTable) {
    for (name, parameter, text) in Self.macros {
      guard let source = try? SourceText(named: "<\(name)>", bytes: Array(text.utf8)) else {
        continue
      }
      let body = Lexer.tokens(source, names: names, diagnostics: Diagnostics(for: source))
      macros[names.name(name)] = Macro(
        parameters: parameter.split(separator: ",").map { names.name(String($0)) }, body: body,
        offset: nil, isGiven: true)
    }
  }
}
