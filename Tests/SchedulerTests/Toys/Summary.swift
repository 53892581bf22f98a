import Scheduler

/// What there is to say about a system, as text.
func summary(of system: System) throws -> String {
  let exploration = Explorer.explore(system)
  var lines = [
    "\(exploration.verdict): \(exploration.counts.states) states, "
      + "\(exploration.counts.transitions) steps"
  ]
  for finding in exploration.findings {
    guard case .violated(let found) = finding.result else { continue }
    let token = try found.schedule.token(for: system)
    lines.append("\(finding.id): \(found.preemptions) preemptions, schedule \(token)")
    for step in try system.replay(found.schedule).steps {
      let changes = step.changes.filter { $0.role == .shared }
        .map { "\($0.name): \($0.old) -> \($0.new)" }
      let columns = [
        system.threads[step.thread.index].name, step.location.label,
        changes.joined(separator: ", "),
      ].filter { !$0.isEmpty }
      lines.append("  \(step.number) " + columns.joined(separator: " | "))
    }
  }
  return lines.joined(separator: "\n") + "\n"
}
