// `guard(mutex)(&m)` and `scoped_guard(mutex, &m)`.
extension Checker {
  /// What takes a lock, and what gives it back.
  struct GuardCalls {
    var lock: TypedExpression
    var unlock: TypedExpression
  }

  /// The classes of locks: on what, how it is taken and given back, and what is disabled.
  private static let classes: [String: GuardClass] = {
    var classes = [
      "mutex": GuardClass(on: .mutex, .lock, .unlock),
      "rwsem_read": GuardClass(on: .readWriteLock(sleeps: true), .readLock, .readUnlock),
      "rwsem_write": GuardClass(on: .readWriteLock(sleeps: true), .writeLock, .writeUnlock),
    ]
    let contexts: [(String, Primitive.LockContext)] = [
      ("", .none), ("_irq", .interrupts), ("_irqsave", .savedInterrupts), ("_bh", .bottomHalves),
    ]
    for (suffix, context) in contexts {
      for name in ["spinlock", "raw_spinlock"] {
        classes[name + suffix] = GuardClass(on: .spinlock, .lock, .unlock, in: context)
      }
      let rwlock = ObjectKind.readWriteLock(sleeps: false)
      classes["read_lock" + suffix] = GuardClass(on: rwlock, .readLock, .readUnlock, in: context)
      classes["write_lock" + suffix] = GuardClass(
        on: rwlock, .writeLock, .writeUnlock, in: context)
    }
    return classes
  }()

  private struct GuardClass {
    var kind: ObjectKind
    var lock: Primitive.LockOperation
    var unlock: Primitive.LockOperation
    var context: Primitive.LockContext

    init(
      on kind: ObjectKind, _ lock: Primitive.LockOperation, _ unlock: Primitive.LockOperation,
      in context: Primitive.LockContext = .none
    ) {
      (self.kind, self.lock, self.unlock, self.context) = (kind, lock, unlock, context)
    }
  }

  /// The calls of a statement `guard(CLASS)(ARGUMENTS);`; nil if it is another statement.
  func guardStatement(_ statement: Statement) throws(Abandoned) -> GuardCalls? {
    guard case .expression(let expression) = statement.kind,
      case .call(let callee, let arguments) = expression.kind,
      case .call(let word, let classes) = callee.kind, case .name(let name) = word.kind,
      text(name) == "guard", lookUp(name) == nil
    else { return nil }
    guard classes.count == 1, case .name(let guarded) = classes[0].kind else {
      throw fail(.syntax, at: callee.offset, "'guard' takes the name of a class of locks")
    }
    return try takeGuard(guarded, arguments, at: statement.offset)
  }

  func takeGuard(
    _ name: Name, _ arguments: [Expression], at offset: Int
  ) throws(Abandoned) -> GuardCalls {
    if current?.isInAtomic ?? false {
      throw fail(.refused, at: offset, "a lock is not waited for within 'atomic'")
    }
    let text = text(name)
    if text == "rcu" {
      guard arguments.isEmpty else {
        throw fail(.type, at: offset, "'guard(rcu)' takes no arguments")
      }
      return GuardCalls(
        lock: primitive(.rcu(.enter), nil, at: offset),
        unlock: primitive(.rcu(.leave), nil, at: offset))
    }
    guard let known = Self.classes[text] else {
      throw fail(
        .refused, at: offset,
        "guards of class '\(text)' are not known"
          + suggestion(for: text, among: Self.classes.keys.sorted() + ["rcu"]))
    }
    guard arguments.count == 1 else {
      throw fail(.type, at: offset, "'guard(\(text))' takes a pointer to the lock")
    }
    let found = try objectPlace(arguments[0], [known.kind], "guard(\(text))")
    let (place, before) = once(found.place)
    var lock = primitive(.lock(known.lock, in: known.context), place, at: offset)
    var kept: [TypedExpression] = []
    if known.context == .savedInterrupts {
      lock.type = .integer(.unsignedLong)
      let flags = keep(lock, as: "flags")
      (lock, kept) = (flags.assign, [flags.read])
    }
    return GuardCalls(
      lock: after(before, lock),
      unlock: primitive(.lock(known.unlock, in: known.context), place, kept, at: offset))
  }
}
