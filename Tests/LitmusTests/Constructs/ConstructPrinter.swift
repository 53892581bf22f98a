extension BruteForce {
  /// Writes a program as a race file.
  struct Printer {
    let program: Program

    var text: String {
      var text = "C constructs\n"
      if !program.members.isEmpty {
        text += "struct s {\n"
        for member in program.members { text += "  \(declaration(member.kind, member.name));\n" }
        text += "};\n"
      }
      if let pool = program.pool {
        text += "pool s \(pool)\(program.mayFail ? " may-fail" : "")\n"
      }
      if program.findsLeaks { text += "leaks\n" }
      if program.findsRaces { text += "data-races\n" }
      for function in program.functions { text += "static void \(head(function));\n" }
      for variable in program.variables { text += "\(self.variable(variable));\n" }
      for name in program.perCPU { text += "DEFINE_PER_CPU(int, \(name));\n" }
      for function in program.functions {
        text += "static void \(head(function))\n{\n"
        if function.isCallback { text += "  struct s *a = container_of(head, struct s, rcu);\n" }
        text += declarations(function.body) + lines(function.body, 1) + "}\n"
      }
      for variable in program.variables where variable.kind == .semaphore {
        text += "init(void)\n{\n  sema_init(&\(variable.name), \(variable.value));\n}\n"
      }
      for machine in program.machines where machine.role != .callbacks {
        text += "\(head(machine))\n{\n"
        text += declarations(machine.body) + lines(machine.body, 1) + "}\n"
      }
      for property in program.properties {
        text += "\(property.kind) \(property.name): \(self.text(property.expression))\n"
      }
      let shown = program.shown.map { program.variables[$0].name }
      return text + "locations [\(shown.joined(separator: "; "))]\n"
    }

    // MARK: - Items

    private func declaration(_ kind: Kind, _ name: String) -> String {
      switch kind {
      case .int: "int \(name)"
      case .pointer: "struct s *\(name)"
      case .function: "void (*\(name))(struct s *)"
      case .spinlock: "spinlock_t \(name)"
      case .mutex: "struct mutex \(name)"
      case .rwlock: "rwlock_t \(name)"
      case .rwsem: "struct rw_semaphore \(name)"
      case .atomic: "atomic_t \(name)"
      case .refcount: "refcount_t \(name)"
      case .rcuHead: "struct rcu_head \(name)"
      case .listHead: "struct list_head \(name)"
      case .completion: "struct completion \(name)"
      case .semaphore: "struct semaphore \(name)"
      case .waitQueue: "wait_queue_head_t \(name)"
      case .srcu: "struct srcu_struct \(name)"
      }
    }

    private func variable(_ variable: Variable) -> String {
      guard let kind = variable.kind else {
        let values = program.members.compactMap { member -> String? in
          switch member.kind {
          case .int: ".\(member.name) = \(variable.value)"
          case .refcount: ".\(member.name) = REFCOUNT_INIT(\(max(1, variable.value)))"
          case .atomic: ".\(member.name) = ATOMIC_INIT(\(variable.value))"
          case .function:
            variable.target.map { ".\(member.name) = \(program.functions[$0].name)" }
          default: nil
          }
        }
        return "struct s \(variable.name) = { \(values.joined(separator: ", ")) }"
      }
      let declared = declaration(kind, variable.name)
      switch kind {
      case .int: return variable.value == 0 ? declared : "\(declared) = \(variable.value)"
      case .pointer:
        return declared + (variable.target.map { " = &\(program.variables[$0].name)" } ?? "")
      case .function:
        return declared + (variable.target.map { " = \(program.functions[$0].name)" } ?? "")
      case .atomic: return "\(declared) = ATOMIC_INIT(\(variable.value))"
      case .refcount: return "\(declared) = REFCOUNT_INIT(\(variable.value))"
      case .listHead: return "LIST_HEAD(\(variable.name))"
      default: return declared
      }
    }

    private func head(_ function: (name: String, isCallback: Bool, body: [Statement])) -> String {
      "\(function.name)(struct \(function.isCallback ? "rcu_head *head" : "s *a"))"
    }

    private func head(_ machine: Machine) -> String {
      func times(_ least: Int, _ most: Int) -> String {
        if least == most { return least == 1 ? "" : " times \(least)" }
        return " times \(least)..\(most)"
      }
      func name(_ thread: Int) -> String { program.machines[thread].name }
      switch machine.role {
      case .thread: return "thread \(machine.name)(void)"
      case .interrupt(let thread, let least, let most, let raised):
        let end = raised ? " raised" : times(least, most)
        return "irq \(machine.name)(void) on \(name(thread))\(end)"
      case .softInterrupt(let thread, let least, let most, let raised):
        let end = raised ? " raised" : times(least, most)
        return "softirq \(machine.name)(void) on \(name(thread))\(end)"
      case .work: return "work \(machine.name)(void)"
      case .timer(nil): return "timer \(machine.name)(void)"
      case .timer(let thread?): return "timer \(machine.name)(void) on \(name(thread))"
      case .callbacks: return ""
      }
    }

    private func declarations(_ body: [Statement]) -> String {
      // A local is declared where its name stands between other signs.
      let used = lines(body, 1)
      let words = Set(used.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
      var text = ""
      for (number, name) in BruteForce.locals.enumerated() where number != BruteForce.argument {
        if !words.contains(name) { continue }
        text +=
          BruteForce.isPointerLocal[number]
          ? "  struct s *\(name) = NULL;\n" : "  int \(name) = 0;\n"
      }
      if words.contains("flags") { text += "  unsigned long flags;\n" }
      return text
    }

    // MARK: - Statements

    private func lines(_ statements: [Statement], _ level: Int) -> String {
      statements.map { lines($0, level) }.joined()
    }

    private func lines(_ statement: Statement, _ level: Int) -> String {
      let pad = String(repeating: "  ", count: level)
      func block(_ statements: [Statement]) -> String {
        "{\n\(lines(statements, level + 1))\(pad)}"
      }
      switch statement {
      case .evaluate(let expression): return "\(pad)\(text(expression));\n"
      case .set(let local, let expression):
        return "\(pad)\(BruteForce.locals[local]) = \(text(expression));\n"
      case .assign(let place, let expression, .plain):
        return "\(pad)\(text(place)) = \(text(expression));\n"
      case .assign(let place, let expression, .once):
        return "\(pad)WRITE_ONCE(\(text(place)), \(text(expression)));\n"
      case .assign(let place, let expression, .rcu):
        return "\(pad)rcu_assign_pointer(\(text(place)), \(text(expression)));\n"
      case .add(let place, let amount):
        switch amount {
        case 1: return "\(pad)\(text(place))++;\n"
        case -1: return "\(pad)\(text(place))--;\n"
        default: return "\(pad)\(text(place)) += \(amount);\n"
        }
      case .condition(let test, let first, let second) where second.isEmpty:
        return "\(pad)if (\(text(test))) \(block(first))\n"
      case .condition(let test, let first, let second):
        return "\(pad)if (\(text(test))) \(block(first)) else \(block(second))\n"
      case .loop(let test, let body): return "\(pad)while (\(text(test))) \(block(body))\n"
      case .rounds(let count, let counter, let body):
        let name = BruteForce.locals[counter]
        return "\(pad)for (\(name) = 0; \(name) < \(count); \(name)++) \(block(body))\n"
      case .leave: return "\(pad)return;\n"
      case .assert(let expression): return "\(pad)assert(\(text(expression)));\n"
      case .await(let expression): return "\(pad)await(\(text(expression)));\n"
      case .atomic(let statements): return "\(pad)atomic \(block(statements))\n"
      case .waitEvent(let queue, let test, .endless, _):
        return "\(pad)wait_event(\(text(queue)), \(text(test)));\n"
      case .waitEvent(let queue, let test, let patience, let local):
        let time = patience == .timeout ? ", 1" : ""
        return "\(pad)\(BruteForce.locals[local]) = wait_event\(patience.rawValue)"
          + "(\(text(queue)), \(text(test))\(time));\n"
      case .forEach(let local, let head, let style, let body):
        return "\(pad)list_for_each_entry\(style == .plain ? "" : "_rcu")"
          + "(\(BruteForce.locals[local]), &\(text(head)), \(link)) \(block(body))\n"
      case .sleepUntil(let test):
        return "\(pad)for (;;) {\n\(pad)  set_current_state(TASK_INTERRUPTIBLE);\n"
          + "\(pad)  if (\(text(test)))\n\(pad)    break;\n\(pad)  schedule();\n\(pad)}\n"
          + "\(pad)__set_current_state(TASK_RUNNING);\n"
      case .invoke(let place, let argument):
        return "\(pad)\(text(place))(\(text(argument)));\n"
      case .enqueue, .sleep, .dequeue: fatalError("not written")
      }
    }

    // MARK: - Expressions

    private func text(_ place: Place) -> String {
      switch place {
      case .variable(let number): program.variables[number].name
      case .part(let number, let member):
        "\(program.variables[number].name).\(program.members[member].name)"
      case .member(.object(let number), let member):
        "(&\(program.variables[number].name))->\(program.members[member].name)"
      case .member(let pointer, let member): "\(text(pointer))->\(program.members[member].name)"
      }
    }

    private func text(_ expression: Expression) -> String {
      switch expression {
      case .number(let number): return "\(number)"
      case .null: return "NULL"
      case .local(let local): return BruteForce.locals[local]
      case .read(let place, .plain): return text(place)
      case .read(let place, .once): return "READ_ONCE(\(text(place)))"
      case .read(let place, .rcu): return "rcu_dereference(\(text(place)))"
      case .address(let place): return "&\(text(place))"
      case .object(let number): return "&\(program.variables[number].name)"
      case .function(let number): return program.functions[number].name
      case .not(let operand): return "!(\(text(operand)))"
      case .binary(let operation, let left, let right):
        return "(\(text(left)) \(operation.rawValue) \(text(right)))"
      case .and(let left, let right): return "(\(text(left)) && \(text(right)))"
      case .or(let left, let right): return "(\(text(left)) || \(text(right)))"
      case .call(let call): return text(call)
      }
    }

    private func word(_ kind: Kind) -> String {
      switch kind {
      case .spinlock: "spin"
      case .mutex: "mutex"
      default: fatalError("no lock")
      }
    }

    private func text(_ call: Call) -> String {
      switch call {
      case .lock(let place, let kind, let context):
        let flags = context == .saved ? ", flags" : ""
        return "\(word(kind))_lock\(context.rawValue)(&\(text(place))\(flags))"
      case .unlock(let place, let kind, let context):
        if context == .saved { return "spin_unlock_irqrestore(&\(text(place)), flags)" }
        return "\(word(kind))_unlock\(context.rawValue)(&\(text(place)))"
      case .tryLock(let place, let kind): return "\(word(kind))_trylock(&\(text(place)))"
      case .readLock(let place, let kind):
        return "\(kind == .rwsem ? "down_read" : "read_lock")(&\(text(place)))"
      case .readUnlock(let place, let kind):
        return "\(kind == .rwsem ? "up_read" : "read_unlock")(&\(text(place)))"
      case .writeLock(let place, let kind):
        return "\(kind == .rwsem ? "down_write" : "write_lock")(&\(text(place)))"
      case .writeUnlock(let place, let kind):
        return "\(kind == .rwsem ? "up_write" : "write_unlock")(&\(text(place)))"
      case .exchange(let place, let value): return "xchg(&\(text(place)), \(text(value)))"
      case .compareExchange(let place, let old, let new):
        return "cmpxchg(&\(text(place)), \(text(old)), \(text(new)))"
      case .increment(let place): return "atomic_inc(&\(text(place)))"
      case .decrementAndTest(let place): return "atomic_dec_and_test(&\(text(place)))"
      case .atomicRead(let place): return "atomic_read(&\(text(place)))"
      case .refcountIncrement(let place): return "refcount_inc(&\(text(place)))"
      case .refcountIncrementNotZero(let place):
        return "refcount_inc_not_zero(&\(text(place)))"
      case .refcountDecrementAndTest(let place): return "refcount_dec_and_test(&\(text(place)))"
      case .refcountSet(let place, let number): return "refcount_set(&\(text(place)), \(number))"
      case .allocate(let isZeroed, let mayNotSleep):
        return "\(isZeroed ? "kzalloc" : "kmalloc")(sizeof(struct s), "
          + "\(mayNotSleep ? "GFP_ATOMIC" : "GFP_KERNEL"))"
      case .free(let pointer): return "kfree(\(text(pointer)))"
      case .readerEnters: return "rcu_read_lock()"
      case .readerLeaves: return "rcu_read_unlock()"
      case .synchronize: return "synchronize_rcu()"
      case .callback(let pointer, nil): return "kfree_rcu(\(text(pointer)), rcu)"
      case .callback(let pointer, let function?):
        return "call_rcu(&\(text(pointer))->rcu, \(program.functions[function].name))"
      case .srcuCallback(let place, let pointer, let function):
        let name = program.functions[function].name
        return "call_srcu(&\(text(place)), &\(text(pointer))->rcu, \(name))"
      case .srcuBarrier(let place): return "srcu_barrier(&\(text(place)))"
      case .barrier: return "rcu_barrier()"
      case .srcuEnters(let place): return "srcu_read_lock(&\(text(place)))"
      case .srcuLeaves(let place, let index):
        return "srcu_read_unlock(&\(text(place)), \(text(index)))"
      case .srcuSynchronize(let place): return "synchronize_srcu(&\(text(place)))"
      case .wakeUp(let place): return "wake_up(&\(text(place)))"
      case .complete(let place): return "complete(&\(text(place)))"
      case .completeAll(let place): return "complete_all(&\(text(place)))"
      case .reinitialize(let place): return "reinit_completion(&\(text(place)))"
      case .waitForCompletion(let place, let patience):
        let time = patience == .timeout ? ", 1" : ""
        return "wait_for_completion\(patience.rawValue)(&\(text(place))\(time))"
      case .down(let place): return "down(&\(text(place)))"
      case .tryDown(let place): return "down_trylock(&\(text(place)))"
      case .up(let place): return "up(&\(text(place)))"
      case .tryWaitForCompletion(let place): return "try_wait_for_completion(&\(text(place)))"
      case .completionDone(let place): return "completion_done(&\(text(place)))"
      case .setState(let isSleeping):
        return "set_current_state(\(isSleeping ? "TASK_UNINTERRUPTIBLE" : "TASK_RUNNING"))"
      case .schedule(.timeout): return "schedule_timeout(1)"
      case .schedule: return "schedule()"
      case .wakeProcess(let thread): return "wake_up_process(\(program.machines[thread].name))"
      case .interruptsOff: return "local_irq_disable()"
      case .interruptsOn: return "local_irq_enable()"
      case .interruptsSave: return "local_irq_save(flags)"
      case .interruptsRestore: return "local_irq_restore(flags)"
      case .halvesOff: return "local_bh_disable()"
      case .halvesOn: return "local_bh_enable()"
      case .raise(let handler): return "raise(\(program.machines[handler].name))"
      case .raiseAndWait(let handler): return "raise_wait(\(program.machines[handler].name))"
      case .queue(let handler):
        let name = program.machines[handler].name
        return isWork(handler) ? "schedule_work(\(name))" : "mod_timer(\(name), 1)"
      case .cancel(let handler):
        return "\(isWork(handler) ? "cancel_work" : "timer_delete")"
          + "(\(program.machines[handler].name))"
      case .cancelSync(let handler):
        return "\(isWork(handler) ? "cancel_work_sync" : "timer_delete_sync")"
          + "(\(program.machines[handler].name))"
      case .flush(let handler): return "flush_work(\(program.machines[handler].name))"
      case .shutdownSync(let handler):
        return "timer_shutdown_sync(\(program.machines[handler].name))"
      case .isPending(let handler):
        return "\(isWork(handler) ? "work" : "timer")_pending(\(program.machines[handler].name))"
      case .listAdd(let new, let head): return "list_add(&\(text(new)), &\(text(head)))"
      case .listAddTail(let new, let head): return "list_add_tail(&\(text(new)), &\(text(head)))"
      case .listAddRCU(let new, let head):
        return "list_add_rcu(&\(text(new)), &\(text(head)))"
      case .listDeleteRCU(let entry): return "list_del_rcu(&\(text(entry)))"
      case .listFirst(let head):
        return "list_first_entry_or_null(&\(text(head)), struct s, \(link))"
      case .listStart, .listNext: fatalError("not written")
      case .listDelete(let entry): return "list_del(&\(text(entry)))"
      case .listDeleteInit(let entry): return "list_del_init(&\(text(entry)))"
      case .listIsEmpty(let head): return "list_empty(&\(text(head)))"
      case .listInit(let entry): return "INIT_LIST_HEAD(&\(text(entry)))"
      case .perCPUIncrement(let number, let isOneStep):
        return "\(isOneStep ? "" : "__")this_cpu_inc(\(program.perCPU[number]))"
      case .perCPURead(let number, let thread):
        return "per_cpu(\(program.perCPU[number]), \(program.machines[thread].name))"
      case .choose(let first, let last): return "choose(\(first)..\(last))"
      }
    }

    /// The member by which objects are on lists.
    private var link: String {
      program.members.first { $0.kind == .listHead }?.name ?? ""
    }

    private func isWork(_ handler: Int) -> Bool { program.machines[handler].role == .work }
  }
}
