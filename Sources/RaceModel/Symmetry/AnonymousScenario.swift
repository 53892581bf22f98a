/// What is left of a scenario's machine and scripts when nothing is called by its name.
///
/// LPIDs, frames, L2 pages and names of vCPUs and threads only tell things apart: each is replaced
/// by the place at which it is listed, or first met. Relistings with equal anonymous scenarios can
/// be told apart by names alone.
struct AnonymousScenario: Hashable {
  let machine: Scenario.Machine
  let runs: [[PathCall]]
  /// By what a guest frame is replaced with: the frame.
  let gfns: [Int]
  /// The same of host frames.
  let rpns: [Int]

  init(_ machine: Scenario.Machine, _ runs: [[PathCall]]) {
    let numbers = FirstMet(machine)
    self.machine = numbers.anonymous()
    self.runs = runs.map { run in run.map { $0.renumbered(by: numbers) } }
    (gfns, rpns) = (numbers.gfns, numbers.rpns)
  }

  static func == (left: AnonymousScenario, right: AnonymousScenario) -> Bool {
    (left.machine, left.gfns.count, left.rpns.count)
      == (right.machine, right.gfns.count, right.rpns.count) && left.runs == right.runs
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(machine)
    hasher.combine(runs)
  }
}

/// Frames become numbers in the order in which they are met; what is listed keeps its place.
private final class FirstMet: Renumbering {
  let machine: Scenario.Machine
  private(set) var gfns: [Int] = []
  private(set) var rpns: [Int] = []

  init(_ machine: Scenario.Machine) {
    self.machine = machine
    for slot in machine.slots { slot.offsets.forEach { _ = gfn(slot.baseGFN + $0) } }
  }

  /// The machine without names.
  func anonymous() -> Scenario.Machine {
    var result = machine
    for index in machine.slots.indices {
      result.slots[index].id = index
      result.slots[index].baseGFN = gfn(
        machine.slots[index].baseGFN + machine.slots[index].offsets[0])
      result.slots[index].order = nil
    }
    result.pages = machine.pages.map { page in
      var page = page
      page.gfn = gfn(page.gfn)
      return page
    }.sorted { $0.gfn < $1.gfn }
    for index in result.pages.indices where result.pages[index].rpn != 0 {
      result.pages[index].rpn = rpn(result.pages[index].rpn)
    }
    for guest in machine.guests.indices {
      result.guests[guest].l1LPID = guest
      result.guests[guest].shadowLPID = guest
      for page in machine.guests[guest].pages.indices {
        result.guests[guest].pages[page].n = page
        result.guests[guest].pages[page].gpte = machine.guests[guest].pages[page].gpte.map {
          .init(gfn: gfn($0.gfn), bits: $0.bits)
        }
      }
    }
    for vcpu in machine.vcpus.indices { result.vcpus[vcpu].name = "" }
    return result
  }

  func gfn(_ number: Int) -> Int { Self.place(of: number, in: &gfns) }
  func rpn(_ number: Int) -> Int { Self.place(of: number, in: &rpns) }

  func gfn(_ base: Int, ofSlot slot: Int) -> Int {
    for offset in 0..<machine.slots[slot].npages { _ = gfn(base + offset) }
    return gfn(base)
  }

  private static func place(of number: Int, in met: inout [Int]) -> Int {
    if let place = met.firstIndex(of: number) { return place }
    met.append(number)
    return met.count - 1
  }

  func vcpu(_ index: Int) -> Int { index }
  func guest(_ index: Int) -> Int { index }
  func page(_ index: Int, ofGuest guest: Int) -> Int { index }
  func slot(_ index: Int) -> Int { index }
}
