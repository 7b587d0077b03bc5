internal import EmbeddedRedis
internal import FoundationEssentials
internal import Glibc

/// What all threads of some processes do at one moment, as /proc shows it.
///
/// A purchase that is not at the proxy is either at work, asleep until a time, or waiting for somebody: a lock, a pool. Which of the
/// last two, the system call tells that a thread sleeps in.
struct ThreadLook: Equatable {
    /// For how long each thread was on a processor, in nanoseconds.
    private var times: [Int32: UInt64] = [:]

    /// Threads that wait for a time to come, and for how many milliseconds at most, if that is known.
    struct Timers: Equatable {
        fileprivate(set) var waits: [Int32: Int?] = [:]

        /// Takes in what was seen at another moment of the same state.
        mutating func formUnion(_ other: Timers) { waits.merge(other.waits) { _, new in new } }

        /// Whether a thread waits for a time now that it did not wait for before: `idle` is what there was when nothing was under way.
        func hasMore(than idle: Timers, withinMilliseconds most: Int) -> Bool {
            waits.contains { thread, wait in
                guard let before = idle.waits[thread] else { return wait.map { $0 <= most } ?? true }
                guard let wait, wait <= most else { return false }
                return before.map { 2 * wait < $0 } ?? false
            }
        }
    }

    /// Looks at all threads.
    ///
    /// - Returns: nil where one is at work.
    init?(at processes: [Int32]) {
        for process in processes {
            for thread in Self.numbers(in: "/proc/\(process)/task") {
                let folder = "/proc/\(process)/task/\(thread)"
                // It has ended meanwhile.
                guard let state = Self.state(of: folder) else { continue }
                switch state {
                case "S", "I", "T", "t": break
                case "Z", "X": continue
                default: return nil
                }
                times[thread] =
                    SmallFile.read("\(folder)/schedstat")?.split(separator: " ").first.flatMap { UInt64($0) } ?? 0
            }
        }
    }

    /// The threads that wait for a time.
    static func timers(of processes: [Int32]) -> Timers {
        var timers = Timers()
        for process in processes {
            for thread in numbers(in: "/proc/\(process)/task") {
                guard let call = SleepingCall(of: "/proc/\(process)/task/\(thread)"), let wait = call.timer else {
                    continue
                }
                timers.waits[thread] = wait
            }
        }
        return timers
    }

    /// A process and all that it has started.
    static func family(of process: Int32) -> [Int32] {
        var found: [Int32] = []
        var waiting = [process]
        while let next = waiting.popLast(), found.count < 200 {
            found.append(next)
            for thread in numbers(in: "/proc/\(next)/task") {
                let children = SmallFile.read("/proc/\(next)/task/\(thread)/children") ?? ""
                waiting += children.split(separator: " ").compactMap { Int32($0) }
            }
        }
        return found
    }

    private static func numbers(in folder: String) -> [Int32] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var numbers: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
    }

    private static func state(of folder: String) -> Substring? {
        // The name is in parentheses, and may hold some itself.
        guard let line = SmallFile.read("\(folder)/stat"), let close = line.lastIndex(of: ")") else { return nil }
        return line[line.index(after: close)...].split(separator: " ").first
    }
}
