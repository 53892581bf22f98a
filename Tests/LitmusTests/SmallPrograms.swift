@testable import Litmus

// Programs about small helpers, and about locks that are taken for the last reference.
extension FunctionProgram {
  static func small(_ name: String, _ function: SmallFunction) -> FunctionProgram {
    switch function {
    case .lesserOfThree:
      return FunctionProgram(
        "\(name)(x, 4, y)", instead: "x",
        in: "int x = 7, y = 5;\nthread a(void) { assert(CALL == 4 && \(name)(x, y, 9) == 5); }")
    case .greaterOfThree:
      return FunctionProgram(
        "\(name)(x, 4, y)", instead: "x",
        in: "int x = 2, y = 5;\nthread a(void) { assert(CALL == 5 && \(name)(9, x, y) == 9); }")
    case .lesserUnsigned:
      return FunctionProgram(
        "\(name)(x, y)", instead: "x",
        in: "int x = -1;\nu8 y = 3;\nthread a(void) { assert(CALL == 3); }")
    case .greaterUnsigned:
      return FunctionProgram(
        "\(name)(x, y)", instead: "x",
        in: "int x = 3, y = -1;\nthread a(void) { assert(CALL == U32_MAX); }")
    case .magnitude:
      return FunctionProgram(
        "\(name)(x)", instead: "x",
        in: "int x = -7;\nthread a(void) { assert(CALL == 7 && \(name)(3) == 3); }")
    case .isErrorOrNull:
      return FunctionProgram(
        "\(name)(p)", instead: "0",
        in: "int x, *p;\nthread a(void) { assert(CALL); p = ERR_PTR(-EIO); assert(CALL); "
          + "p = &x; assert(!\(name)(p)); }")
    case .errorOrZero:
      return FunctionProgram(
        "\(name)(p)", instead: "0",
        in: "int x, *p = &x;\nthread a(void) { assert(!\(name)(p)); p = ERR_PTR(-EIO); "
          + "assert(CALL == -EIO); }")
    case .replacePointer:
      return FunctionProgram(
        "\(name)(p, &y, 1)", instead: "p",
        in: "int x, y, *p = &x;\nthread a(void) { int *q = CALL; assert(q == &x && p == &y); }")
    case .readUntil:
      let counter = counter(name)
      func set(_ value: String) -> String {
        switch counter.type {
        case "int": "x = \(value);"
        case "atomic_t": "atomic_set(&x, \(value));"
        default: "atomic64_set(&x, \(value));"
        }
      }
      return FunctionProgram(
        "\(name)(&x, VAL > 1)", instead: "2",
        in: "\(counter.declaration("0"))\nint y;\n"
          + "thread a(void) { assert(CALL == 2 && READ_ONCE(y)); }\n"
          + "thread b(void) { \(set("1")) WRITE_ONCE(y, 1); \(set("2")) }")
    case .dropAndLock(let last):
      let type = last.isRefcount ? "refcount_t r = REFCOUNT_INIT(2)" : "atomic_t r = ATOMIC_INIT(2)"
      let lock = last.lock == .mutex ? "mutex" : "spin"
      let flags = last.savesInterrupts ? ", &flags" : ""
      let unlock =
        last.savesInterrupts ? "spin_unlock_irqrestore(&l, flags);" : "\(lock)_unlock(&l);"
      return FunctionProgram(
        "\(name)(&r, &l\(flags))", instead: "0",
        in: "\(type);\n\(last.lock.text) l;\nint gone;\n"
          + "static void put(void) { unsigned long flags; if (!CALL) return; "
          + "lockdep_assert_held(&l); gone++; \(unlock) }\nthread a(void) { put(); }\n"
          + "thread b(void) { put(); }\nfinally p: gone == 1")
    case .tryLockSaved:
      let raw = name.hasPrefix("raw") ? "raw_" : ""
      return FunctionProgram(
        "\(name)(&l, flags)", instead: "1",
        in: "\(raw)spinlock_t l;\nint x;\nstruct mutex m;\n"
          + "static void f(void) { unsigned long flags = 0; if (!CALL) { mutex_lock(&m); "
          + "mutex_unlock(&m); return; } x++; assert(x == 1); x--; "
          + "\(raw)spin_unlock_irqrestore(&l, flags); }\n"
          + "thread a(void) { f(); }\nthread b(void) { f(); }")
    }
  }
}
