// a term is made with parentheses: KD()
import Kindred

let loss = try LossGraph {
  match(.embedding, by: .gram, with: .huber)
  match(.embedding, by: .distances, with: .meanSquare)
  KD
  match(.embedding, by: .gram.rowNormalized, with: .meanSquare)
  match(.embedding, by: .distances, with: .pearson)
}
