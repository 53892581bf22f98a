/// What a reduced search goes by.
struct ReductionPlan: Sendable {
  let forecast: FutureAccesses
  let watch: VisibleCells

  /// `landmarks` are the ``Property/Kind/sometimes(_:)`` properties that must not be hidden.
  init(of system: System, _ habits: ObservedAccesses, landmarks: Set<PropertyIndex>) {
    forecast = FutureAccesses(system, habits)
    watch = VisibleCells(system, habits, landmarks: landmarks)
  }
}
