internal import Glibc

/// What a program is doing, and what it has started.
extension ChildHandle {
    struct Activity: Equatable {
        var process: Int32
        /// How much it has done.
        var ticks: Int
    }

    /// The most processes of one program that are looked at.
    private static var activityLimit: Int { 100 }

    /// Of it and of all that it has started, if every one of them waits for something; nil where one is at work, or the system does
    /// not tell.
    var activities: [Activity]? {
        var found: [Activity] = []
        var waiting = [process]
        while let next = waiting.popLast() {
            guard let activity = Self.activity(of: next), found.count < Self.activityLimit else { return nil }
            found.append(activity)
            let children = Self.text("/proc/\(next)/task/\(next)/children") ?? ""
            waiting += children.split(separator: " ").compactMap { Int32($0) }
        }
        return found
    }

    /// Nil where it is not waiting.
    private static func activity(of process: Int32) -> Activity? {
        // Its name is in parentheses, and may hold some itself.
        guard let line = text("/proc/\(process)/stat"), let close = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 12, fields[0] == "S", let user = Int(fields[11]), let system = Int(fields[12]) else {
            return nil
        }
        return Activity(process: process, ticks: user + system)
    }

    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &bytes, bytes.count)
        return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
