import Testing

@testable import SystemMemory

/// The memory that a process may take, by what Linux reports about the machine, groups and limits.
@Suite struct AvailableMemoryTests {
  private static let megabyte = 1 << 20

  private static let meminfo = """
    MemTotal:       24684096 kB
    MemFree:         1048576 kB
    MemAvailable:   20971520 kB
    """

  /// The memory on a machine with 20 GB free, with `files` as the system's other files.
  private func available(
    _ files: [String: String] = [:], addressSpace: Int? = nil, data: Int? = nil
  ) -> AvailableMemory {
    let all = files.merging(["/proc/meminfo": Self.meminfo]) { $1 }
    return AvailableMemory(
      machine: 24 << 30, limits: .init(addressSpace: addressSpace, data: data)
    ) { all[$0] }
  }

  @Test func withoutLimitsItIsWhatTheMachineHasFree() {
    #expect(available() == AvailableMemory(bytes: 20 << 30, bound: .machine))
    #expect(
      AvailableMemory(machine: 24 << 30, limits: .init()) { _ in nil }
        == AvailableMemory(bytes: 24 << 30, bound: .machine))
  }

  private static let version2 = [
    "/proc/self/cgroup": "0::/system.slice/job\n",
    "/proc/self/mountinfo": """
    25 1 8:1 / / rw - ext4 /dev/sda1 rw
    31 25 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate

    """,
  ]

  @Test func aGroupOfVersion2() {
    var files = Self.version2
    let folder = "/sys/fs/cgroup/system.slice/job"
    files["\(folder)/memory.max"] = "536870912\n"
    files["\(folder)/memory.current"] = "209715200\n"
    #expect(available(files) == AvailableMemory(bytes: 312 * Self.megabyte, bound: .container))
    // The kernel gives back the file system's cache.
    files["\(folder)/memory.stat"] = "anon 1\ninactive_file 104857600\nactive_file 7\n"
    #expect(available(files) == AvailableMemory(bytes: 412 * Self.megabyte, bound: .container))
    // A group further up limits the process too.
    files["/sys/fs/cgroup/system.slice/memory.max"] = "268435456\n"
    #expect(available(files) == AvailableMemory(bytes: 256 * Self.megabyte, bound: .container))
    for name in ["/sys/fs/cgroup/system.slice", folder] { files["\(name)/memory.max"] = "max\n" }
    #expect(available(files).bound == .machine)
    // More is in use than the limit allows, so nothing is left.
    files["\(folder)/memory.max"] = "1048576\n"
    #expect(available(files) == AvailableMemory(bytes: 0, bound: .container))
  }

  @Test func aGroupOfVersion1InAContainer() {
    // The container's own group is the root of the mount.
    let files = [
      "/proc/self/cgroup": "5:devices:/docker/1f\n4:memory:/docker/1f\n0::/docker/1f\n",
      "/proc/self/mountinfo": """
      33 31 0:30 /docker/1f /sys/fs/cgroup/memory ro master:4 - cgroup cgroup rw,memory
      36 31 0:33 /docker/1f /sys/fs/cgroup/devices ro master:4 - cgroup cgroup rw,devices
      """,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "73400320\n",
      "/sys/fs/cgroup/memory/memory.stat": "inactive_file 1\ntotal_inactive_file 20971520\n",
    ]
    #expect(available(files) == AvailableMemory(bytes: 974 * Self.megabyte, bound: .container))
    // Version 1 reports this number if there is no limit.
    let unlimited = files.merging(
      ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"]) { $1 }
    #expect(available(unlimited).bound == .machine)
    // The path is the host's, and no part of it is mounted.
    let elsewhere = files.merging(["/proc/self/cgroup": "4:memory:/kubepods/pod1/2e\n"]) { $1 }
    #expect(available(elsewhere) == AvailableMemory(bytes: 974 * Self.megabyte, bound: .container))
  }

  @Test func theLimitsOfTheProcess() {
    let files = ["/proc/self/status": "Name:\tkindred\nVmSize:\t  102400 kB\nVmData:\t 51200 kB\n"]
    #expect(
      available(files, addressSpace: 500 * Self.megabyte)
        == AvailableMemory(bytes: 400 * Self.megabyte, bound: .addressSpace))
    #expect(
      available(files, addressSpace: 500 * Self.megabyte, data: 250 * Self.megabyte)
        == AvailableMemory(bytes: 200 * Self.megabyte, bound: .data))
  }

  @Test func itLeavesASixteenth() {
    let memory = AvailableMemory(bytes: 1600, bound: .machine)
    #expect(memory.holds(1500))
    #expect(!memory.holds(1501))
  }

  @Test func itsText() {
    let texts = [
      AvailableMemory(bytes: 20 << 30, bound: .machine):
        "20480 MB of memory free on this machine",
      AvailableMemory(bytes: 512 << 20, bound: .container):
        "512 MB of memory left by the limit of the container",
      AvailableMemory(bytes: 64 << 20, bound: .addressSpace):
        "64 MB left by the limit of address space (ulimit -v)",
      AvailableMemory(bytes: 64 << 20, bound: .data): "64 MB left by the limit of data (ulimit -d)",
    ]
    for (memory, text) in texts { #expect("\(memory)" == text) }
  }

  @Test func ofThisProcess() {
    let memory = AvailableMemory.now
    #expect(memory.bytes > 16 * Self.megabyte)
    #expect(memory.bytes < 1 << 50)
  }
}
