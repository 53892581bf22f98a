extension ScenarioReader {
  /// The threads of a file or a row, as far as they can be read.
  func threads(
    of root: CheckedObject, _ key: Key, on machine: Scenario.Machine
  ) -> [Scenario.ThreadScript] {
    var threads: [Scenario.ThreadScript] = []
    var record = CallRecord()
    var names = FirstUses(of: .threadName)
    let objects = objects(root, key)
    record.isWhole = isRight(root, key)
    for object in objects {
      let name = text(object, ThreadKeys.name)
      if let name { names.insert(name, at: object.position(of: ThreadKeys.name), faults) }
      var run: [PathCall] = []
      for call in self.objects(object, ThreadKeys.run) {
        if let read = self.call(call, of: name, on: machine, &record) {
          run.append(read)
        } else {
          record.isWhole = false
        }
      }
      threads.append(Scenario.ThreadScript(name: name ?? "", run: run))
    }
    // A call that was not read may start the log.
    for (slot, position) in record.harvests where record.isWhole {
      if !machine.slots[slot].logDirty && record.updates[slot] != .setLogging(true) {
        faults.note(.slotNotLogged(id: machine.slots[slot].id), at: position)
      }
    }
    return threads
  }

  /// What the calls of some threads do, as far as they must fit each other.
  private struct CallRecord {
    /// The thread that runs the loads and stores of a vCPU, by the vCPU's index.
    var runners: [Int: String] = [:]
    /// The line in which a vCPU is stopped, by the vCPU's index.
    var stops: [Int: Int] = [:]
    /// The harvests, with where to point, by slot.
    var harvests: [(slot: Int, position: SourcePosition)] = []
    var updates: [Int: SlotUpdate] = [:]
    /// Whether all calls have been read.
    var isWhole = true
  }

  /// A call of the thread called `thread`; nil for one that cannot be read.
  private func call(
    _ object: CheckedObject, of thread: String?, on machine: Scenario.Machine,
    _ record: inout CallRecord
  ) -> PathCall? {
    let before = faults.count
    checkTable(of: object, CallKeys.path, noun: "path", on: machine) {
      PathSpec(rawValue: $0)?.tables ?? []
    }
    guard faults.count == before, isRight(object) else { return nil }
    let path = object.choice(CallKeys.path, of: PathSpec.self)
    let call = faults.attempt { () throws(ScenarioFault) in
      try PathCall(path, from: object, on: machine)
    }
    guard let call else { return nil }
    let position = object.position(of: Argument.slot.key)
    let use = KVM.Use(of: call, on: machine)
    record.harvests += use.harvestedSlots.sorted().map { ($0, position) }
    for (slot, update) in use.updates {
      let id = machine.slots[slot].id
      if record.updates.updateValue(update, forKey: slot) != nil {
        faults.note(.slotChangedTwice(id: id), at: position)
      } else if case .setLogging(let isOn) = update, machine.slots[slot].logDirty == isOn {
        faults.note(.loggingIsUnchanged(id: id, isOn: isOn), at: position)
      }
    }
    check(call, at: object, of: thread, on: machine, &record)
    return call
  }

  /// Notes a vCPU that runs where or when it cannot.
  private func check(
    _ call: PathCall, at object: CheckedObject, of thread: String?, on machine: Scenario.Machine,
    _ record: inout CallRecord
  ) {
    guard let vcpu = call.runningVCPU else { return }
    let name = machine.vcpus[vcpu].name
    let position = object.position(of: Argument.vcpu.key)
    if let thread, let other = record.runners[vcpu], other != thread {
      faults.note(.vcpuOnTwoThreads(name, otherThread: other), at: position)
    } else if let line = record.stops[vcpu] {
      faults.note(.vcpuIsStopped(name, line: line), at: position)
    }
    if let thread { record.runners[vcpu] = record.runners[vcpu] ?? thread }
    if call.path == StopVCPU.path { record.stops[vcpu] = object.position.line }
  }
}
