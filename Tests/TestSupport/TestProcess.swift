import Foundation
import Glibc

/// Looks at processes through /proc, independently of the code under test.
package enum TestProcess {
    /// Whether the process has ended. An orphan may stay a zombie for some seconds, which counts as ended.
    package static func hasEnded(_ process: Int32) -> Bool {
        fields(of: process).map { $0.state == "Z" || $0.state == "X" } ?? true
    }

    /// Whether a signal has stopped the process, so that it waits for SIGCONT.
    package static func isStopped(_ process: Int32) -> Bool { fields(of: process)?.state == "T" }

    /// Every living process that works in `folder` or was told of it in its arguments.
    package static func using(_ folder: String) -> [Int32] {
        all.filter { process in
            guard process != getpid(), !hasEnded(process) else { return false }
            let workingFolder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
            if workingFolder?.hasPrefix(folder) == true { return true }
            return arguments(of: process).contains { $0.contains(folder) }
        }
    }

    /// The living processes that `parent` started.
    package static func children(of parent: Int32) -> [Int32] {
        all.filter { !hasEnded($0) && fields(of: $0)?.parent == parent }.sorted()
    }

    /// What a process was started with; empty if it has ended.
    package static func arguments(of process: Int32) -> [String] {
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The environment that a process was started with; empty if it has ended.
    package static func environment(of process: Int32) -> [String: String] {
        let bytes = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
        var found: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            let text = String(decoding: entry, as: UTF8.self)
            guard let sign = text.firstIndex(of: "=") else { continue }
            found[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        return found
    }

    /// Every living process that has this value somewhere in its environment.
    package static func marked(_ value: String) -> [Int32] {
        all.filter { process in
            process != getpid() && !hasEnded(process) && environment(of: process).values.contains(value)
        }
    }

    /// Where a process takes TCP connections, as the kernel writes it: `0100007F:18EB` is 127.0.0.1:6379.
    package static func listening(_ process: Int32) -> [String] {
        let folder = "/proc/\(process)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let targets = names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
        return listeners.filter { targets.contains("socket:[\($0.inode)]") }.map(\.address).sorted()
    }

    /// Whether anybody on this machine listens at a TCP port.
    package static func isListened(at port: Int) -> Bool {
        listeners.contains { Int($0.address.split(separator: ":")[1], radix: 16) == port }
    }

    private static var listeners: [(address: String, inode: String)] {
        var found: [(address: String, inode: String)] = []
        for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let table = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            for line in table.split(separator: "\n") {
                let fields = line.split(separator: " ")
                if fields.count > 9, fields[3] == "0A" { found.append((String(fields[1]), String(fields[9]))) }
            }
        }
        return found
    }

    /// Waits until `condition` holds, for so many seconds at most. Whether it did.
    package static func eventually(withinSeconds seconds: Double = 10, _ condition: () -> Bool) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if condition() { return true }
            usleep(5000)
        }
        return condition()
    }

    private static var all: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    /// The state and the parent of a process, from the words behind its name, which may hold anything.
    private static func fields(of process: Int32) -> (state: Substring, parent: Int32)? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let close = line.lastIndex(of: ")")
        else { return nil }
        let words = line[line.index(after: close)...].split(separator: " ")
        guard words.count > 1, let parent = Int32(words[1]) else { return nil }
        return (words[0], parent)
    }
}
