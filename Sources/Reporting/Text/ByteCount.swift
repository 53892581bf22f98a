/// A number of bytes as people read it: `512 MiB`, `1.5 GiB`.
package struct ByteCount: CustomStringConvertible {
  private let bytes: Int

  package init(_ bytes: Int) { self.bytes = bytes }

  package var description: String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
    guard let (shift, unit) = units.first(where: { bytes >= 1 << $0.0 }) else {
      return "\(bytes) bytes"
    }
    // Tenths, rounded down, and left out when there are none.
    let tenths = (bytes >> (shift - 10)) * 10 / 1024
    return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
  }
}
