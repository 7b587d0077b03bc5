internal import CSystem
internal import Glibc

/// What this process has used.
package enum ProcessUsage {
    /// User and system time.
    package static func cpuSeconds() -> Double { Double(Clock.cpuNanoseconds()) / 1e9 }

    /// The most memory that was resident at once, in MiB; 0 if the system does not tell. `ru_maxrss` would include the
    /// coordinator's memory from before exec, so this is VmHWM.
    package static func peakMemoryMib() -> Double {
        guard let file = fopen("/proc/self/status", "re") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("VmHWM:") else { continue }
            let kibibytes = text.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
            return (kibibytes ?? 0) / 1024
        }
        return 0
    }
}
