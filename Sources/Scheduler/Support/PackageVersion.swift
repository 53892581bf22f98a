/// The version of this package, and of the models in it.
package enum PackageVersion {
  package static let current = "0.1.0"
}
