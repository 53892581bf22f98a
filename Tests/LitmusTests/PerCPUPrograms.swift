@testable import Litmus

// Programs about what each CPU has a copy of.
extension FunctionProgram {
  private static let two = "DEFINE_PER_CPU(int, x) = 3;\nstruct mutex m;\nthread b(void) { "

  static func perCPU(
    _ operation: PerCPUOperation, _ name: String
  ) -> FunctionProgram {
    /// A change of one CPU's copy, and what that is then; nothing else has changed.
    func change(_ call: String, _ after: Int) -> FunctionProgram {
      FunctionProgram(
        "\(call);",
        in: two + "CALL }\nthread a(void) { }\n"
          + "finally p: per_cpu(x, a) == 3 && per_cpu(x, b) == \(after)")
    }
    func result(_ operation: BinaryOperator, constant: Bool) -> (arguments: String, value: Int) {
      let value = operation.apply(3, constant ? 1 : 5) ?? 0
      return (constant ? "x" : "x, 5", Int(value))
    }
    func sleep(_ call: String, _ before: String = "") -> FunctionProgram {
      FunctionProgram(
        call, in: two + "\(before)CALL mutex_lock(&m); mutex_unlock(&m); }", "sleep-in-atomic@0")
    }
    switch operation {
    case .copy:
      return FunctionProgram(
        "per_cpu(x, a)", instead: "per_cpu(x, b)",
        in: two + "CALL = 4; assert(this_cpu_read(x) == 3); }\nthread a(void) { }")
    case .copyAddress:
      return FunctionProgram(
        "\(name)(&x, a)", instead: "&per_cpu(x, b)",
        in: two + "*CALL = 4; assert(this_cpu_read(x) == 3); }\nthread a(void) { }")
    case .ownAddress:
      return FunctionProgram(
        "\(name)(&x)", instead: "&per_cpu(x, a)",
        in: two + "*CALL = 4; assert(this_cpu_read(x) == 4); }\nthread a(void) { }")
    case .take: return sleep("\(name)(x)++;")
    case .takeAddress: return sleep("(*\(name)(&x))++;")
    case .takeCPU: return sleep("\(name)();")
    case .give, .giveCPU:
      let arguments = operation == .giveCPU ? "" : name.hasSuffix("ptr") ? "&x" : "x"
      return FunctionProgram(
        "\(name)(\(arguments));",
        in: two + "get_cpu(); CALL mutex_lock(&m); mutex_unlock(&m); }")
    case .count:
      return FunctionProgram(
        "\(name)()", instead: "1", in: two + "assert(CALL == 2); }\nthread a(void) { }")
    case .read:
      return FunctionProgram("\(name)(x)", instead: "0", in: two + "assert(CALL == 3); }")
    case .write: return change("\(name)(x, 7)", 7)
    case .update(let operation, let constant):
      let (arguments, value) = result(operation, constant: constant)
      return change("\(name)(\(arguments))", value)
    case .updated(let operation, let constant):
      let (arguments, value) = result(operation, constant: constant)
      return change("assert(\(name)(\(arguments)) == \(value))", value)
    case .exchange: return change("assert(\(name)(x, 7) == 3)", 7)
    case .compareExchange:
      return change("assert(\(name)(x, 4, 9) == 3 && \(name)(x, 3, 7) == 3)", 7)
    }
  }

  /// By macro: declarations and a body about it in which all is as it should be.
  static let perCPUMacros: [String: (before: String, body: String)] = {
    var all: [String: (String, String)] = [:]
    for end in ["", "_SHARED_ALIGNED", "_ALIGNED", "_PAGE_ALIGNED", "_READ_MOSTLY", "_FIRST"] {
      all["DEFINE_PER_CPU\(end)"] = (
        "struct s { int v, w; };\nstatic DEFINE_PER_CPU\(end)(struct s, x) = { 1, 2 };",
        "assert(this_cpu_read(x.w) == 2);"
      )
      all["DECLARE_PER_CPU\(end)"] = (
        "DECLARE_PER_CPU\(end)(int, x);\nDEFINE_PER_CPU(int, x) = 4;",
        "assert(this_cpu_read(x) == 4);"
      )
    }
    for which in ["possible", "online", "present"] {
      all["for_each_\(which)_cpu"] = (
        "DEFINE_PER_CPU(int, x) = 4;\nthread b(void) { }",
        "int cpu, s = 0; for_each_\(which)_cpu(cpu) s += per_cpu(x, cpu); assert(s == 8);"
      )
    }
    for name in ["nr_cpu_ids", "NR_CPUS"] {
      all[name] = ("int x[\(name)];\nthread b(void) { }", "assert(ARRAY_SIZE(x) == \(name));")
    }
    return all
  }()
}
