extension ScenarioReader {
  static func threads(
    _ objects: [CheckedObject], on machine: Scenario.Machine
  ) throws(ScenarioFault) -> [Scenario.ThreadScript] {
    var names = FirstUses(of: .threadName)
    var threads: [Scenario.ThreadScript] = []
    /// The thread that runs the loads and stores of a vCPU, by the vCPU's index.
    var runners: [Int: String] = [:]
    /// The line in which a vCPU is stopped, by the vCPU's index.
    var stops: [Int: Int] = [:]
    /// The harvests, with where to point, by slot.
    var harvests: [(slot: Int, position: SourcePosition)] = []
    var updates: [Int: SlotUpdate] = [:]
    for object in objects {
      let name = object.text(ThreadKeys.name)
      try names.insert(name, at: object.position(of: ThreadKeys.name))
      var run: [PathCall] = []
      for object in object.objects(ThreadKeys.run) {
        let call = try call(object, on: machine)
        run.append(call)
        let position = object.position(of: Argument.slot.key)
        let use = KVM.Use(of: call, on: machine)
        harvests += use.harvestedSlots.map { ($0, position) }
        for (slot, update) in use.updates where updates.updateValue(update, forKey: slot) != nil {
          throw ScenarioFault(.slotChangedTwice(id: machine.slots[slot].id), at: position)
        }
        for case (let slot, .setLogging(let isOn)) in use.updates
        where machine.slots[slot].logDirty == isOn {
          throw ScenarioFault(
            .loggingIsUnchanged(id: machine.slots[slot].id, isOn: isOn), at: position)
        }
        guard let vcpu = call.runningVCPU else { continue }
        if let other = runners.updateValue(name, forKey: vcpu), other != name {
          throw ScenarioFault(
            .vcpuOnTwoThreads(machine.vcpus[vcpu].name, otherThread: other),
            at: object.position(of: Argument.vcpu.key))
        }
        if let line = stops[vcpu] {
          throw ScenarioFault(
            .vcpuIsStopped(machine.vcpus[vcpu].name, line: line),
            at: object.position(of: Argument.vcpu.key))
        }
        if call.path == StopVCPU.path { stops[vcpu] = object.position.line }
      }
      threads.append(Scenario.ThreadScript(name: name, run: run))
    }
    for (slot, position) in harvests
    where !machine.slots[slot].logDirty && updates[slot] != .setLogging(true) {
      throw ScenarioFault(.slotNotLogged(id: machine.slots[slot].id), at: position)
    }
    return threads
  }

  private static func call(
    _ object: CheckedObject, on machine: Scenario.Machine
  ) throws(ScenarioFault) -> PathCall {
    try checkTable(of: object, CallKeys.path, noun: "path", on: machine) {
      PathSpec(rawValue: $0)?.tables ?? []
    }
    let path = object.choice(CallKeys.path, of: PathSpec.self)
    return try PathCall(path, from: object, on: machine)
  }
}
