internal import FoundationEssentials
internal import Glibc

/// What /proc says of a process.
package struct ProcessStatus: Equatable {
    /// `R`, `S`, `D`, `T`, `Z` and so on.
    package var state: Character
    var parent: Int32
    var session: Int32

    /// A zombie has ended; only its parent has not reaped it.
    var hasEnded: Bool { state == "Z" || state == "X" }

    /// Whether each of a process's threads was seen to be stopped (SIGSTOP).
    package static func isStopped(_ process: Int32) -> Bool {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return !threads.isEmpty
            && threads.allSatisfy { thread in
                SmallFile.read("/proc/\(process)/task/\(thread)/stat").flatMap(ProcessStatus.init(line:))?.state == "T"
            }
    }

    /// Nil if there is no such process.
    package init?(of process: Int32) {
        guard let text = SmallFile.read("/proc/\(process)/stat") else { return nil }
        self.init(line: text)
    }

    /// Reads a line of /proc/PID/stat. The program's name is in parentheses and may hold some itself.
    init?(line: String) {
        guard let close = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 3, let state = fields[0].first, let parent = Int32(fields[1]),
            let session = Int32(fields[3])
        else { return nil }
        self.state = state
        self.parent = parent
        self.session = session
    }

    /// Kills whatever came from a session's leader, but not itself, until none is left or the time is up.
    ///
    /// The leader must be the caller or a child that it has not waited for: then nobody else can have its number, and
    /// whatever is in the session came from it. This reaches the children that Redis forks to save, too; and where the
    /// leader adopts orphans, a server that went into a session of its own.
    static func killMembers(ofSession leader: Int32, withinMilliseconds: Int) {
        let deadline = Deadline(milliseconds: withinMilliseconds)
        while true {
            let members = members(ofSession: leader)
            if members.isEmpty || deadline.hasPassed { return }
            for member in members { kill(member, SIGKILL) }
            usleep(1000)
        }
    }

    /// Every living process in a session or descended from its leader, but not the leader. The whole of /proc is read.
    static func members(ofSession leader: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var found: [Int32: ProcessStatus] = [:]
        for process in names.compactMap({ Int32($0) }) { found[process] = ProcessStatus(of: process) }
        found[leader] = nil
        var members = Set(found.filter { $0.value.session == leader || $0.value.parent == leader }.keys)
        var count = 0
        while count < members.count {
            count = members.count
            for (process, status) in found where members.contains(status.parent) { members.insert(process) }
        }
        return members.filter { found[$0]?.hasEnded == false }
    }
}

/// Whole files of a few kilobytes, in /proc and in the server's folder.
package enum SmallFile {
    /// The file's text, or nil if it cannot be read.
    ///
    /// - Parameters:
    ///   - start: how many bytes to pass over.
    ///   - most: where it stops, in bytes.
    package static func read(_ path: String, from start: Int = 0, atMost most: Int = 1 << 20) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard start == 0 || lseek(descriptor, start, SEEK_SET) == start else { return nil }
        var text: [UInt8] = []
        while text.count < most {
            var count = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { return nil }
            text += piece
        }
        return String(decoding: text, as: UTF8.self)
    }
}
