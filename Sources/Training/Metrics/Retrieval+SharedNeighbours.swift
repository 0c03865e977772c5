public import Tensors

extension Retrieval {
  /// How many of the teacher's nearest neighbours are the student's: for every K, the share of a row's K nearest
  /// other rows among the teacher's features that are among its K nearest among the student's, averaged
  /// over the rows.
  ///
  /// Neighbours are those of ``recall(of:labels:at:)``. A student whose features say nothing of the teacher's
  /// has K/(N − 1) on average.
  ///
  /// - Parameters:
  ///   - student: The student's features, N×D.
  ///   - teacher: The teacher's features of the same examples, N×E.
  ///   - ks: The values of K, each 1 or more.
  /// - Returns: A share from 0 to 1 for each K.
  public static func sharedNeighbours(
    student: Tensor, teacher: Tensor, at ks: [Int]
  ) -> [Double] {
    require(
      student.rank == 2 && teacher.rank == 2 && student.shape[0] == teacher.shape[0],
      """
      [shared neighbours] shapes \(student.shape) and \(teacher.shape) are not rows of the same \
      examples
      """)
    require(ks.allSatisfy { $0 > 0 }, "[shared neighbours] K of \(ks) is not 1 or more")
    let count = ks.max() ?? 0
    let found = zip(
      NearestNeighbours.amongOthers(of: student, count: count),
      NearestNeighbours.amongOthers(of: teacher, count: count))
    return ks.map { k in
      var (shared, all) = (0, 0)
      for (student, teacher) in found {
        let nearest = Set(teacher.prefix(k))
        shared += student.prefix(k).count { nearest.contains($0) }
        all += nearest.count
      }
      return Double(shared) / Double(max(all, 1))
    }
  }
}
