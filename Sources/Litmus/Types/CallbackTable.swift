/// Functions that have something done when the readers of now have left.
enum CallbackFunction: Hashable, Sendable {
  /// `call_rcu(&p->rcu, f)`, `call_srcu(&domain, &p->rcu, f)`.
  case call(inDomain: Bool)
  /// `kfree_rcu(p, rcu)`.
  case free
  /// `kfree_rcu_mightsleep(p)`, which needs no head.
  case freeObject

  /// By name.
  static let table: [String: CallbackFunction] = [
    "call_rcu": .call(inDomain: false), "call_rcu_hurry": .call(inDomain: false),
    "call_srcu": .call(inDomain: true), "kfree_rcu": .free, "kvfree_rcu": .free,
    "kfree_rcu_mightsleep": .freeObject, "kvfree_rcu_mightsleep": .freeObject,
  ]

  var argumentCount: Int {
    switch self {
    case .call(let inDomain): inDomain ? 3 : 2
    case .free: 2
    case .freeObject: 1
    }
  }
}

/// What is done when the readers have left that a head waits for.
enum Callback: Hashable, Sendable {
  /// A function of the file is called with the head's address, by its number.
  case function(Int)
  /// The object is freed in which the head lies, so many cells behind the object's start.
  case free(offset: Int)
  /// The object is freed, which has no head for it.
  case freeObject
}

/// A part of how callbacks are queued, run and waited for.
enum CallbackStep: Hashable, Sendable {
  /// The head at `address` is queued for a callback, by its number; `value` is the address of the
  /// domain of SRCU, if it is of one.
  case queue(Int)
  /// The same for the object that `address` is the start of.
  case queueObject(Int)
  /// A callback starts whose readers have left: `target` is its number, from 1 on.
  case start
  /// It has come to its end.
  case leave
  /// Notes which callbacks are queued, of the domain at `address` or of RCU, and waits until they
  /// have run.
  case noteBarrier, awaitBarrier
}

extension PrimitiveFunction {
  static func addCallbacks(to table: inout Table) {
    table["rcu_barrier"] = PrimitiveFunction(
      arguments: [], result: .nothing, meaning: .primitive(.callbackBarrier))
    table["srcu_barrier"] = PrimitiveFunction(
      arguments: [.object([.srcu])], result: .nothing, meaning: .primitive(.callbackBarrier))
  }
}
