import Scheduler

/// The number of ways to choose `few` of `many`, from Pascal's triangle.
func binomial(_ many: Int, _ few: Int) -> BigNatural {
  var row = [BigNatural](repeating: 0, count: few + 1)
  row[0] = 1
  for _ in 0..<many {
    for place in stride(from: few, through: 1, by: -1) { row[place] += row[place - 1] }
  }
  return row[few]
}
