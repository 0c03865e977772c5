public import Distillation

extension Relation where Self == QueueSimilarities {
  /// The cosine of each example to remembered embeddings of the teacher's.
  public static var queueSimilarities: QueueSimilarities { .standard }

  /// The cosine of each example to remembered embeddings of the teacher's, with these parameters.
  public static func queueSimilarities(
    queue: Int = QueueSimilarities.standard.queue,
    studentTemperature: Double = QueueSimilarities.standard.studentTemperature,
    teacherTemperature: Double = QueueSimilarities.standard.teacherTemperature
  ) -> QueueSimilarities {
    QueueSimilarities(
      queue: queue, studentTemperature: studentTemperature, teacherTemperature: teacherTemperature)
  }
}

extension Relation {
  /// This relation, then ``/RRD/QueueSimilarities``.
  public var queueSimilarities: Chain<Self, QueueSimilarities> { then(.queueSimilarities) }
}
