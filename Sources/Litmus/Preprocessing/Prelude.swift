/// Macros that files need not define: how the kernel declares its objects, and small helpers.
enum Prelude {
  /// By name and parameter: what the macro stands for.
  ///
  /// A file may define the same names as it likes.
  static let macros: [(name: String, parameter: String, text: String)] = [
    ("DEFINE_SPINLOCK", "x", "spinlock_t x"), ("DEFINE_RAW_SPINLOCK", "x", "raw_spinlock_t x"),
    ("DEFINE_MUTEX", "x", "struct mutex x"), ("DEFINE_RWLOCK", "x", "rwlock_t x"),
    ("DECLARE_RWSEM", "x", "struct rw_semaphore x"), ("DEFINE_SEQLOCK", "x", "seqlock_t x"),
    ("DEFINE_SRCU", "x", "struct srcu_struct x"),
    ("DEFINE_STATIC_SRCU", "x", "static struct srcu_struct x"),
    ("likely", "x", "(!!(x))"), ("unlikely", "x", "(!!(x))"), ("BIT", "n", "(1UL << (n))"),
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
        parameters: [names.name(parameter)], body: body, offset: nil, isGiven: true)
    }
  }
}
