@testable import Litmus

// Programs about functions that allocate and free.
extension FunctionProgram {
  static func heap(_ name: String, _ function: HeapFunction) -> FunctionProgram {
    let start = "struct s { int v; };\nstruct s old = { 3 };\nstruct kmem_cache *cache;\npool s 1\n"
    let instead = "old.v = 7; struct s *p = &old;"
    func text(_ call: String, _ check: String, _ answer: String) -> FunctionProgram {
      FunctionProgram(
        "struct s *p = \(call);", instead: instead,
        in: start + "thread a(void) { CALL \(check) }", answer)
    }
    switch function {
    case .allocate(let form, let isZeroed):
      let arguments =
        switch form {
        case .size: "sizeof(*p), GFP_KERNEL"
        case .sizeAlone: "sizeof(struct s)"
        case .count: "1, sizeof(*p), GFP_KERNEL"
        case .object: "*p"
        case .cache: "cache, GFP_KERNEL"
        }
      return text(
        "\(name)(\(arguments))", isZeroed ? "assert(p->v == 0);" : "assert(p->v);",
        isZeroed ? "holds" : "uninitialised@0")
    case .duplicate:
      return text(
        "\(name)(&old, sizeof(old), GFP_KERNEL)", "assert(p != &old && p->v == 3);", "holds")
    case .free(let behindCache, _):
      return FunctionProgram(
        "\(name)(\(behindCache ? "cache, " : "")p);",
        in: start + "thread a(void) { struct s *p = kzalloc(sizeof(*p), GFP_KERNEL); CALL "
          + "p->v = 1; }", "use-after-free@0")
    }
  }
}
