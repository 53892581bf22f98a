import RaceModel

extension PathCall {
  /// The call with its arguments named as scenario files name them.
  func text(on machine: Scenario.Machine) -> String {
    let (name, arguments) = parts(on: machine)
    return ([name.rawValue] + arguments.map { "\($0.rawValue)=\($1)" }).joined(separator: " ")
  }

  private typealias Arguments = [(PathName.Argument, String)]

  private func parts(on machine: Scenario.Machine) -> (PathName, Arguments) {
    func core(_ vcpu: Int) -> Arguments { [(.vcpu, machine.vcpus[vcpu].name)] }
    func page(_ guest: Int, _ page: Int) -> Arguments {
      [(.n, machine.guests[guest].pages[page].n.hex)]
    }
    func guest(_ guest: Int) -> Arguments { [(.lpid, "\(machine.guests[guest].l1LPID)")] }
    func slot(_ slot: Int) -> Arguments { [(.slot, "\(machine.slots[slot].id)")] }
    func access(_ vcpu: Int, _ number: Int) -> Arguments {
      core(vcpu) + page(machine.vcpus[vcpu].guest, number)
    }
    func entry(_ vcpu: Int, _ index: Int) -> Arguments { core(vcpu) + [(.index, "\(index)")] }
    switch self {
    case .l2Load(let vcpu, let number): return (.l2Load, access(vcpu, number))
    case .l2Store(let vcpu, let number): return (.l2Store, access(vcpu, number))
    case .l1Load(let vcpu, let gfn): return (.l1Load, core(vcpu) + [(.gfn, gfn.hex)])
    case .l1Store(let vcpu, let gfn): return (.l1Store, core(vcpu) + [(.gfn, gfn.hex)])
    case .getDirtyLog(let index): return (.getDirtyLog, slot(index))
    case .ageGFN(let gfn): return (.ageGFN, [(.gfn, gfn.hex)])
    case .invalidateRange(let gfn, let rpn):
      return (.invalidateRange, [(.gfn, gfn.hex), (.rpn, rpn.hex)])
    case .enterNested(let vcpu): return (.enterNested, core(vcpu))
    case .exitNested(let vcpu): return (.exitNested, core(vcpu))
    case .tlbiePage(let index, let number):
      return (.tlbiePage, guest(index) + page(index, number))
    case .tlbieLPID(let index, let ric):
      return (.tlbieLPID, guest(index) + [(.ric, "\(ric.rawValue)")])
    case .tlbieAll(let ric): return (.tlbieAll, [(.ric, "\(ric.rawValue)")])
    case .copyFromGuest(let vcpu, let number): return (.copyFromGuest, access(vcpu, number))
    case .copyToGuest(let vcpu, let number): return (.copyToGuest, access(vcpu, number))
    case .l1SetGpte(let index, let number, let entry):
      let value = entry.map { "\($0.gfn.hex) \($0.bits)" } ?? "absent"
      return (.l1SetGpte, guest(index) + page(index, number) + [(.gpte, value)])
    case .l1SetPartition(let index, let isSet):
      return (.l1SetPartition, guest(index) + [(.root, isSet ? "set" : "zero")])
    case .setMemslot(let index, .delete): return (.deleteMemslot, slot(index))
    case .setMemslot(let index, .move(let base)):
      return (.moveMemslot, slot(index) + [(.base, base.hex)])
    case .setMemslot(let index, .setLogging(let isOn)):
      return (isOn ? .startLogging : .stopLogging, slot(index))
    case .switchToHPT: return (.switchToHPT, [])
    case .flushTLB(let vcpu): return (.flushTLB, core(vcpu))
    case .hptLoad(let vcpu, let index): return (.hptLoad, entry(vcpu, index))
    case .hptStore(let vcpu, let index): return (.hptStore, entry(vcpu, index))
    case .hEnter(let vcpu, let index, let gfn, let bits):
      return (.hEnter, entry(vcpu, index) + [(.gfn, gfn.hex), (.bits, "\(bits)")])
    case .hRemove(let vcpu, let index): return (.hRemove, entry(vcpu, index))
    case .hProtect(let vcpu, let index, let mayWrite):
      return (.hProtect, entry(vcpu, index) + [(.protection, mayWrite ? "rw" : "ro")])
    case .stopVCPU(let vcpu): return (.stopVCPU, core(vcpu))
    case .evictTLB(let vcpu, let times):
      return (.evictTLB, core(vcpu) + [(.times, "\(times)")])
    }
  }
}
