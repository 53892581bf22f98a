/// What `explore list` has to tell, section by section.
struct ListReport: Sendable {
  var sections: [Section]

  enum Section: Sendable {
    case paths, properties, kernels, knobs, constructs
    /// The scenarios that could be read; nil where there is no folder to look in.
    case scenarios([Input]?)
    /// The race files that could be read; nil where there is no folder to look in.
    case races([Input]?)
  }
}
