internal import Scheduler

/// What a property or a landmark is made from.
struct World {
  typealias State = Property.State

  let kvm: KVM
  /// The cells of the paths that threads run.
  let paths: PathBuilder
  /// Reads knobs in the name of the property or landmark.
  let knobs: KnobReader

  init(_ kvm: KVM, _ paths: PathBuilder, for id: String) {
    (self.kvm, self.paths) = (kvm, paths)
    knobs = KnobReader(kvm.knobRecord, name: id)
  }
}
