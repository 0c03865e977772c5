import Foundation
import Reports
import Testing

/// The colours of the style, tested without a browser: WCAG 2.1's contrast for all colours of text.
@Suite struct ContrastTests {
  /// The colours of the light scheme, then those of the dark scheme.
  static let schemes: [[Substring: Double]] = {
    let page = ReportPage([sampleReport()]).html
    return page.matches(of: /:root \{([^}]*)\}/).map { scheme in
      Dictionary(
        uniqueKeysWithValues: scheme.1.matches(of: /--(\w+): #(\w+);/).map {
          ($0.1, luminance($0.2))
        })
    }
  }()

  static func luminance(_ color: Substring) -> Double {
    let digits = color.compactMap { $0.hexDigitValue }
    let channels =
      digits.count == 3
      ? digits.map { $0 * 17 } : [0, 2, 4].map { digits[$0] * 16 + digits[$0 + 1] }
    let linear = channels.map { channel in
      let share = Double(channel) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  static func contrast(_ one: Double, _ other: Double) -> Double {
    (max(one, other) + 0.05) / (min(one, other) + 0.05)
  }

  /// Black on white has a contrast of 21. #767676, the lightest grey that is enough on white, has
  /// 4.54.
  @Test func contrastIsThatOfTheStandard() {
    #expect(Self.contrast(Self.luminance("000"), Self.luminance("ffffff")) == 21)
    #expect(abs(Self.contrast(Self.luminance("767676"), 1) - 4.54) < 0.005)
  }

  @Test(arguments: [0, 1]) func textHasContrast(scheme: Int) throws {
    try #require(Self.schemes.count == 2)
    let colors = Self.schemes[scheme]
    let text = ["front", "soft", "good", "bad", "link"] + (0..<6).map { "s\($0)" }
    #expect(Set(colors.keys) == Set((text + ["back", "card", "rule"]).map { $0[...] }))
    for name in text {
      for back in ["back", "card"] {
        let ratio = Self.contrast(try #require(colors[name[...]]), try #require(colors[back[...]]))
        #expect(ratio >= 4.5, "--\(name) on --\(back): \(ratio)")
      }
    }
  }
}
