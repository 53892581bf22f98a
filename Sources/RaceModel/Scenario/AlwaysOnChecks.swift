extension Scenario {
  /// What every run checks without being asked, by the ids that rows and reports name.
  package static let alwaysOnChecks = [
    "deadlock", "lock-discipline", "lock-order", "sleep-under-spinlock", "use-after-free",
    "wild-store", "assertion", "uninitialized",
  ]
}
