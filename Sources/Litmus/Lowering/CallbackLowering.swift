/// A `struct rcu_head`: where it lies, and the slots that say what it is queued for.
///
/// They are no part of its object, so that what is queued is still started when that is no more.
struct CallbackHead: BitwiseCopyable {
  var location: Int32
  /// What it is queued for, from 1 on; 0 if it is not.
  ///
  /// Beyond the number of callbacks, its object has ended since.
  var queued: Int32
  /// The readers that must leave first, as ``LoweredProgram/rcuWaits`` has them.
  var readers: Int32
  /// The address of the domain of SRCU; 0 for RCU, -1 for the slot if there is no other.
  var domain: Int32 = -1
  /// The machines that wait until it has run, as a mask; -1 if none does.
  var awaited: Int32 = -1
  /// The object that it stands for, which is freed without a head of its own; -1 for a real one.
  var object: Int32 = -1
}

/// The slots of the machine that runs callbacks; -1 for those that nobody needs.
struct CallbackSlots: BitwiseCopyable {
  var machine: Int32 = -1
  /// Whether one runs, and how many are queued.
  var running: Int32 = -1
  var pending: Int32 = -1
  /// The head's address that the one has which runs, the domain that it is of, and who waits for
  /// it.
  var argument: Int32 = -1
  var domain: Int32 = -1
  var awaited: Int32 = -1
}

extension Lowering {
  /// Whether callbacks wait for readers of SRCU.
  var hasDomains: Bool {
    var found = false
    program.visitExpressions { expression in
      if case .primitive(.queueCallback, .some, let domain) = expression.kind, !domain.isEmpty {
        found = true
      }
    }
    return found
  }

  private var hasBarrier: Bool { program.usesPrimitive { $0 == .callbackBarrier } }

  /// Gives the machine that runs callbacks its slots.
  func layOutCallbacks() {
    result.callbackNames = program.callbacks.map { callback in
      switch callback {
      case .function(let number): program.functions[number].name
      case .free, .freeObject: "kfree"
      }
    }
    let machine = program.threads.firstIndex { $0.activity == .callbacks }
    guard let machine else { return }
    var slots = CallbackSlots(machine: Int32(machine))
    (slots.running, slots.pending) = (
      result.handlers[machine].running, result.handlers[machine].pending
    )
    let name = program.threads[machine].name
    slots.argument = share(.pointer, "\(name).head")
    // It is the parameter of the callback, which has a name of its own.
    result.slots[Int(slots.argument)].isTemporary = true
    if hasDomains { slots.domain = share(.pointer, "\(name).domain") }
    if hasBarrier { slots.awaited = share(.integer(.unsignedLong), "\(name).awaited") }
    result.callbacks = slots
  }

  /// Gives a head that has been laid out the slots that say what it is queued for.
  ///
  /// `object` is the number of the one that has no head of its own.
  func addHead(named name: String, at location: Int, object: Int = -1) {
    if program.callbacks.isEmpty { return }
    let most = Int64(2 * program.callbacks.count)
    var head = CallbackHead(
      location: Int32(location), queued: share(.upTo(most), "\(name).queued"),
      readers: share(.integer(.unsignedLong), "\(name).waits-for"))
    result.slots[Int(head.queued)].use = .queued
    if hasDomains { head.domain = share(.pointer, "\(name).waits-on") }
    if hasBarrier { head.awaited = share(.integer(.unsignedLong), "\(name).awaited") }
    head.object = Int32(object)
    result.heads.append(head)
  }

  /// What is freed without a head is queued as if it had one.
  func layOutObjectHeads() {
    guard program.callbacks.contains(.freeObject) else { return }
    for number in result.objects.indices where result.objects[number].life >= 0 {
      let object = result.objects[number]
      addHead(named: object.name, at: object.base, object: number)
    }
  }

  func callbackBarrier(_ place: Place?, at offset: Int) -> Int32 {
    refuseWait("a callback", at: offset)
    let address = place.map { self.address(of: $0) } ?? -1
    emit(
      Instruction(
        operation: .callback(.noteBarrier), isStep: true, isMarked: true, address: address,
        depthSlot: depthSlot), at: offset)
    emit(
      Instruction(operation: .callback(.awaitBarrier), isStep: true, isMarked: true), at: offset)
    return constant(0)
  }

  /// Callbacks are run one after another, each as a call of its function.
  func lowerCallbacks(at offset: Int) {
    let (start, end) = (newLabel(), newLabel())
    place(start)
    let which = temporary(.int)
    emit(
      Instruction(operation: .callback(.start), isStep: true, isMarked: true, target: which),
      at: offset)
    deepen(by: constant(1), at: offset)
    for (index, callback) in program.callbacks.enumerated() {
      let (isMeant, next) = (newLabel(), newLabel())
      let isIt = binary(.equal, slot(which), constant(Int64(index + 1)), .int)
      emit(
        Instruction(operation: .branch, value: isIt, next: Int32(isMeant), other: Int32(next)),
        at: offset)
      place(isMeant)
      let head = slot(result.callbacks.argument)
      switch callback {
      case .function(let number):
        _ = inline(number, [[head]], isUsed: false, at: offset)
      case .free(let distance):
        let object = node(
          Node(operation: .offset, a: head, b: constant(Int64(-distance)), value: 1))
        emit(Instruction(operation: .free, isMarked: true, address: object), at: offset)
      case .freeObject:
        emit(Instruction(operation: .free, isMarked: true, address: head), at: offset)
      }
      jump(to: end, at: offset)
      place(next)
    }
    place(end)
    deepen(by: constant(-1), at: offset)
    emit(Instruction(operation: .callback(.leave)), at: offset)
    jump(to: start, at: offset)
  }
}
