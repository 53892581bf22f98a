internal import Scheduler

// That paths come to the end that they are there for.
extension PropertySpec {
  package static let entrySucceeds = PropertySpec(
    "entry-succeeds", fact: "P1n",
    "When all is done, no entry of a valid guest has been refused.",
    radix: { world, _ in
      let kvm = world.kvm
      return .nowhere(.atEnd) { state in
        kvm.machine.vcpus.indices.first { state[kvm.ghosts.refused, $0] }
      } explain: { _, core in
        "\(kvm.machine.vcpus[core].name) was refused with H_PARAMETER"
      }
    })

  package static let progress = PropertySpec(
    "progress", fact: "P1n",
    "Every path returns in the end, when all threads run and locks serve those who wait in turn.",
    anyTable: { _ in Statement(.terminates(.strong)) })

  package static let progressUnfairLocks = PropertySpec(
    "progress-unfair-locks", fact: "P1n",
    "Every path returns in the end, when all threads run, even if a lock passes over who waits.",
    anyTable: { _ in Statement(.terminates(.weak)) })
}
