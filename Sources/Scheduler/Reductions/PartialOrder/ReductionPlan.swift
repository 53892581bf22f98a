/// What a reduced search goes by: the accesses to come and the cells that properties see.
struct ReductionPlan: Sendable {
  let future: FutureAccesses
  let visible: VisibleCells

  /// `landmarks` are the ``Property/Kind/sometimes(_:)`` properties that must not be hidden.
  init(of system: System, _ observed: ObservedAccesses, landmarks: Set<PropertyIndex>) {
    future = FutureAccesses(system, observed)
    visible = VisibleCells(system, observed, landmarks: landmarks)
  }
}
