import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport
import Testing

/// A guard that a test gives its orders, in the place of a coordinator, with a server that runs.
final class GuardByHand {
    private(set) var said = ""
    private let input = Pipe()
    private let output = Pipe()
    private let process = Process()

    /// Returns when the server takes connections.
    init(_ sandbox: Sandbox, persistence: Scenario.Persistence) throws {
        let folder = sandbox.path + "/stress-by-hand"
        // A port that was free a moment ago.
        let earlier = try sandbox.start()
        guard case .tcp(_, let port) = earlier.endpoint.transport else { throw CancellationError() }
        earlier.stop()
        process.executableURL = URL(fileURLWithPath: StressBinary.path)
        // It stays, since a restart runs it again.
        let program = try sandbox.script("exec redis-server \"$@\"")
        process.arguments = ["guard", folder, "\(port)", "100", persistence.rawValue, program]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try give(FaultCleanUpTests.password)
        let isReady = TestProcess.eventually {
            let log = FileManager.default.contents(atPath: folder + "/redis.log") ?? Data()
            return String(decoding: log, as: UTF8.self).contains("Ready to accept connections")
        }
        #expect(isReady)
    }

    func give(_ order: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(order.utf8)) }

    /// Waits until the guard's last words are these.
    func hear(_ words: String) -> Bool {
        TestProcess.eventually {
            var poller = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            while poll(&poller, 1, 0) > 0, poller.revents & Int16(POLLIN) != 0 {
                said += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            }
            return said.hasSuffix("\n" + words)
        }
    }

    func endInput() { try? input.fileHandleForWriting.close() }

    /// Its exit status.
    func waitForEnd() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
