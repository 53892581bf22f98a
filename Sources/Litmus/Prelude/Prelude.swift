/// Macros that files need not define: how the kernel declares its objects, and small helpers.
enum Prelude {
  /// By name and parameters, with commas between them: what the macro stands for.
  ///
  /// A file may define the same names as it likes.
  private static let basic: [(name: String, parameter: String, text: String)] = [
    ("DEFINE_SPINLOCK", "x", "spinlock_t x"), ("DEFINE_RAW_SPINLOCK", "x", "raw_spinlock_t x"),
    ("DEFINE_MUTEX", "x", "struct mutex x"), ("DEFINE_RWLOCK", "x", "rwlock_t x"),
    ("DECLARE_RWSEM", "x", "struct rw_semaphore x"), ("DEFINE_SEQLOCK", "x", "seqlock_t x"),
    ("DEFINE_SRCU", "x", "struct srcu_struct x"),
    ("DEFINE_STATIC_SRCU", "x", "static struct srcu_struct x"),
    ("DECLARE_WAIT_QUEUE_HEAD", "x", "wait_queue_head_t x"),
    ("DECLARE_WAIT_QUEUE_HEAD_ONSTACK", "x", "wait_queue_head_t x"),
    ("DEFINE_WAIT", "x", "struct wait_queue_entry x"),
    ("DECLARE_COMPLETION", "x", "struct completion x"),
    ("DECLARE_COMPLETION_ONSTACK", "x", "struct completion x"),
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

  /// All macros: those, and what lists and the like are gone through with.
  static let macros: [GivenMacro] =
    basic.map { GivenMacro($0.name, $0.parameter, $0.text) }
    + ListPrelude.macros + HashListPrelude.macros + LocklessListPrelude.macros
    + PerCPUPrelude.macros

  private static let byName: [String: GivenMacro] = Dictionary(
    macros.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// Defines those of the macros that a text names, as a file might have defined them, but for
  /// their place.
  static func define(in macros: inout [Name: Macro], names: NameTable) {
    // What a macro stands for may name others.
    var index = 0
    while index < names.texts.count {
      if let given = byName[names.texts[index]] {
        let name = names.name(given.name)
        if macros[name] == nil { macros[name] = given.macro(names) }
      }
      index += 1
    }
  }
}

/// A macro that files need not define.
struct GivenMacro: Sendable {
  var name: String
  /// Names with commas between them; nil for a macro that is used like a name.
  var parameters: String?
  var text: String
  /// Whether arguments may follow that nobody looks at, such as conditions for lockdep.
  var takesMore = false

  init(_ name: String, _ parameters: String?, _ text: String, takesMore: Bool = false) {
    (self.name, self.parameters, self.text) = (name, parameters, text)
    self.takesMore = takesMore
  }

  fileprivate func macro(_ names: NameTable) -> Macro? {
    guard let source = try? SourceText(named: "<\(name)>", bytes: Array(text.utf8)) else {
      return nil
    }
    return Macro(
      parameters: parameters?.split(separator: ",").map { names.name(String($0)) },
      body: Lexer.tokens(source, names: names, diagnostics: Diagnostics(for: source)),
      offset: nil, isGiven: true, takesMore: takesMore)
  }
}
