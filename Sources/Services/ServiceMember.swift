internal import FoundationEssentials
internal import Glibc

/// A process of a service, as /proc shows it at one moment.
package struct ServiceMember: Sendable, Hashable {
    package var process: Int32
    /// When it started, in the kernel's ticks since the machine did: with the number, nobody else is ever the same.
    package var startTicks: UInt64
    /// `R`, `S`, `D`, `T` (stopped) and so on.
    package var state: Character
    var parent: Int32

    package init(process: Int32, startTicks: UInt64, state: Character, parent: Int32 = 0) {
        self.process = process
        self.startTicks = startTicks
        self.state = state
        self.parent = parent
    }

    /// Nil if there is no such process.
    init?(of process: Int32) {
        guard let line = Self.text("/proc/\(process)/stat") else { return nil }
        self.init(process: process, line: line)
    }

    /// Reads a line of /proc/PID/stat. The program's name is in parentheses and may hold some itself.
    init?(process: Int32, line: String) {
        guard let close = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
            let startTicks = UInt64(fields[19])
        else { return nil }
        self.init(process: process, startTicks: startTicks, state: state, parent: parent)
    }

    /// A zombie has ended; only its parent has not waited for it.
    var hasEnded: Bool { state == "Z" || state == "X" }

    /// Whether a signal has stopped it, so that it does nothing until SIGCONT.
    package var isStopped: Bool { state == "T" || state == "t" }

    /// Whether it is the same process, whatever it does at the moment.
    package func isSame(as other: ServiceMember) -> Bool {
        process == other.process && startTicks == other.startTicks
    }

    /// Every living process that has come from `ancestor`, which is not among them. The whole of /proc is read.
    static func descendants(of ancestor: Int32) -> [ServiceMember] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let all = names.compactMap { Int32($0) }.compactMap { ServiceMember(of: $0) }
        let children = Dictionary(grouping: all, by: \.parent)
        var found: [ServiceMember] = []
        var waiting = [ancestor]
        // A process that changed its parent while we read is met once.
        var met: Set<Int32> = [ancestor]
        while let next = waiting.popLast() {
            for child in children[next] ?? [] where met.insert(child.process).inserted {
                waiting.append(child.process)
                if !child.hasEnded { found.append(child) }
            }
        }
        return found.sorted { $0.process < $1.process }
    }

    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
