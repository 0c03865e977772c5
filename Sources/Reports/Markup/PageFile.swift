/// A file beside this one that every page contains unchanged. It is part of the program, which
/// therefore needs no folder of resources.
struct PageFile: Sendable {
  /// The look of a report, for narrow and wide screens, light and dark.
  static let style = PageFile(PackageResources.report_css)
  /// The behaviour of a report: numbers under the pointer, and tables that can be sorted.
  static let script = PageFile(PackageResources.report_js)

  let text: String

  private init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }
}
