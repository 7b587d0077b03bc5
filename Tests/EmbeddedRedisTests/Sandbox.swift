import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// A TMPDIR of a test's own, so that whatever stays behind in it is that test's.
final class Sandbox: Sendable {
    let path: String

    init() throws {
        path = "/tmp/embedded-redis-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.removeItem(atPath: "\(path).script")
    }

    var environment: [String: String] {
        ProcessInfo.processInfo.environment.merging(["TMPDIR": path]) { $1 }
    }

    func start(
        persistence: Scenario.Persistence = .none, maximumClients: Int = 100, isProtected: Bool = true,
        powerCuts: Bool = false, stopsClock: Bool = false, executable: String = StressBinary.path,
        environment extra: [String: String] = [:]
    ) throws(EmbeddedServerError) -> EmbeddedServer {
        try EmbeddedServer.start(
            persistence: persistence, maximumClients: maximumClients, isProtected: isProtected, powerCuts: powerCuts,
            stopsClock: stopsClock, executable: executable, environment: environment.merging(extra) { $1 })
    }

    /// A connection with a server's own password, or another one.
    func connect(
        to endpoint: RedisEndpoint, timeoutMilliseconds: Int = 5000
    ) throws(ConnectionError) -> Connection {
        try Connection(
            to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// What a server answers to one command.
    func ask(_ endpoint: RedisEndpoint, _ command: String...) throws -> String {
        var connection = try connect(to: endpoint)
        return try connection.call(command).string()
    }

    /// Writes an executable script into a folder beside the servers' ones, and returns its path.
    func script(_ text: String) throws -> String {
        let path = "\(self.path).script"
        try Script.write(text, to: path)
        return path
    }

    /// What is in the folder, which is nothing once all servers are gone.
    var entries: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

    /// Expects that no folder and no process is left, waiting a little for what was killed a moment ago.
    ///
    /// - Parameter folder: where the servers had theirs, if not in the sandbox itself.
    func expectNothingLeft(
        _ comment: Comment? = nil, in folder: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let isClean = TestProcess.eventually {
            let left = folder.map { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] } ?? entries
            return left.isEmpty && TestProcess.using(path).isEmpty
        }
        #expect(isClean, comment, sourceLocation: sourceLocation)
    }
}
