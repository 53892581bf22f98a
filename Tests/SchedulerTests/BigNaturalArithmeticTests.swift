import Testing

@testable import Scheduler

/// Arithmetic on numbers of any size: laws on random numbers, and answers known otherwise.
@Suite struct BigNaturalArithmeticTests {
  private static func numbers(_ seed: UInt64) -> [BigNatural] {
    var random = Scheduler.SplitMix64(seed: seed)
    let edges: [BigNatural] = [
      0, 1, 2, BigNatural(.max), BigNatural(limbs: [0, 1]), BigNatural(limbs: [.max, .max]),
      BigNatural(limbs: [0, 0, 1]),
    ]
    return edges
      + (0..<12).map { _ in
        BigNatural(limbs: (0..<1 + random.pick(below: 5)).map { _ in random.next() })
      }
  }

  @Test func `small numbers calculate as machine words do`() {
    for left in UInt64(0)..<40 {
      for right in UInt64(0)..<40 {
        let (a, b) = (BigNatural(left), BigNatural(right))
        #expect(a * b == BigNatural(left * right))
        if left >= right { #expect(a - b == BigNatural(left - right)) }
        if right > 0 {
          #expect(a.quotientAndRemainder(dividingBy: b).quotient == BigNatural(left / right))
          #expect(a.quotientAndRemainder(dividingBy: b).remainder == BigNatural(left % right))
        }
        #expect(a.greatestCommonDivisor(with: b) == BigNatural(Self.divisor(left, right)))
      }
    }
  }

  private static func divisor(_ left: UInt64, _ right: UInt64) -> UInt64 {
    right == 0 ? left : divisor(right, left % right)
  }

  @Test func `products, sums, differences and quotients agree`() {
    let numbers = Self.numbers(5)
    for a in numbers {
      for b in numbers {
        #expect(a * b == b * a)
        var sum = a
        sum += b
        #expect(sum - b == a)
        #expect(sum * sum == sum * a + sum * b)
        guard b.bitWidth > 0 else { continue }
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        #expect(remainder < b)
        #expect(quotient * b + remainder == a)
        let common = a.greatestCommonDivisor(with: b)
        #expect(a.quotientAndRemainder(dividingBy: common).remainder == 0)
        #expect(b.quotientAndRemainder(dividingBy: common).remainder == 0)
      }
    }
  }

  @Test func `a factorial and a power are the known ones`() {
    let factorial = (1...30).reduce(BigNatural(1)) { $0 * BigNatural(UInt64($1)) }
    #expect("\(factorial)" == "265252859812191058636308480000000")
    let power = (0..<100).reduce(BigNatural(1)) { product, _ in product * 3 }
    #expect("\(power)" == "515377520732011331036461129765621272702107522001")
    #expect(BigNatural(1).shiftedUp(by: 128) == BigNatural(limbs: [0, 0, 1]))
    #expect(BigNatural(limbs: [0, 0, 1]).bitWidth == 129)
  }

  @Test func `fractions are in lowest terms`() {
    let part = (1...20).reduce(BigNatural(1)) { $0 * BigNatural(UInt64($1)) }
    let whole = part * 77
    #expect(Statistic.Value.fraction(reducing: part, over: whole) == .fraction(1, over: 77))
    #expect(Statistic.Value.fraction(reducing: 0, over: whole) == .fraction(0, over: 1))
    #expect(Statistic.Value.fraction(reducing: 6, over: 4) == .fraction(3, over: 2))
  }

  @Test func `numbers are drawn below a bound, each about as often`() {
    var random = Scheduler.SplitMix64(seed: 3)
    let bound = BigNatural(limbs: [0, 5])
    var top = [Int](repeating: 0, count: 5)
    for _ in 0..<5000 {
      let number = random.pick(below: bound)
      #expect(number < bound)
      top[number.limbs.count > 1 ? Int(number.limbs[1]) : 0] += 1
    }
    // 1000 each; five standard deviations are 141.
    #expect(top.allSatisfy { abs($0 - 1000) < 141 }, "\(top)")
  }
}

private func + (left: BigNatural, right: BigNatural) -> BigNatural {
  var sum = left
  sum += right
  return sum
}
