import Foundation

/// Our own program, which is built beside the tests.
package enum StressBinary {
    package static let path: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("stress").path
    }()
}
