import Kindred
import TestSupport
import Testing

@Suite struct FormulaTests {
  let registry = Registry(papers: [KD.self, RKD.self])

  @Test(arguments: [
    ("ce", ["ce": 1]),
    ("0.1*ce + 0.9*kd(temperature: 4)", ["ce": 0.1, "kd": 0.9]),
    ("2*(ce + 3*kd) - logits/4", ["ce": 2, "kd": 6, "logits": -0.25]),
    ("rkd", ["rkd.distance": 1, "rkd.angle": 2]),
    ("10 * rkd(distance: 25, angle: 50,)", ["rkd.distance": 250, "rkd.angle": 500]),
    ("kd*(1 + 1)*2", ["kd": 4]),
    ("ce + kd + 2*ce", ["ce": 3, "kd": 1]),
    ("-(ce)", ["ce": -1]),
    ("1e-2·ce", ["ce": 0.01]),
    ("2×ce − kd", ["ce": 2, "kd": -1]),
    ("kd(temperature: 2) + kd", ["kd(temperature: 2)": 1, "kd": 1]),
    (
      "match(stage2, by: gram.rowNormalized, with: frobenius)",
      ["match(stage2, by: gram.rowNormalized, with: frobenius)": 1]
    ),
    ("match(logits@virtual, with: meanSquare)", ["match(logits@virtual, with: meanSquare)": 1]),
    (
      "match(stage1, to: stage3, by: gram, with: huber)",
      ["match(stage1, to: stage3, by: gram, with: huber)": 1]
    ),
    ("2*adaptive(kd, 3*rkd.angle, temperature: 2)", ["adaptive": 2]),
  ])
  func isAWeightedSum(_ formula: String, _ weights: [String: Double]) throws {
    let loss = try registry.loss(formula)
    #expect(Dictionary(uniqueKeysWithValues: loss.summands.map { ($0.name, $0.weight) }) == weights)
  }

