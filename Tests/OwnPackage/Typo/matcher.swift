// 'hubert'
import Kindred

let loss = try LossGraph {
  match(.embedding, by: .gram, with: .huber)
  match(.embedding, by: .distances, with: .meanSquare)
  match(.embedding, by: .distances, with: .hubert)
  match(.embedding, by: .gram.rowNormalized, with: .meanSquare)
  match(.embedding, by: .distances, with: .pearson)
}
