import Foundation

/// The process's highest resident memory so far, in megabytes.
var peakMegabytes: Double {
  var usage = rusage()
  #if os(Linux)
    getrusage(numericCast(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  #else
    getrusage(RUSAGE_SELF, &usage)
    return Double(usage.ru_maxrss) / 1_048_576
  #endif
}