  @Test(arguments: [
    (
      "ce + 25*rkd.distanse",
      """
      no term 'rkd.distanse' (did you mean 'rkd.distance'?); choose from 'adaptive', \
      'ce', 'cosineRamp', 'gradientNorm', 'kd', 'logits', 'match', 'ramp', 'rkd', 'rkd.angle', \
      'rkd.distance', 'uncertainty', at column 9 of
        ce + 25*rkd.distanse
                ^
      """
    ),
    (
      "kd(temprature: 4)",
      """
      'kd' has no argument 'temprature' (did you mean 'temperature'?); it has 'temperature', \
      at column 4 of
        kd(temprature: 4)
           ^
      """
    ),
    (
      "kd(temperature: hot)",
      """
      kd: temperature: expected a number, not 'hot', at column 17 of
        kd(temperature: hot)
                        ^
      """
    ),
    (
      "rkd.distance(reduction: average)",
      """
      rkd.distance: reduction: expected one of 'all', 'distinct', 'sum', not 'average', \
      at column 25 of
        rkd.distance(reduction: average)
                                ^
      """
    ),
    (
      "0.9*(ce + kd",
      """
      ')' is missing: the '(' at column 5 is not closed, at column 13 of
        0.9*(ce + kd
                    ^
      """
    ),
    (
      "ce + kd(temperature: 4",
      """
      ')' is missing: the '(' at column 8 is not closed, at column 23 of
        ce + kd(temperature: 4
                              ^
      """
    ),
    ("ce)", "')' closes nothing, at column 3 of\n  ce)\n    ^"),
    ("", "the formula ends where a term should be, at column 1 of\n  \n  ^"),
    ("ce +", "the formula ends where a term should be, at column 5 of\n  ce +\n      ^"),
    (
      "ce\n\t+ kdd",
      "no term 'kdd' (did you mean 'kd'?); choose from 'adaptive', 'ce', 'cosineRamp', 'gradientNorm', 'kd', 'logits', 'match', 'ramp', 'rkd', 'rkd.angle', 'rkd.distance', 'uncertainty', at column 7 of\n  \t+ kdd\n  \t  ^"
    ),
    ("ce kd", "expected '+', '-', '*' or '/', not 'k', at column 4 of\n  ce kd\n     ^"),
    ("ce * kd", "one side of '*' must be a number, at column 4 of\n  ce * kd\n     ^"),
    (
      "ce + 2",
      "a number is a weight and not a term: 2*ce, at column 6 of\n  ce + 2\n       ^"
    ),
    (
      "kd(4)",
      "an argument of 'kd' needs its name: 'temperature', at column 4 of\n  kd(4)\n     ^"
    ),
    (
      "match(stage2, by: gramm, with: huber)",
      """
      no relation 'gramm' (did you mean 'gram'?); choose from 'angles', 'centered', \
      'cosines', 'distances', 'dividedByMaximum', 'dividedByMean', 'doublyCentered', 'gram', \
      'identity', 'pooled', 'resized', 'rowNormalized', 'softmax', 'squaredDistances', \
      'transposed', at column 19 of
        match(stage2, by: gramm, with: huber)
                          ^
      """
    ),
    (
      "match(embeding, with: huber)",
      """
      no knowledge 'embeding' (did you mean 'embedding'?); choose from 'embedding', \
      'firstToken', 'heads', 'lastStage', 'layers', 'logits', 'meanToken', 'output', \
      'probabilities', 'projected', 'resampled', 'stage1', 'stage2', 'stage3', 'tokens', \
      'withoutFirst'; output(layer: embeding) is an output of this name, at column 7 of
        match(embeding, with: huber)
              ^
      """
    ),
    (
      "match(embedding, by: huber, with: huber)",
      """
      'huber' is a matcher, not a relation: match(embedding, by: distances, with: huber), at column 22 of
        match(embedding, by: huber, with: huber)
                             ^
      """
    ),
    (
      "match(embedding, with: dividedByMean)",
      """
      'dividedByMean' is a relation, not a matcher: match(embedding, by: distances.dividedByMean, \
      with: meanSquare), at column 24 of
        match(embedding, with: dividedByMean)
                               ^
      """
    ),
    (
      "match(kd, with: huber)",
      """
      'kd' is a term, not a knowledge: a term stands outside of match(…), as in 0.5*kd, at column 7 of
        match(kd, with: huber)
              ^
      """
    ),
    (
      "kd(temperature: 0)",
      """
      kd: temperature: expected 0.01 to 1000, not the number 0, at column 17 of
        kd(temperature: 0)
                        ^
      """
    ),
    (
      "1e300*1e300*ce",
      "the weight is not a finite number in Float32, at column 12 of\n  1e300*1e300*ce\n             ^"
    ),
    ("ce/0", "the weight is not a finite number in Float32, at column 3 of\n  ce/0\n    ^"),
    (
      "(0/0)*ce",
      "the weight is not a finite number in Float32, at column 6 of\n  (0/0)*ce\n       ^"
    ),
    (
      "match(logits, by: gram, by: gram, with: huber)",
      """
      'by' is given twice, at column 25 of
        match(logits, by: gram, by: gram, with: huber)
                                ^
      """
    ),
    (
      "match(logits, by: dividedByMean, with: huber)",
      """
      'dividedByMean' takes what relates examples: a matrix N×N, and 'logits' is one row or map \
      an example, at column 19 of
        match(logits, by: dividedByMean, with: huber)
                          ^
      """
    ),
    (
      "match(stage1, by: pooled.angles, with: klDivergence)",
      """
      'klDivergence' takes a matrix N×D, and 'angles' is a stack N×N×N, at column 40 of
        match(stage1, by: pooled.angles, with: klDivergence)
                                               ^
      """
    ),
    (
      "match(layers(from: stage1, to: stage2), by: gram, with: huber)",
      """
      'gram' relates one layer, and 'layers' is two, at column 45 of
        match(layers(from: stage1, to: stage2), by: gram, with: huber)
                                                    ^
      """
    ),
    (
      "match(layers, with: huber)",
      """
      'layers' is two layers: say how they relate, 'by:', at column 7 of
        match(layers, with: huber)
              ^
      """
    ),
    (
      "match(logits, to: layers, with: huber)",
      """
      'layers' is two layers, and 'logits' is one, at column 19 of
        match(logits, to: layers, with: huber)
                          ^
      """
    ),
    (
      "rkd.angle(tuples: 0)",
      """
      rkd.angle: tuples: expected 1 to 10000000, not the number 0, at column 19 of
        rkd.angle(tuples: 0)
                          ^
      """
    ),
    (
      "rkd.angle(tuples: 9007199254740993)",
      """
      rkd.angle: tuples: expected 1 to 10000000, not the number 9007199254740993, at column 19 of
        rkd.angle(tuples: 9007199254740993)
                          ^
      """
    ),
    (
      "1e-400*ce",
      """
      '1e-400' is too small, at column 1 of
        1e-400*ce
        ^
      """
    ),
    (
      "adaptive(kd)",
      """
      expected two terms or more: adaptive(term, term, …), at column 1 of
        adaptive(kd)
        ^
      """
    ),
    (
      "match(logits)",
      """
      'with:' is missing: match(knowledge, by: relation, with: matcher), at column 1 of
        match(logits)
        ^
      """
    ),
  ])
  func errorsSayWhatAndWhere(_ formula: String, _ message: String) {
    let error = #expect(throws: DistillationError.self) { try registry.loss(formula) }
    #expect(error?.description == message)
  }

