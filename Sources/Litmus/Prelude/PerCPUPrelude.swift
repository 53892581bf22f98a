/// How variables of CPUs are declared, and how CPUs are gone through.
enum PerCPUPrelude {
  static let macros: [GivenMacro] =
    ["", "_SHARED_ALIGNED", "_ALIGNED", "_PAGE_ALIGNED", "_READ_MOSTLY", "_FIRST"].flatMap { end in
      [
        GivenMacro(
          "DEFINE_PER_CPU\(end)", "type,name", "__attribute__((percpu)) typeof(type) name"),
        GivenMacro(
          "DECLARE_PER_CPU\(end)", "type,name",
          "extern __attribute__((percpu)) typeof(type) name"),
      ]
    }
    + ["possible", "online", "present"].map {
      GivenMacro(
        "for_each_\($0)_cpu", "cpu", "for (cpu = 0; cpu < (int)nr_cpu_ids; (cpu)++)")
    }
}
