// A thread is a CPU: what programs keep for each CPU, and which one a machine runs on.
extension Program {
  /// The number of the CPU that a machine of the program runs on: that of the thread which it
  /// interrupts, if it does.
  func cpu(of machine: Int) -> Int {
    let machine = threads[machine].activity.interrupt?.thread ?? machine
    return threads[..<machine].count { $0.activity.interrupt == nil }
  }

  /// The names of the CPUs, by number: those of all machines that interrupt no other.
  var cpuNames: [String] { threads.filter { $0.activity.interrupt == nil }.map(\.name) }
}

/// What is done to one CPU's copy of a variable.
enum PerCPUOperation: Hashable, Sendable {
  /// `per_cpu(x, cpu)`, which can be written to, and a pointer to it.
  case copy, copyAddress
  /// `this_cpu_ptr(&x)`.
  case ownAddress
  /// `get_cpu_var(x)`, `get_cpu_ptr(&x)`: the thread stays on its CPU until it gives that back.
  case take, takeAddress
  case give
  case read, write
  /// `x op= value`; with a constant, the function has no value of its own.
  case update(BinaryOperator, constant: Bool)
  /// The same, and what comes of it.
  case updated(BinaryOperator, constant: Bool)
  case exchange, compareExchange
  /// `get_cpu()` and `put_cpu()`.
  case takeCPU, giveCPU
  /// How many CPUs there are.
  case count
}

extension CompositeFunction {
  /// Functions about variables of CPUs, by name.
  ///
  /// Those of `this_cpu_` are one step; those of `__this_cpu_` and `raw_cpu_` read, then write.
  static let perCPU: [String: CompositeFunction] = {
    var table: [String: CompositeFunction] = [
      "per_cpu": .perCPU(.copy, isAtomic: false),
      "per_cpu_ptr": .perCPU(.copyAddress, isAtomic: false),
      "get_cpu_var": .perCPU(.take, isAtomic: false),
      "get_cpu_ptr": .perCPU(.takeAddress, isAtomic: false),
      "get_cpu": .perCPU(.takeCPU, isAtomic: false),
      "put_cpu": .perCPU(.giveCPU, isAtomic: false),
    ]
    for name in ["put_cpu_var", "put_cpu_ptr"] { table[name] = .perCPU(.give, isAtomic: false) }
    for name in ["num_online_cpus", "num_possible_cpus", "num_present_cpus"] {
      table[name] = .perCPU(.count, isAtomic: false)
    }
    for (prefix, isAtomic) in [("this_cpu_", true), ("__this_cpu_", false), ("raw_cpu_", false)] {
      if prefix != "__this_cpu_" {
        table["\(prefix)ptr"] = .perCPU(.ownAddress, isAtomic: false)
      }
      for (name, operation) in [
        ("read", PerCPUOperation.read), ("write", .write), ("add", .update(.add, constant: false)),
        ("sub", .update(.subtract, constant: false)), ("inc", .update(.add, constant: true)),
        ("dec", .update(.subtract, constant: true)), ("and", .update(.and, constant: false)),
        ("or", .update(.or, constant: false)), ("add_return", .updated(.add, constant: false)),
        ("sub_return", .updated(.subtract, constant: false)),
        ("inc_return", .updated(.add, constant: true)),
        ("dec_return", .updated(.subtract, constant: true)), ("xchg", .exchange),
        ("cmpxchg", .compareExchange),
      ] { table[prefix + name] = .perCPU(operation, isAtomic: isAtomic) }
    }
    return table
  }()
}

extension PerCPUOperation {
  var argumentCount: Int {
    switch self {
    case .takeCPU, .giveCPU, .count: 0
    case .ownAddress, .take, .takeAddress, .give, .read, .update(_, constant: true),
      .updated(_, constant: true):
      1
    case .copy, .copyAddress, .write, .update, .updated, .exchange: 2
    case .compareExchange: 3
    }
  }
}