  /// Any text that is typed gives a loss or an error.
  @Test func mangledFormulasNeverTrap() {
    let formula = Array(
      "0.1*ce + 2*(kd(temperature: 4) - match(stage2, by: gram.softmax, with: huber))/3")
    for start in formula.indices {
      for replacement in ["", "(", ")", ",", ":", "*", "9", "x", "[", "\"", "-", " "] {
        var mangled = formula
        mangled.replaceSubrange(start...start, with: replacement)
        do { _ = try registry.loss(String(mangled)) } catch {
          #expect(error is DistillationError, "\(String(mangled)): \(error)")
        }
      }
      _ = try? registry.loss(String(formula[...start]))
    }
    for deep in ["(", "-", "kd(temperature: (", "kd(temperature: [", "ce*1*", "match(x, by: gram."]
    {
      #expect(throws: DistillationError.self) {
        try registry.loss(String(repeating: deep, count: 100_000))
      }
    }
  }

  @Test func aFormulaPrintsAsItIsRead() throws {
    for formula in [
      "ce", "0.1*ce + 0.9*kd(temperature: 2)",
      "match(output(layer: neck), by: gram.softmax(temperature: 3), with: huber(delta: 0.5))",
      "rkd.distance(layer: \"layer3.1.relu\")", "rkd.angle(tuples: 4096)",
      "match(stage1, to: stage3, by: gram, with: huber(tuples: 9))",
      "adaptive(kd, 3*rkd.angle(layer: stage1), temperature: 2)",
    ] {
      #expect(try registry.loss(formula).formula == formula)
      #expect(try registry.loss(registry.loss(formula).formula).formula == formula)
    }
  }

  /// With these settings the term would be 0 for any outputs.
  @Test func aTermWithoutTerms() {
    let error = #expect(throws: DistillationError.self) {
      try Registry(papers: [MLLD.self]).loss("ce + uncertainty(ce, mlld(temperatures: []))")
    }
    #expect(
      error.map { "\($0)" } == """
        'mlld' has no terms; a list in it needs an entry, at column 22 of
          ce + uncertainty(ce, mlld(temperatures: []))
                               ^
        """)
  }
}
