import Foundation
import KindredCLI
import Testing

@Suite struct ParameterExtractorTests {
  private func comments(_ sources: (module: String, source: String)...) -> ParameterComments {
    var extractor = ParameterExtractor()
    for (module, source) in sources { extractor.read(source, module: module) }
    return extractor.comments
  }

  @Test func aCommentIsOfEveryVariableOfItsDeclaration() {
    let source = """
      public struct DIST: PaperModule {
        public static let citation = Citation("A \\"quoted\\" title \\(1 + f("}")) {", "B")

        /// β and γ, as in the authors' code;
        /// they are 1 or more.
        ///
        /// What follows an empty line is no part of the sentence.
        public var inter = 2.0, intra = [1.0, 2.0].reduce(0) { $0 + $1 }

        /// The ``Temperature`` of `both` softmaxes.
        @available(*, deprecated) public private(set) var temperature: Double

        public var other = 1, tuples: [String: Int]?

        /// The body.
        public var body: some LossTerm { let x = 1; return x }
        /// Neither is a parameter.
        public static var shared = 3
      }
      """
    #expect(
      comments(("DIST", source)) == [
        "DIST.DIST": [
          "inter": "β and γ, as in the authors' code; they are 1 or more.",
          "intra": "β and γ, as in the authors' code; they are 1 or more.",
          "temperature": "The Temperature of 'both' softmaxes.",
        ]
      ])
  }

  @Test func typesStandInTypesAndExtensions() {
    let source = """
      struct RKD {
        enum Variant: String {
          /// The first,
          /// or the second.
          case a, b = "}"
          case c(x: Int = 1)
          /// The last.
          indirect case d
          func f() -> Int { if true { return 1 }; return 2 }
        }
        /** How potentials are compared. */
        struct Potentials {
          /**
           * δ of the penalty.
           */
          var delta = 1.0
        }
        // No documentation.
        var angle = 2.0
      }
      extension RKD.Potentials where Self: Sized {
        /// A comment of a function, not of what follows.
        func f() {}
        struct Inner {
          /// Deep.
          var value: (Int, Int) = (1, 2)
        }
      }
      """
    #expect(
      comments(("Papers", source)) == [
        "Papers.RKD.Variant": [
          "a": "The first, or the second.", "b": "The first, or the second.", "d": "The last.",
        ],
        "Papers.RKD.Potentials": ["delta": "δ of the penalty."],
        "Papers.RKD.Potentials.Inner": ["value": "Deep."],
      ])
  }

  /// A default that is another parameter's brings its comment, wherever that stands.
  @Test func commentsComeWithDefaults() {
    let core = """
      public struct Huber {
        /// δ.
        public var delta: Double
        public init(delta: Double = 1) { self.delta = delta }
      }
      """
    let paper = """
      public struct VRM {
        public var keep = Sample().keep, delta: Double
        public var own: Double
        public init(delta: Double = Huber.standard.delta, own: Double = Nothing.standard.own) {}
        struct Sample {
          /// The share of edges.
          var keep = 1.0
          /// Its own.
          var other = VRM.standard.keep
        }
        struct Class {
          var keep: Double
          init(_ keep: Double = VRM.standard.keep, more: [Int] = [1, 2]) { self.keep = keep }
          var keep2 = VRM().keep
        }
      }
      """
    #expect(
      comments(("VRM", paper), ("Distillation", core)) == [
        "Distillation.Huber": ["delta": "δ."],
        "VRM.VRM": ["keep": "The share of edges.", "delta": "δ."],
        "VRM.VRM.Sample": ["keep": "The share of edges.", "other": "Its own."],
        "VRM.VRM.Class": ["keep2": "The share of edges."],
      ])
  }

  @Test func nothingTrapsOnWhatIsNotSwift() {
    for source in [
      "", "}", "struct", "struct A {", "var", "/// x\nvar a = (", "\"", "/*", "init(", "#\"a\\#(",
      "`",
    ] {
      #expect(comments(("M", source)).values.allSatisfy { $0.count < 2 }, "\(source)")
    }
  }

  /// A source may end anywhere: here this file does.
  @Test func nothingTrapsOnHalfASource() throws {
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    for length in stride(from: 0, to: source.count, by: 43) {
      let found = comments(("M", String(source.prefix(length))))
      #expect(found.values.allSatisfy { $0.values.allSatisfy { !$0.isEmpty } })
    }
  }

  @Test func commentsAsSwift() {
    let comments: ParameterComments = [
      "B.B": ["b": #"A "text" with \ in it."#],
      "A.A": [
        "z": "z",
        "a": Array(repeating: "word \"x\"", count: 14).joined(separator: " "),
      ],
    ]
    #expect(
      ParameterExtractor.literal(comments, indentation: 2) == #"""
        [
            "A.A": [
              "a": """
              word "x" word "x" word "x" word "x" word "x" word "x" word "x" word "x" word "x" word "x" \
              word "x" word "x" word "x" word "x"
              """,
              "z": "z",
            ],
            "B.B": [
              "b": "A \"text\" with \\ in it."
            ],
          ]
        """#)
    #expect(ParameterExtractor.literal([:]) == "[:]")
  }
}
