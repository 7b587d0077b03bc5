import Foundation
import Glibc

/// Looks at processes through /proc, independently of the code under test.
enum TestProcess {
    /// Whether the process has ended. An orphan may stay a zombie for some seconds, which counts as ended.
    static func hasEnded(_ process: Int32) -> Bool {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let close = line.lastIndex(of: ")")
        else { return true }
        return line[line.index(close, offsetBy: 2)] == "Z"
    }

    /// Every living process that works in `folder` or was told of it in its arguments.
    static func using(_ folder: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            guard process != getpid(), !hasEnded(process) else { return false }
            let workingFolder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
            if workingFolder?.hasPrefix(folder) == true { return true }
            let arguments = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return String(decoding: arguments, as: UTF8.self).contains(folder)
        }
    }

    /// Waits until `condition` holds, for at most 10 seconds. Whether it did.
    static func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<2000 {
            if condition() { return true }
            usleep(5000)
        }
        return condition()
    }
}
