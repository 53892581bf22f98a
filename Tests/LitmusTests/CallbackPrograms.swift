@testable import Litmus

// Programs about functions that have something done when readers have left.
extension FunctionProgram {
  static func callback(_ name: String, _ function: CallbackFunction) -> FunctionProgram {
    let start =
      "struct s { int v; struct rcu_head rcu; };\nstruct s one = { 5 }, *p = &one;\n"
      + "struct srcu_struct srcu;\nint done;\n"
    switch function {
    case .call(let inDomain):
      return FunctionProgram(
        "\(name)(\(inDomain ? "&srcu, " : "")&one.rcu, f);",
        in: start + "static void f(struct rcu_head *h) { "
          + "struct s *s = container_of(h, struct s, rcu); done = s->v; }\n"
          + "thread a(void) { CALL }\nfinally ran: done == 5")
    case .free, .freeObject:
      return FunctionProgram(
        "\(name)(p\(function == .free ? ", rcu" : ""));",
        in: start + "thread a(void) { CALL }\nfinally there: one.v == 5",
        "there@0")
    }
  }

  static func barrier(_ name: String) -> FunctionProgram {
    let inDomain = name == "srcu_barrier"
    let domain = inDomain ? "&srcu" : ""
    let queue = inDomain ? "call_srcu(&srcu, &h, f);" : "call_rcu(&h, f);"
    return FunctionProgram(
      "\(name)(\(domain));",
      in: "struct srcu_struct srcu;\nstruct rcu_head h;\nint done;\n"
        + "static void f(struct rcu_head *h) { done = 1; }\n"
        + "thread a(void) { \(queue) CALL assert(done); }")
  }
}
