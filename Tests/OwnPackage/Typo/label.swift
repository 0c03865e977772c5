// temprature
import Kindred

let loss = try LossGraph {
  match(.embedding, by: .gram, with: .huber)
  match(.embedding, by: .distances, with: .meanSquare)
  KD(temprature: 4)
  match(.embedding, by: .gram.rowNormalized, with: .meanSquare)
  match(.embedding, by: .distances, with: .pearson)
}
