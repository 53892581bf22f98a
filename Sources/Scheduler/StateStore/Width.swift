/// The number of words of a state, as a constant that loops are unrolled for or at run time.
protocol Width: Sendable {
  var words: Int { get }
}

struct Exactly<let count: Int>: Width {
  @inline(__always) var words: Int { count }
}

struct AnyWidth: Width {
  let words: Int
}

extension Width {
  @inline(__always) func copy(_ from: StateRef, to: StateRef) {
    var index = 0
    while index < words {
      to[index] = from[index]
      index &+= 1
    }
  }

  @inline(__always) func equal(_ left: StateRef, _ right: StateRef) -> Bool {
    var index = 0
    var difference: UInt64 = 0
    while index < words {
      difference |= left[index] ^ right[index]
      index &+= 1
    }
    return difference == 0
  }

  /// A multiply-mix hash: two words enter each 64x64 -> 128 bit multiplication.
  @inline(__always) func hash(_ state: StateRef) -> UInt64 {
    var hash: UInt64 = 0x2d35_8dcc_aa6c_78a5
    var index = 0
    while index &+ 1 < words {
      hash = Self.mix(state[index] ^ 0x8bb8_4b93_962e_acc9, state[index &+ 1] ^ hash)
      index &+= 2
    }
    if index < words {
      hash = Self.mix(state[index] ^ 0x8bb8_4b93_962e_acc9, hash ^ 0x4b33_a62e_d433_d4a3)
    }
    return Self.mix(hash, 0xa076_1d64_78bd_642f)
  }

  @inline(__always) private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
