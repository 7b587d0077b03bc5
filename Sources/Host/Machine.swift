internal import FlashSale
internal import Glibc

/// The machine that this process runs on.
package enum Machine {
    /// Processors that are in use.
    package static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// `/proc/stat` of now; nil where there is none.
    package static var processorTimes: ProcessorTimes? {
        text(of: "/proc/stat").flatMap { ProcessorTimes($0, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK)))) }
    }

    package static var hostName: String { uname { $0.nodename } }

    /// Such as `Linux 6.8.0-45-generic x86_64`.
    package static var kernel: String { uname { $0.sysname } + " " + uname { $0.release } + " " + uname { $0.machine } }

    /// As the processor calls itself; nil where it has no name.
    package static var processorModel: String? { text(of: "/proc/cpuinfo").flatMap(processorModel(inText:)) }

    /// - Parameter text: what `/proc/cpuinfo` holds. ARM has no model name there.
    static func processorModel(inText text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("model name") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if !name.isEmpty { return name }
        }
        return nil
    }

    private static func uname<Field>(_ field: (utsname) -> Field) -> String {
        var names = utsname()
        guard Glibc.uname(&names) == 0 else { return "unknown" }
        return withUnsafeBytes(of: field(names)) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// A file of the kernel's, whose size cannot be asked for.
    private static func text(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
