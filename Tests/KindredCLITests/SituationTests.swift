import Testing

/// What people do with files of other programs.
@Suite struct SituationTests {
  @Test(arguments: Situation.labelsAsNumbers + Situation.labelTypes)
  func labels(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.labelsOfNone + Situation.labelsThatDisagree)
  func labelsThatSayNothing(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.besideTheEmbedding + Situation.arrayNames)
  func arrays(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.fortranOrder + Situation.featureTypes)
  func orders(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.noTensors)
  func otherFiles(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.tokens + Situation.unequalMaps + Situation.unequalShapes)
  func shapes(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.termsThatTellNothing)
  func termsThatTellNothing(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.smallFeatures + Situation.tooSmallFeatures)
  func sizes(_ situation: Situation) throws { try situation.check() }

  @Test(arguments: Situation.maskedLogits + Situation.zerosAndOffsets)
  func numbers(_ situation: Situation) throws { try situation.check() }
}
