/// The 16-bit cyclic redundancy check that catalogues call CRC-16/IBM-3740: polynomial 0x1021,
/// register 0xffff at the start, most significant bit first.
///
/// It notices every change that lies within two bytes next to each other, whatever the length, and
/// all but one in 65,536 of other changes.
enum CRC16 {
  static func checksum(of bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0xffff) { register, byte in
      (0..<8).reduce(register ^ UInt16(byte) << 8) { register, _ in
        register & 0x8000 == 0 ? register << 1 : register << 1 ^ 0x1021
      }
    }
  }
}
