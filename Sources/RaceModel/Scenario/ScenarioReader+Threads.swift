extension ScenarioReader {
  static func threads(
    _ objects: [CheckedObject], on machine: Scenario.Machine
  ) throws(ScenarioFault) -> [Scenario.ThreadScript] {
    var names = FirstUses(of: .threadName)
    var threads: [Scenario.ThreadScript] = []
    /// The thread that runs the loads and stores of a vCPU, by the vCPU's index.
    var runners: [Int: String] = [:]
    for object in objects {
      let name = object.text(ThreadKeys.name)
      try names.insert(name, at: object.position(of: ThreadKeys.name))
      var run: [PathCall] = []
      for object in object.objects(ThreadKeys.run) {
        let call = try call(object, on: machine)
        run.append(call)
        guard let vcpu = call.runningVCPU else { continue }
        if let other = runners.updateValue(name, forKey: vcpu), other != name {
          throw ScenarioFault(
            .vcpuOnTwoThreads(machine.vcpus[vcpu].name, otherThread: other),
            at: object.position(of: CallKeys.vcpu))
        }
      }
      threads.append(Scenario.ThreadScript(name: name, run: run))
    }
    return threads
  }

  private static func call(
    _ object: CheckedObject, on machine: Scenario.Machine
  ) throws(ScenarioFault) -> PathCall {
    switch object.choice(CallKeys.path, of: PathName.self) {
    case .l2Load:
      let vcpu = try vcpu(object, of: machine)
      return .l2Load(vcpu: vcpu, page: try page(object, of: machine, vcpu: vcpu))
    case .l2Store:
      let vcpu = try vcpu(object, of: machine)
      return .l2Store(vcpu: vcpu, page: try page(object, of: machine, vcpu: vcpu))
    case .getDirtyLog:
      return .getDirtyLog(slot: try loggedSlot(object, of: machine))
    case .evictTLB:
      return .evictTLB(
        vcpu: try vcpu(object, of: machine), times: object.integer(CallKeys.times))
    }
  }

  private static func vcpu(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Int {
    let name = object.text(CallKeys.vcpu)
    guard let index = machine.vcpus.firstIndex(where: { $0.name == name }) else {
      throw ScenarioFault(
        .unknownReference(.vcpu, name, known: machine.vcpus.map(\.name)),
        at: object.position(of: CallKeys.vcpu))
    }
    return index
  }

  private static func page(
    _ object: CheckedObject, of machine: Scenario.Machine, vcpu: Int
  ) throws(ScenarioFault) -> Int {
    try pageIndex(
      of: object.integer(CallKeys.n), in: machine.guests[machine.vcpus[vcpu].guest],
      at: object.position(of: CallKeys.n))
  }

  private static func loggedSlot(
    _ object: CheckedObject, of machine: Scenario.Machine
  ) throws(ScenarioFault) -> Int {
    let id = object.integer(CallKeys.slot)
    let position = object.position(of: CallKeys.slot)
    guard let index = machine.slots.firstIndex(where: { $0.id == id }) else {
      throw ScenarioFault(
        .unknownReference(.slot, "\(id)", known: machine.slots.map { "\($0.id)" }), at: position)
    }
    guard machine.slots[index].logDirty else {
      throw ScenarioFault(.slotNotLogged(id: id), at: position)
    }
    return index
  }
}

extension PathCall {
  /// The vCPU that executes the call; nil for a call that only acts on one.
  fileprivate var runningVCPU: Int? {
    switch self {
    case .l2Load(let vcpu, _), .l2Store(let vcpu, _): vcpu
    case .getDirtyLog, .evictTLB: nil
    }
  }
}
