// a number is a weight and not a term
import Kindred

let loss = try LossGraph {
  match(.embedding, by: .gram, with: .huber)
  match(.embedding, by: .distances, with: .meanSquare)
  2
  match(.embedding, by: .gram.rowNormalized, with: .meanSquare)
  match(.embedding, by: .distances, with: .pearson)
}
