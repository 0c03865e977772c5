/// Names with a meaning of their own, without regard to what a checkout holds.
enum ReservedNames {
  /// Modules of the toolchain and of platforms, of which a package can have no second.
  static let modules = names(
    """
    Accelerate Android Builtin Combine CompilerPluginSupport CoreFoundation CoreML CRT Cxx
    CxxStdlib Darwin Differentiation Dispatch Distributed Foundation FoundationEssentials
    FoundationInternationalization FoundationNetworking FoundationXML Glibc Metal Musl ObjectiveC
    Observation PackageDescription PackagePlugin RegexBuilder Runtime Swift SwiftOnoneSupport
    SwiftShims Synchronization System Testing UCRT WASILibc WinSDK XCTest
    """)

  /// Types of Swift and of Foundation, which a module's own type would hide or make ambiguous.
  static let types = names(
    """
    Actor Any AnyHashable AnyObject Array ArraySlice AsyncSequence AsyncStream Atomic
    AttributedString Bool Bundle CaseIterable Character Clock ClosedRange Codable CodingKey
    Collection Comparable CustomStringConvertible Data Date DateFormatter Decimal Decodable
    Decoder Dictionary DispatchQueue DispatchSemaphore Double Duration Encodable Encoder Equatable
    Error ExpressibleByStringLiteral FileHandle FileManager Float Float16 Float80 Hashable Hasher
    Identifiable IndexPath IndexSet Int Int128 Int16 Int32 Int64 Int8 IteratorProtocol JSONDecoder
    JSONEncoder JSONSerialization KeyPath Locale LocalizedError Lock MainActor ManagedBuffer
    Measurement MemoryLayout Mirror Mutex Never Notification NumberFormatter ObjectIdentifier
    OpaquePointer Operation Optional OptionSet Pipe Process ProcessInfo Progress
    PropertyListDecoder Protocol Range RangeReplaceableCollection RawRepresentable Regex Result
    RunLoop Scanner Selector Self Sendable Sequence Set SIMD16 SIMD2 SIMD4 SIMD8 Slice
    StaticString Stream Strideable String Substring Suite Tag Task TaskGroup TaskLocal Test Thread
    TimeInterval Timer TimeZone Trait Type UInt UInt128 UInt16 UInt32 UInt64 UInt8 UndoManager
    Unicode Unit Unmanaged UnsafeBufferPointer UnsafeMutableBufferPointer UnsafeMutablePointer
    UnsafeMutableRawPointer UnsafePointer UnsafeRawBufferPointer UnsafeRawPointer URL
    URLComponents URLRequest URLSession UserDefaults UUID Void Zip2Sequence
    """)

  /// Words of formulas.
  static let words = names(
    """
    Adaptive Cosine CosineRamp Embedding False GradientNorm Labels Match None Ramp True Uncertainty
    """)

  private static func names(_ text: String) -> Set<String> {
    Set(text.split { $0.isWhitespace }.map { String($0) })
  }
}
