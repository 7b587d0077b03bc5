import Foundation
import Glibc

/// Our own program, which is built beside the tests.
package enum StressBinary {
    package static let path: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("stress").path
    }()

    /// The same without what only debuggers need, for tests that send it or reckon its digest: a sixth of its size. Made beside it
    /// whenever that is newer.
    package static let small: String = {
        let small = path + "-small"
        guard modified(small) < modified(path) else { return small }
        let new = "\(small)-\(UUID().uuidString)"
        let strip = Process()
        strip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        strip.arguments = ["strip", "-o", new, path]
        try? strip.run()
        strip.waitUntilExit()
        // Another test's process may have been first, which is as good.
        guard strip.terminationStatus == 0, rename(new, small) == 0 else { return path }
        return small
    }()

    private static func modified(_ path: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }
}
