import Testing

@testable import Scheduler

/// Numbers of any size, against values from tables.
@Suite struct BigNaturalTests {
  private func product(_ factors: some Sequence<Int>) -> BigNatural {
    factors.reduce(BigNatural(1)) { product, factor in
      (0..<factor).reduce(into: BigNatural()) { sum, _ in sum += product }
    }
  }

  @Test(
    arguments: zip(
      [0, 20, 21, 25, 30],
      [
        "1", "2432902008176640000", "51090942171709440000", "15511210043330985984000000",
        "265252859812191058636308480000000",
      ]))
  func `factorials have their digits`(n: Int, digits: String) {
    #expect(product(1..<n + 1).description == digits)
  }

  @Test(
    arguments: zip(
      [63, 64, 128, 200],
      [
        "9223372036854775808", "18446744073709551616", "340282366920938463463374607431768211456",
        "1606938044258990275541962092341162602522202993782792835301376",
      ]))
  func `powers of two have their digits and limbs`(exponent: Int, digits: String) {
    let power = product(repeatElement(2, count: exponent))
    #expect(power.description == digits)
    #expect(power.limbs.count == exponent / 64 + 1)
    #expect(power.limbs.last == 1 << UInt64(exponent % 64))
  }

  @Test func `a carry runs through all limbs`() {
    var number = BigNatural(limbs: [.max, .max, .max])
    number += 1
    #expect(number.limbs == [0, 0, 0, 1])
    number = BigNatural(limbs: [.max, .max])
    number += BigNatural(limbs: [.max, .max])
    #expect(number.limbs == [.max - 1, .max, 1])
  }

  @Test func `zeros inside a number are printed, those before it are not kept`() {
    #expect(BigNatural(limbs: [5, 0, 0]) == 5)
    #expect(BigNatural(limbs: [0, 0]) == 0)
    #expect(BigNatural().description == "0")
    let large = (0..<19).reduce(into: BigNatural(1)) { number, _ in number = product10(number) }
    #expect(large.description == "1" + String(repeating: "0", count: 19))
    let larger = (0..<19).reduce(into: large) { number, _ in number = product10(number) }
    #expect(larger.description == "1" + String(repeating: "0", count: 38))
  }

  private func product10(_ number: BigNatural) -> BigNatural {
    (0..<10).reduce(into: BigNatural()) { sum, _ in sum += number }
  }

  @Test func `numbers are ordered by size, not by low limbs`() {
    let ordered: [BigNatural] = [
      0, 1, BigNatural(.max), BigNatural(limbs: [0, 1]), BigNatural(limbs: [.max, 1]),
      BigNatural(limbs: [0, 2]), BigNatural(limbs: [0, 0, 1]),
    ]
    for (left, right) in zip(ordered, ordered.dropFirst()) {
      #expect(left < right && !(right < left) && left != right)
    }
  }

  @Test func `quotients of numbers of any size are near the truth`() {
    #expect(BigNatural(1).quotient(over: 4) == 0.25)
    #expect(BigNatural().quotient(over: 3) == 0)
    #expect(abs(BigNatural(80_072_720).quotient(over: 526_877_088_770) - 0.00015197609026) < 1e-12)
    let large = BigNatural(limbs: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3])
    #expect(large.quotient(over: large) == 1)
    #expect(large.quotient(over: 1) == .infinity)
    #expect(BigNatural(1).quotient(over: large) == 0)
  }

  @Test(arguments: [0, 1, 63, 64, 65, 200, 1000, 4000])
  func `digits are read back`(exponent: Int) {
    let power = product(repeatElement(2, count: exponent))
    #expect(BigNatural(decimal: power.description) == power)
    let zeros = "1" + String(repeating: "0", count: exponent)
    #expect(BigNatural(decimal: zeros)?.description == zeros)
  }

  @Test(arguments: ["", "00", "01", "-1", "+1", "1 ", "1_000", "0x1", "1.0", "\u{0661}"])
  func `what is no number in digits is not read`(text: String) {
    #expect(BigNatural(decimal: text) == nil)
  }
}
