import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

struct EmbeddedServerTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func connect(to server: EmbeddedServer) throws(ConnectionError) -> Connection {
        try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    @Test func startsAndStops() throws {
        let server = try sandbox.start()
        #expect(server.isRunning)
        #expect(server.folder.hasPrefix(sandbox.path + "/stress-"))
        #expect(sandbox.entries.count == 1)
        let attributes = try FileManager.default.attributesOfItem(atPath: server.folder)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        var connection = try connect(to: server)
        #expect(try connection.call(["PING"]).string() == "PONG")
        #expect(try connection.call(["CONFIG", "GET", "bind"]).string(at: 2) == "127.0.0.1")

        server.stop()
        // No waiting: stop() returns when all is gone.
        #expect(!server.isRunning)
        #expect(TestProcess.hasEnded(server.processID) && TestProcess.hasEnded(server.guardProcessID))
        #expect(sandbox.entries.isEmpty)
        server.stop()
    }

    @Test func stopsWithItsLastReference() throws {
        var server: EmbeddedServer? = try sandbox.start()
        #expect(server?.isRunning == true)
        server = nil
        #expect(sandbox.entries.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [
        (Scenario.Persistence.none, ["", "no"]), (.rdb, ["1 1", "no"]), (.everysec, ["", "yes", "everysec"]),
        (.always, ["", "yes", "always"]),
    ])
    func keepsDataAsAsked(_ persistence: Scenario.Persistence, _ wanted: [String]) throws {
        let server = try sandbox.start(persistence: persistence)
        var connection = try connect(to: server)
        for (setting, value) in zip(["save", "appendonly", "appendfsync"], wanted) {
            #expect(try connection.call(["CONFIG", "GET", setting]).string(at: 2) == value)
        }
        #expect(try connection.call(["SET", "k", "v"]).string() == "OK")
        // A save that is under way is a process of its own, which must go too.
        if persistence == .rdb { _ = try connection.call(["BGSAVE"]) }
        server.stop()
        sandbox.expectNothingLeft()
    }

    @Test func takesAsManyClientsAsAsked() throws {
        let server = try sandbox.start(maximumClients: 3000)
        var connection = try connect(to: server)
        #expect(try connection.call(["CONFIG", "GET", "maxclients"]).string(at: 2) == "3000")
    }

    @Test func runsSeveralAtOnce() throws {
        let servers = try (0..<3).map { _ in try sandbox.start() }
        #expect(Set(servers.map(\.folder)).count == 3)
        #expect(Set(servers.map(\.processID)).count == 3)
        #expect(servers.map(\.isRunning) == [true, true, true])
        servers[1].stop()
        #expect(servers.map(\.isRunning) == [true, false, true])
        for server in servers { server.stop() }
        sandbox.expectNothingLeft()
    }

    @Test func worksInAFolderWithAwkwardName() throws {
        let folder = sandbox.path + "/a \"b\" é\\ 'c"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let server = try sandbox.start(persistence: .always, environment: ["TMPDIR": folder + "/"])
        #expect(server.folder.hasPrefix(folder + "/stress-"))
        server.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    // MARK: Not starting

    @Test func saysWhatToInstall() throws {
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(environment: ["STRESS_REDIS_SERVER": "/nonexistent/redis-server"])
        }
        guard case .notInstalled = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let text = error?.description ?? ""
        #expect(text.contains("/nonexistent/redis-server"))
        #expect(text.contains("apt-get install redis-server") && text.contains("--redis URL"))
    }

    @Test func showsTheLogOfAServerThatEnds() throws {
        let program = try sandbox.script("echo cannot go on; exit 3")
        defer { try? FileManager.default.removeItem(atPath: program) }
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(environment: ["STRESS_REDIS_SERVER": program])
        }
        #expect(error?.description.contains("exit status 3") == true)
        #expect(error?.description.contains("cannot go on") == true)
        sandbox.expectNothingLeft()
    }

    @Test func triesAnotherPortWhenItsOwnIsTaken() throws {
        let program = try sandbox.script(
            """
            if mkdir "\(sandbox.path).first"; then echo "bind: Address already in use"; exit 1; fi
            exec redis-server "$@"
            """)
        defer {
            try? FileManager.default.removeItem(atPath: program)
            try? FileManager.default.removeItem(atPath: "\(sandbox.path).first")
        }
        let server = try sandbox.start(environment: ["STRESS_REDIS_SERVER": program])
        #expect(server.isRunning)
        #expect(sandbox.entries.count == 1)
    }

    @Test(arguments: ["/nonexistent/folder", "/proc"])
    func reportsAFolderThatCannotBeMade(in parent: String) throws {
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(environment: ["TMPDIR": parent])
        }
        #expect(error?.description.contains("cannot make \(parent)/stress-") == true)
        #expect(error?.description.contains("Set TMPDIR") == true)
    }

    @Test func reportsABinaryThatCannotBeRun() throws {
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try sandbox.start(executable: "/nonexistent/stress")
        }
        #expect(error?.description.contains("/nonexistent/stress") == true)
        #expect(throws: EmbeddedServerError.self) { _ = try sandbox.start(executable: "/bin/true") }
    }
}
