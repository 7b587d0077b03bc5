import Foundation
import Testing

/// A script under scripts/ in the system's Python, which has the packages that scripts/test installs.
enum Python {
    private static let root =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path

    /// What the script printed; it has to end with 0.
    static func run(_ script: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B", "\(root)/scripts/\(script)"] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // What it has to say against a file is short, and fits into the pipe.
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let problem = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        try #require(process.terminationStatus == 0, "\(problem)")
        return bytes
    }
}
