import RaceModel

extension PathCall {
  /// The call with its arguments named as scenario files name them.
  func text(on machine: Scenario.Machine) -> String {
    switch self {
    case .l2Load(let vcpu, let page): access(.l2Load, vcpu, page, machine)
    case .l2Store(let vcpu, let page): access(.l2Store, vcpu, page, machine)
    case .getDirtyLog(let slot): "\(PathName.getDirtyLog.rawValue) slot=\(machine.slots[slot].id)"
    case .evictTLB(let vcpu, let times):
      "\(PathName.evictTLB.rawValue) vcpu=\(machine.vcpus[vcpu].name) times=\(times)"
    }
  }

  private func access(
    _ path: PathName, _ vcpu: Int, _ page: Int, _ machine: Scenario.Machine
  ) -> String {
    let core = machine.vcpus[vcpu]
    let n = machine.guests[core.guest].pages[page].n
    return "\(path.rawValue) vcpu=\(core.name) n=\(n.hex)"
  }
}
