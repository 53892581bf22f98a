import Scheduler

/// The `rc-race` system of a configuration; steps that break its assertion are counted.
func raceSystem(_ configuration: RaceConfiguration, _ violations: ViolationCounter) -> System {
  var names = (0..<configuration.faultThreads).map { "fault\($0)" }
  if configuration.clearDirtyRounds > 0 { names.append("tcd") }
  if configuration.setRounds > 0 { names.append("setrc") }
  if configuration.ageRounds > 0 { names.append("age") }
  if configuration.invalidateRounds > 0 { names.append("inval") }
  var builder = SystemBuilder(threads: names)
  let world = RaceWorld(configuration, in: &builder.layout, violations)
  for (thread, name) in zip(builder.threads, names) {
    let machine: any StepMachine =
      switch name {
      case "tcd":
        ClearDirtyPath(world, configuration.clearDirtyRounds, thread, in: &builder.layout)
      case "setrc": SetBitsPath(world, configuration.setRounds, thread, in: &builder.layout)
      case "age": AgePath(world, configuration.ageRounds, thread, in: &builder.layout)
      case "inval":
        InvalidatePath(world, configuration.invalidateRounds, thread, in: &builder.layout)
      default: FaultPath(world, configuration.faults, thread, in: &builder.layout)
      }
    builder.run([machine], on: thread)
  }
  return builder.build()
}
