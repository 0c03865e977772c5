import Kindred
import KindredCLI
import Testing

@Suite struct DescribeTests {
  @Test func aPaper() {
    #expect(
      kindred("describe", "rkd") == (
        .done,
        """
        rkd, a paper
        Relational Knowledge Distillation
        Park, Kim, Lu, Cho, CVPR 2019
        https://arxiv.org/abs/1904.05068

          L = λ_D · rkd.distance + λ_A · rkd.angle

        parameter     default    meaning
        ────────────  ─────────  ─────────────────────────────────────────────────────
        distance      1          λ_D, the weight of 'rkd.distance', as in the authors'
                                 scripts for metric learning; for classification 25.
        angle         2          λ_A, the weight of 'rkd.angle', as in the authors'
                                 scripts for metric learning; for classification 50.
        delta         1          δ of ℓ_δ, the error from which on the loss grows
                                 linearly.
        reduction     all        The divisor of the sum over entries.
                                 all: The mean over all entries, the trivial ones
                                 included. Published code computes this.
                                 distinct: The mean over the distinct entries.
                                 sum: The sum over the distinct entries. Papers write
                                 this.
        layer         embedding  The layer whose examples are compared, N×D.
        teacherLayer  none       The teacher's layer; the same as the student's unless
                                 stated.
        tuples        none       How many entries, drawn by chance at each step, are
                                 compared; all of them unless stated.

        Unchanged by rotated features, scaled features, translated examples and the
        order of the batch.

        embedding
        ├─ distances
        │  └─ dividedByMean
        │     └─ huber → rkd.distance
        └─ angles
           └─ huber → 2 · rkd.angle

        """, ""
      ))
  }

  @Test func adaptiveWeights() {
    #expect(
      kindred(
        "describe",
        "2*adaptive(match(stage1, to: stage3, by: gram, with: huber), rkd.angle, temperature: 3)"
      ).output == """
        2 · adaptive(match(stage1, to: stage3, by: gram, with: huber), rkd.angle, temperature: 3)
            L = Σₗ wₗ ℓₗ,  w = softmax(ℓ / (τ ℓ̄)),  ℓ̄ = 1/K Σₗ ℓₗ
            temperature 3

        stage1 (teacher: stage3)
        └─ gram
           └─ huber → 2 · adaptive
        embedding
        └─ angles
           └─ huber → 2 · adaptive

        """)
    #expect(
      kindred("describe", "adaptive").output == """
        adaptive, a sum of terms

          L = Σₗ wₗ ℓₗ,  w = softmax(ℓ / (τ ℓ̄)),  ℓ̄ = 1/K Σₗ ℓₗ

        Takes two terms or more: adaptive(sp(layer: stage1), sp(layer: stage2)).

        parameter    default  meaning
        ───────────  ───────  ────────────────────────────────────────────────────
        temperature  1        τ, how even the weights are. If it is large, all are
                              alike; if it is small, only the largest term counts.

        """)
  }

  /// A paper whose own terms have weights that move.
  private struct Warming: PaperModule {
    static let citation = Citation("Warming", "A", "B", "https://example.org")
    static let equation = "L = w(p) · logits"
    static let standard = Self()
    var body: some LossTerm {
      CosineRamp(from: 1, to: 0.5) { 2 * match(.logits, with: .meanSquare) }
      Ramp(to: 20, end: 0.3) { 3 * CrossEntropy().body }
    }
  }

  @Test func weightsThatMoveWithinAPaper() {
    let program = Program.kindred(registry: Registry(papers: [Warming.self]))
    func describe(_ format: String) -> String {
      let recording = Recording()
      #expect(
        program(["describe", "2*warming", "--format", format], console: recording.console())
          == .done)
      return recording.output
    }
    #expect(
      describe("text") == """
        2 · warming
            L = w(p) · logits
        cosineRamp: L = w ℓ,  w = to + (from − to) (1 + cos πt) / 2,  t = clamp((p − start) / (end − start), 0, 1)
        ramp: L = w ℓ,  w = from + (to − from) t,  t = clamp((p − start) / (end − start), 0, 1)

        logits
        ├─ meanSquare → 2 · 2 · cosineRamp(to: 0.5) · warming
        └─ Supervised → 2 · 3 · ramp(to: 20, end: 0.3) · warming

        """)
    let json = describe("json").filter { !$0.isWhitespace }
    #expect(json.contains(#""coefficient":2.0,"weighting":["cosineRamp(to:0.5)"]"#))
    #expect(json.contains(#""coefficient":3.0,"weighting":["ramp(to:20,end:0.3)"]"#))
    #expect(describe("mermaid").contains(#"-- "2 · cosineRamp(to: 0.5)" --> t0"#))
  }

  @Test func weightsThatMove() {
    let formula = "ce + 2*ramp(rkd.angle, to: 25, end: 0.2) + uncertainty(kd, 3*logits)"
    #expect(
      kindred("describe", formula).output == """
                                 1 · ce
                                     L = −1/n Σᵢ Σ_c qᵢ_c log softmax(zᵢ)_c,  q = (1 − ε) onehot(yᵢ) + ε/C
                                     labelSmoothing 0
        2 · ramp(to: 25, end: 0.2) · rkd.angle
                                     L = 1/n³ Σᵢⱼₖ ℓ_δ(cos ∠ sᵢsⱼsₖ − cos ∠ tᵢtⱼtₖ)
                                     delta 1, reduction all, layer embedding, teacherLayer none, tuples none
                       uncertainty · kd
                                     L = T² · 1/n Σᵢ KL(softmax(tᵢ/T) ‖ softmax(sᵢ/T))
                                     temperature 4
                   3 · uncertainty · logits
                                     L = 1/(n·C) Σᵢ Σ_c (zˢᵢ_c − zᵗᵢ_c)²
        ramp: L = w ℓ,  w = from + (to − from) t,  t = clamp((p − start) / (end − start), 0, 1)
        uncertainty: L = Σₖ ½ e^(−sₖ) ℓₖ + ½ sₖ,  sₖ is learned, at first 0
        learned with the student: s of kd, s of 3*logits

        logits
        ├─ ce
        ├─ klDivergence(temperature: 4) → uncertainty · 16 · kd
        └─ meanSquare → 3 · uncertainty · logits
        embedding
        └─ angles
           └─ huber → 2 · ramp(to: 25, end: 0.2) · rkd.angle

        Learned with the student:
          uncertainty.logVariances, of shape [2], for kd and logits

        """)
    let json = kindred("describe", formula, "--format", "json").output
    #expect(json.contains(#""weighting": ["ramp(to: 25, end: 0.2)"]"#))
    #expect(json.contains(#""weighting": ["uncertainty"]"#))
    #expect(json.contains(#""learned": ["kd", "3*logits"]"#))
    let mermaid = kindred("describe", formula, "--format", "mermaid").output
    #expect(mermaid.contains(#"-- "2 · ramp(to: 25, end: 0.2)" --> loss"#))
    #expect(mermaid.contains(#"-- "3 · uncertainty" --> loss"#))
  }

  /// Each is described by its name, beside a matcher of the same name where there is one.
  @Test func weightings() {
    for name in ["adaptive", "cosineRamp", "gradientNorm", "ramp", "uncertainty"] {
      let text = kindred("describe", name).output
      #expect(text.contains("\(name), a weight\n") || text.contains("\(name), a sum of terms\n"))
      #expect(kindred("list", "weights").output.contains("\n\(name)(term, "))
      #expect(
        kindred("list", "weights", "--format", "json").output.contains(#""name": "\#(name)""#))
    }
    #expect(kindred("describe", "cosine").output.hasPrefix("cosine, a matcher\n"))
    #expect(kindred("describe", "cosine", "--format", "json").output.contains(#""also": {"#))
  }

  /// A term that is no match is drawn, whatever it is a part of.
  @Test func termsThatAreNoMatchWithinOthers() {
    let formula = "2*adaptive(ce(labelSmoothing: 0.1), 3*ce, kd)"
    #expect(
      kindred("describe", formula).output.hasSuffix(
        """

        logits
        ├─ klDivergence(temperature: 4) → 2 · 16 · adaptive
        ├─ ce(labelSmoothing: 0.1) → 2 · adaptive
        └─ ce → 2 · 3 · adaptive

        """))
    let mermaid = kindred("describe", formula, "--format", "mermaid").output
    #expect(mermaid.contains("n3[[\"ce\"]]\n  n0 --> n3\n"))
    #expect(mermaid.contains("n3 -- \"3\" --> t0\n"))
    #expect(
      kindred("describe", formula, "--format", "json").output.contains(
        #"{"coefficient": 3.0, "formula": "ce", "student": ["logits"], "teacher": []}"#))
  }

  /// Rows that a match leaves out.
  @Test func whatAMatchKeeps() {
    func described(_ format: String) -> String {
      let recording = Recording()
      let program = Program.kindred(registry: twoPapers.adding([Picky.self]))
      let code = program(
        ["describe", "picky(rows: 3)", "--format", format], console: recording.console())
      #expect(code == .done)
      return recording.output
    }
    #expect(
      described("text").hasSuffix(
        """

        embedding
        └─ distances
           └─ keeping first(count: 3)
              └─ meanSquare → picky

        """))
    #expect(described("json").contains(#""selection": "first(count: 3)""#))
    #expect(
      described("mermaid").contains(
        """
          n2["keeping first(count: 3)"]
          n1 --> n2
          n3{{"meanSquare"}}
          n2 --> n3

        """))
  }

  struct Picky: PaperModule {
    static let standard = Self()
    var rows = 2

    var body: some LossTerm {
      match(.embedding, by: .distances, keeping: First(count: rows), with: .meanSquare)
    }

    static let equation = "L = ℓ"
    static let citation = Citation("Picky", "Nobody", "nowhere", "https://example.org")

    struct First: RowSelection {
      let count: Int
      func rows(of student: Tensor) -> [Int]? { Array(0..<count) }
    }
  }

  @Test func aMatch() {
    #expect(
      kindred("describe", "match").output == """
        match, a term

          L = ℓ(ψ(s), ψ(t))

        Takes a knowledge, a relation of it and a matcher: match(embedding, by: distances, with: huber).

        """)
    #expect(
      kindred("describe", "match(stage1, to: stage3, with: huber)").output.hasPrefix(
        """
        1 · match(stage1, to: stage3, with: huber)
            L = ℓ(s, t),  ℓ = huber,  s = stage1,  t = stage3

        """))
  }

  /// Knowledge as formulas write it.
  @Test(arguments: [
    ("logits@virtual", Output.summary, "the output of that name"),
    ("output(layer: \"layer3.1\")", Output.summary, "layer3.1"),
    ("probabilities(temperature: 2)", Probabilities.summary, "logits"),
  ])
  func calledKnowledge(text: String, summary: String, reads: String) {
    #expect(
      kindred("describe", text).output
        == "\(text), a knowledge\n\n\(summary)\n\nReads \(reads).\n")
  }

  @Test func textsInFlowchartsAreEscaped() {
    let formula = #"match(output(layer: "a#b"), with: huber)"#
    #expect(
      kindred("describe", formula, "--format", "mermaid").output.contains(
        ##"n0(["output(layer: #quot;a#35;b#quot;)"])"##))
  }

  @Test func aPartOfAMatch() {
    #expect(
      kindred("describe", "huber").output == """
        huber, a matcher

        ℓ_δ(s − t), which is e²/2 near zero and linear beyond δ.

        Takes any tensor.

        parameter  default  meaning
        ─────────  ───────  ──────────────────────────────────────────────────────────
        delta      1        δ, the error from which on the penalty is linear.
        reduction  all      The divisor of the sum over entries.
                            all: The mean over all entries, the trivial ones included.
                            Published code computes this.
                            distinct: The mean over the distinct entries.
                            sum: The sum over the distinct entries. Papers write this.
        tuples     none     How many entries, drawn by chance at each step, are
                            compared; all of them unless stated.

        """)
    #expect(
      kindred("describe", "lastStage").output == """
        lastStage, a knowledge

        The feature map of the last stage, whatever its number.

        Reads the last stage.

        """)
  }

  /// Names that a recipe has and a formula has not.
  @Test(arguments: [
    ("glyphs", "data set", "Grey drawings, 28×28", "data.set"),
    ("npairs", "sampler", "Classes in random order", "student.training.sampler.name"),
    ("mlp:32:16", "network", "Its outputs are hidden1, hidden2, embedding, logits.", "network"),
    ("resnet8", "network", "Its outputs are stem, ", "student.network"),
    ("mlp", "kind of networks", "An example is mlp:64, ", "teacher.network"),
    ("mobilenetv2", "kind of networks", "An example is mobilenetv2:16, ", "teacher.network"),
  ])
  func namesInRecipes(name: String, kind: String, summary: String, setting: String) {
    let text = kindred("describe", name).output
    #expect(text.hasPrefix("\(name)"))
    #expect(text.contains(", a \(kind)\n\n\(summary)"), "\(text)")
    #expect(text.contains("A recipe names it in "))
    #expect(text.contains(setting))
    let json = kindred("describe", name, "--format", "json").output
    #expect(json.contains("\"kind\": \"\(kind)\""))
    #expect(json.contains("\"setting\": \""))
  }

  @Test func aKindOfNamesIsListed() {
    #expect(
      kindred("describe", "networks").errors
        == "kindred: 'networks' is no single name; 'kindred list networks' shows them all\n")
    #expect(
      kindred("describe", "glyph").errors
        == "kindred: nothing is named 'glyph'; did you mean 'glyphs'?\n")
  }

  /// A network's outputs are knowledge without being in the registry.
  @Test(arguments: ["embedding", "stage2"]) func anOutput(name: String) {
    #expect(
      kindred("describe", name).output == """
        \(name), a knowledge

        One output of the network by its name.

        Reads the output of that name.

        """)
    #expect(
      kindred("describe", name, "--format", "json").output.contains(
        #""reads": "the output of that name""#))
  }

  static let formula = """
    ce + 25*rkd.distance(layer: stage2) + 10*match(stage2, by: distances, with: meanSquare) \
    + kd(temperature: 2) + 0*logits
    """

  @Test func aFormula() {
    #expect(
      kindred("describe", Self.formula).output == """
         1 · ce
             L = −1/n Σᵢ Σ_c qᵢ_c log softmax(zᵢ)_c,  q = (1 − ε) onehot(yᵢ) + ε/C
             labelSmoothing 0
        25 · rkd.distance(layer: stage2)
             L = 1/n² Σᵢⱼ ℓ_δ(‖sᵢ − sⱼ‖/μˢ − ‖tᵢ − tⱼ‖/μᵗ)
             delta 1, reduction all, layer stage2, teacherLayer none, tuples none
        10 · match(stage2, by: distances, with: meanSquare)
             L = ℓ(ψ(s), ψ(t)),  ℓ = meanSquare,  ψ = distances,  s = t = stage2
         1 · kd(temperature: 2)
             L = T² · 1/n Σᵢ KL(softmax(tᵢ/T) ‖ softmax(sᵢ/T))
             temperature 2
         0 · logits
             L = 1/(n·C) Σᵢ Σ_c (zˢᵢ_c − zᵗᵢ_c)²

        logits
        ├─ ce
        └─ klDivergence(temperature: 2) → 4 · kd
        stage2
        └─ distances (once for 2 matches)
           ├─ dividedByMean
           │  └─ huber → 25 · rkd.distance
           └─ meanSquare → 10 · match(stage2, by: distances, with: meanSquare)

        """)
  }

  /// The last stage is looked for once; another output is there anyway.
  @Test func theLastStageIsShared() {
    func drawing(_ layer: String) -> String {
      kindred("describe", "rkd.distance(layer: \(layer)) + rkd.angle(layer: \(layer))").output
    }
    #expect(drawing("lastStage").contains("\nlastStage (once for 2 matches)\n├─ distances\n"))
    #expect(drawing("stage2").contains("\nstage2\n├─ distances\n"))
  }

  @Test func aFormulaAsJSON() {
    let formula = "rkd.distance + 10*match(embedding, by: distances, with: meanSquare)"
    #expect(
      kindred("describe", formula, "--format", "json").output == """
        {
          "formula": "\(formula)",
          "terms": [
            {
              "name": "rkd.distance",
              "weight": 1.0,
              "formula": "rkd.distance",
              "parameters": {
                "delta": 1.0,
                "reduction": "all",
                "layer": "embedding",
                "teacherLayer": null,
                "tuples": null
              },
              "student": ["embedding"],
              "teacher": ["embedding"],
              "matches": [
                {
                  "coefficient": 1.0,
                  "knowledge": "embedding",
                  "teacherKnowledge": "embedding",
                  "relations": ["distances", "dividedByMean"],
                  "matcher": "huber"
                }
              ],
              "primitives": []
            },
            {
              "name": "match(embedding, by: distances, with: meanSquare)",
              "weight": 10.0,
              "formula": "match(embedding, by: distances, with: meanSquare)",
              "parameters": {},
              "student": ["embedding"],
              "teacher": ["embedding"],
              "matches": [
                {
                  "coefficient": 1.0,
                  "knowledge": "embedding",
                  "teacherKnowledge": "embedding",
                  "relations": ["distances"],
                  "matcher": "meanSquare"
                }
              ],
              "primitives": []
            }
          ],
          "shared": [
            {
              "knowledge": "embedding",
              "relations": ["distances"],
              "matches": 2,
              "terms": ["rkd.distance", "match(embedding, by: distances, with: meanSquare)"]
            }
          ]
        }

        """)
  }

  @Test func termsThatOwnTensors() {
    func described(_ words: String...) -> String {
      let recording = Recording()
      _ = Program.kindred(registry: .linked)(["describe"] + words, console: recording.console())
      return recording.output
    }
    let formula = "rrd + fitnet(layer: stage2) + kd"
    let text = described(formula)
    #expect(
      text.hasSuffix(
        """
        stage2
        └─ projected
           └─ meanSquare → fitnet
        logits
        └─ klDivergence(temperature: 4) → 16 · kd

        Learned with the student:
          fitnet.weight
          fitnet.bias

        Remembered from step to step:
          rrd.queue, at most 16384 rows

        """), "\(text)")
    let json = described(formula, "--format", "json")
    #expect(
      json.hasSuffix(
        """
          "ownTensors": ["fitnet", "rrd"],
          "tensors": [
            {"name": "rrd.queue", "purpose": "memory", "terms": ["rrd"], "mostRows": 16384},
            {"name": "fitnet.weight", "purpose": "parameter", "terms": ["fitnet"]},
            {"name": "fitnet.bias", "purpose": "parameter", "terms": ["fitnet"]}
          ]
        }

        """), "\(json)")
    #expect(!described("kd", "--format", "json").contains("ensors"))
    #expect(!described("kd").contains("Learned") && !described("kd").contains("Remembered"))
    #expect(
      described("crd").hasSuffix(
        """

        Learned with the student:
          crd.student.weight
          crd.student.bias, of shape [128]
          crd.teacher.weight
          crd.teacher.bias, of shape [128]

        Remembered from step to step:
          crd.student.memory, a row for each example
          crd.teacher.memory, a row for each example
          crd.scale, at most 1 row

        """))
    #expect(
      described("crd", "--format", "json").contains(#""terms": ["crd"], "rows": "examples"}"#))
  }

  /// A term whose tensors are not known without outputs is named all the same.
  @Test func termsWhoseTensorsAreUnknown() {
    let recording = Recording()
    let program = Program.kindred(registry: Registry(papers: [Picking.self]))
    #expect(program(["describe", "picking"], console: recording.console()) == .done)
    #expect(
      recording.output.hasSuffix(
        "\n\n'picking' owns tensors whose names depend on outputs.\n"), "\(recording.output)")
  }

  struct Picking: PaperModule {
    static let citation = Citation("Picking", "A", "B", "https://example.org")
    static let equation = "L = ℓ"
    static let standard = Self()
    var body: some LossTerm { match(.embedding, by: Picked(), with: .meanSquare) }

    struct Picked: StatefulRelation {
      static let summary = "Rows of one number."
      func admits(_ x: Tensor) -> Bool { x.shape.dropFirst() == [1] }
      func state(student: [Int], teacher: [Int]) -> [StateTensor] {
        [StateTensor("row", .memory, shape: [1, teacher[1]])]
      }
      func callAsFunction(_ x: Tensor, of role: Role, state: [Tensor]) -> Tensor { x * state[0] }
    }
  }

  @Test func aFormulaAsAFlowchart() {
    #expect(
      kindred(
        "describe", "ce + 3*kd + match(logits, by: gram, with: huber)", "--format", "mermaid"
      ).output == """
        flowchart LR
          n0(["logits"])
          n2{{"klDivergence(temperature: 4)"}}
          n0 --> n2
          n3["gram"]
          n0 --> n3
          n4{{"huber"}}
          n3 --> n4
          t0[["ce"]]
          n0 --> t0
          t0 --> loss
          t1[["kd"]]
          n2 -- "16" --> t1
          t1 -- "3" --> loss
          t2[["match(logits, by: gram, with: huber)"]]
          n4 --> t2
          t2 --> loss
          loss(("loss"))

        """)
  }

  @Test func aNameIsDescribedAsJSON() {
    let output = kindred("describe", "kd", "--format", "json").output
    #expect(output.hasPrefix("{\n  \"kind\": \"paper\",\n  \"name\": \"kd\",\n"))
    #expect(
      output.contains(
        #"{"name": "temperature", "default": 4.0, "summary": "T, the temperature of both softmaxes."}"#
      ))
    #expect(output.contains(#""invariances": ["batchOrder", "shift"]"#))
    #expect(output.contains(#""coefficient": 16.0"#))
  }

  /// The value of a streamed relation is never held, and is computed for every match.
  @Test func streamedRelationsAreNotShared() {
    let formula = "rkd.angle + match(embedding, by: angles, with: meanSquare)"
    #expect(
      kindred("describe", formula).output.hasSuffix(
        """

        embedding
        ├─ angles
        │  └─ huber → rkd.angle
        └─ angles
           └─ meanSquare → match(embedding, by: angles, with: meanSquare)

        """))
  }

  @Test(arguments: [
    ("rkdd", ExitCode.badData, "nothing is named 'rkdd'; did you mean 'rkd'?"),
    ("gramm", .badData, "nothing is named 'gramm'; did you mean 'gram'?"),
    (
      "elephant", .badData,
      "nothing is named 'elephant'; 'kindred list' shows every name"
    ),
    (
      "ce + 2*(kd", .badData,
      "')' is missing: the '(' at column 8 is not closed, at column 11 of\n  ce + 2*(kd\n            ^"
    ),
  ])
  func unknownNamesAndFormulas(subject: String, code: ExitCode, message: String) {
    #expect(kindred("describe", subject) == (code, "", "kindred: \(message)\n"))
  }

  @Test func onlyALossHasAGraph() {
    let result = kindred("describe", "gram", "--format", "mermaid")
    #expect(result.code == .usage)
    #expect(result.errors.hasPrefix("kindred: 'gram' is not a loss, so it has no graph\nUsage: "))
  }
}
