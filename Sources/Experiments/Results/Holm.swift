/// The p-values adjusted for there being several, in their order, by the method of Holm (A simple sequentially
/// rejective multiple test procedure, Scandinavian Journal of Statistics, 1979).
///
/// With the p-values in ascending order, p₍₁₎ ≤ … ≤ p₍ₘ₎:
///
///     p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎)
///
/// If those below α are called differences, the probability that any of them is none is at most α, however
/// the tests depend on one another.
package func adjustedByHolm(_ values: [Double]) -> [Double] {
  var adjusted = values
  var largest = 0.0
  let ascending = values.indices.sorted { values[$0] < values[$1] }
  for (place, index) in ascending.enumerated() {
    largest = max(largest, min(1, Double(values.count - place) * values[index]))
    adjusted[index] = largest
  }
  return adjusted
}
