import Distillation
import Testing

@Suite struct NearestTests {
  static let names = [
    "ce", "kd", "rkd", "rkd.distance", "rkd.angle", "logits", "temperature", "irg.edge", "sp",
  ]

  @Test(arguments: [
    ("rkd.distanse", "rkd.distance"),  // a letter replaced
    ("rkd.ditsance", "rkd.distance"),  // two letters swapped
    ("rkdangle", "rkd.angle"),  // a letter missing
    ("temperatuuure", "temperature"),  // two letters added
    ("Logits", "logits"),  // upper case
    ("KD", "kd"),
    ("rdk", "rkd"),
    ("cee", "ce"),
  ])
  func offersWhatWasMeant(typed: String, meant: String) {
    #expect(nearest(to: typed, in: Self.names) == meant)
  }

  @Test(arguments: ["", "x", "at", "pkt.x", "dist", "distance", "logitsabc", "completely.else"])
  func offersNothingWhenNothingIsNear(typed: String) {
    #expect(nearest(to: typed, in: Self.names) == nil)
  }

  @Test func doesNotDependOnTheOrderOfTheNames() {
    #expect(nearest(to: "stage", in: ["stage2", "stage1", "stage3"]) == "stage1")
    #expect(nearest(to: "stage", in: ["stage3", "stage1", "stage2"]) == "stage1")
    #expect(nearest(to: "stage", in: Set(["stage3", "stage1", "stage2"])) == "stage1")
  }

  @Test func prefersFewerMistakes() {
    #expect(nearest(to: "embeding", in: ["embedded", "embedding"]) == "embedding")
  }

  @Test func isQuickOnLongInput() {
    #expect(nearest(to: String(repeating: "k", count: 1_000_000), in: Self.names) == nil)
    #expect(nearest(to: "kd", in: [] as [String]) == nil)
  }
}
