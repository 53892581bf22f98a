/// What a reduced search goes by.
struct ReductionPlan: Sendable {
  let forecast: Forecast
  let watch: Watch

  /// `landmarks` are the ``Property/Kind/sometimes(_:)`` properties that must not be hidden.
  init(of system: System, _ habits: Habits, landmarks: Set<Int>) {
    forecast = Forecast(system, habits)
    watch = Watch(system, habits, landmarks: landmarks)
  }
}
