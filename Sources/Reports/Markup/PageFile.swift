/// A file beside this one that every page holds as it is. It is part of the program, which needs no
/// folder of resources.
struct PageFile: Sendable {
  /// How a report looks: for narrow and wide screens, light and dark.
  static let style = PageFile(PackageResources.report_css)
  /// What a report does when it is touched: numbers under the pointer, sorted tables.
  static let script = PageFile(PackageResources.report_js)

  let text: String

  private init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }
}
