import Foundation

/// A folder of a test's own, which goes away with it.
package final class TestFolder: Sendable {
    package let path: String

    package init(_ purpose: String) throws {
        path = "/tmp/stress-\(purpose)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Makes a folder in it, and returns its path.
    package func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        return "\(path)/\(name)"
    }

    /// Writes a file into it, and returns its path.
    @discardableResult
    package func file(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
        return "\(path)/\(name)"
    }

    /// Writes an executable shell script into it, and returns its path.
    package func script(_ name: String, _ text: String) throws -> String {
        let path = "\(self.path)/\(name)"
        try Script.write(text, to: path)
        return path
    }
}
