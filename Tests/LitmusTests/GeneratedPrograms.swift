/// Makes small programs with loops, locks, calls and read-modify-writes, from a seed.
struct GeneratedProgram {
  private var random: Random
  private var depth = 0
  private var budget = 0
  private(set) var text = ""

  /// What is compared: the globals, in the order of the file.
  static let shown = ["x", "y", "b", "a[0]", "a[1]", "n"]

  init(seed: UInt64) {
    random = Random(seed: seed)
    let threads = 2 + random.below(2)
    text = """
      C generated
      int x, y = 1;
      unsigned char b = 254;
      int a[2] = { 3 };
      atomic_t n;
      spinlock_t l, k;
      static int pick(int v, int w) { if (v > w) return v - x; while (w > 2) w--; return w; }
      static void bump(int i) { a[i & 1]++; }

      """
    for thread in 0..<threads {
      budget = threads == 2 ? 5 : 3
      text += "thread t\(thread)(void)\n{\n  int i = 0, r = \(random.below(3)), s = 1;\n"
      for _ in 0..<(2 + random.below(3)) { text += statement(1) }
      text += "}\n"
    }
    text += "locations [\(Self.shown.joined(separator: "; "))]\n"
  }

  private mutating func statement(_ level: Int) -> String {
    let pad = String(repeating: "  ", count: level)
    if budget <= 0 { return "\(pad)\(random.pick(["r", "s"])) = \(local());\n" }
    let isDeep = level >= 3
    switch random.below(isDeep ? 8 : 15) {
    case 0: return "\(pad)\(global()) = \(expression());\n"
    case 1: return "\(pad)r = \(expression());\n"
    case 2: return "\(pad)\(global())\(random.pick(["++", "--", " += r", " ^= s", " <<= 1"]));\n"
    case 3: return "\(pad)s = xchg(&\(random.pick(["x", "y"])), \(local()));\n".spending(&budget)
    case 4:
      return "\(pad)r = cmpxchg(&x, \(local()), \(local()));\n".spending(&budget)
    case 5:
      return "\(pad)s = \(random.pick(["atomic_add_return", "atomic_fetch_add"]))(2, &n);\n"
        .spending(&budget)
    case 6: return "\(pad)r = pick(\(expression()), \(local()));\n".spending(&budget)
    case 7: return "\(pad)bump(\(local()));\n".spending(&budget)
    case 8, 9:
      let test = condition()
      let first = statement(level + 1)
      if random.oneIn(2) { return "\(pad)if (\(test)) {\n\(first)\(pad)}\n" }
      return "\(pad)if (\(test)) {\n\(first)\(pad)} else {\n\(statement(level + 1))\(pad)}\n"
    case 10:
      let body = statement(level + 1)
      let leave = random.pick(["", "\(pad)  if (r == 1) break;\n", "\(pad)  if (i) continue;\n"])
      return "\(pad)for (i = 0; i < 2; i++) {\n\(leave)\(body)\(pad)}\n"
    case 11:
      let body = statement(level + 1)
      return "\(pad)i = 0;\n\(pad)do {\n\(body)\(pad)} while (++i < 2 && \(condition()));\n"
    case 12:
      let (one, two) = (statement(level + 1), statement(level + 1))
      let fall = random.oneIn(2) ? "\(pad)  break;\n" : ""
      return "\(pad)switch (\(expression())) {\n\(pad)case 1:\n\(one)\(fall)"
        + "\(pad)default:\n\(two)\(pad)}\n"
    case 13:
      budget -= 2
      let lock = random.pick(["l", "k"])
      if random.oneIn(3) {
        return "\(pad)if (spin_trylock(&\(lock))) {\n\(statement(level + 1))"
          + "\(pad)  spin_unlock(&\(lock));\n\(pad)}\n"
      }
      let inner =
        random.oneIn(2)
        ? "\(pad)  spin_lock(&\(lock == "l" ? "k" : "l"));\n"
          + "\(pad)  spin_unlock(&\(lock == "l" ? "k" : "l"));\n" : statement(level + 1)
      return "\(pad)spin_lock(&\(lock));\n\(inner)\(pad)spin_unlock(&\(lock));\n"
    default:
      let body = statement(level)
      let label = "out\(random.below(1 << 30))"
      return "\(pad)if (\(condition()))\n\(pad)  goto \(label);\n\(body)\(pad)\(label):\n\(pad);\n"
    }
  }

  private mutating func global() -> String {
    budget -= 1
    return random.pick(["x", "y", "b", "a[0]", "a[r & 1]", "a[x & 1]"])
  }

  private mutating func local() -> String {
    random.pick(["r", "s", "i", "0", "1", "2", "r + s", "s - 1", "-r", "~i", "r == s", "(u8)r"])
  }

  private mutating func expression() -> String {
    switch random.below(8) {
    case 0, 1: return local()
    case 2: return global()
    case 3: return "\(global()) + \(local())"
    case 4: return "\(condition()) ? \(global()) : \(local())"
    case 5: return "(\(global()), r++, r)"
    case 6: return "(s = \(global())) * 2"
    case 7 where random.oneIn(2): return "(\(global()) ?: \(random.oneIn(2) ? global() : local()))"
    default: return "READ_ONCE(x) - \(global())"
    }
  }

  private mutating func condition() -> String {
    switch random.below(6) {
    case 0: "\(global()) == \(random.below(3))"
    case 1: "r > s"
    case 2: "\(global()) && \(global()) > 1"
    case 3: "!\(global()) || s"
    case 4: "b > 200u"
    default: "i"
    }
  }
}

extension String {
  /// The same text; it takes one of what is left to spend.
  fileprivate func spending(_ budget: inout Int) -> String {
    budget -= 1
    return self
  }
}
