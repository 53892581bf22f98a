/// What a reduced search goes by.
struct ReductionPlan: Sendable {
  let forecast: Forecast
  let watch: Watch

  /// `sometimes` are the properties of that kind to be preserved.
  init(of system: System, _ habits: Habits, sometimes: Set<Int>) {
    forecast = Forecast(system, habits)
    watch = Watch(system, habits, sometimes: sometimes)
  }
}
