import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import TestSupport

@testable import Fleet

/// A small sale with a server and a folder of its own.
final class SmallSale {
    let folder: TestFolder
    let server: EmbeddedServer
    var scenario: Scenario
    let strategy: Strategy

    init(procs: Int = 1, threads: Int = 4, units: Int = 50, buyers: Int = 100) throws {
        folder = try TestFolder("fleet")
        // As the command line does before it starts a fleet.
        signal(SIGPIPE, SIG_IGN)
        server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 200, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 })
        let yaml = BuiltinStrategies.yaml(named: "optimistic") ?? ""
        strategy = try StrategyFile.parse(yaml, file: "optimistic")
        scenario = Scenario(
            strategy: .init(name: "optimistic", yaml: yaml), units: units, buyers: buyers, procs: procs,
            threads: threads)
    }

    deinit { server.stop() }

    func connect() throws(ConnectionError) -> Connection {
        try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
    }

    var keys: Int {
        get throws {
            var connection = try connect()
            return try connection.call(["DBSIZE"]).integer() ?? -1
        }
    }

    // MARK: A worker by hand

    var journalPath: String { folder.path + "/worker-0.journal" }

    /// Opens the sale under the tag that ``order(coordinator:endpoint:)`` tells.
    func open() throws {
        var connection = try connect()
        _ = try connection.call(["SET", "{stress:by-hand}:stock", "\(scenario.units)"])
    }

    func order(
        coordinator: Int32 = getpid(), endpoint: RedisEndpoint? = nil, journal: String? = nil
    ) throws -> String {
        try line(
            CoordinatorMessage(
                order: .init(
                    scenario: scenario, worker: 0, coordinatorProcess: coordinator, connectionName: "stress-by-hand",
                    saleTag: "{stress:by-hand}", endpoint: endpoint ?? server.endpoint,
                    journalPath: journal ?? journalPath, readOnlyCommands: ["GET"],
                    scriptHashes: [:])))
    }

    func line(_ message: CoordinatorMessage) throws -> String {
        String(decoding: try JSONEncoder().encode(message), as: UTF8.self) + "\n"
    }

    /// Starts `stress worker`, behind shell commands where some are given.
    func worker(after shell: String? = nil) throws -> Program {
        let environment = ProcessInfo.processInfo.environment
        guard let shell else {
            return try Program(
                StressBinary.path, ["worker"], folder: folder.path, files: folder.path, environment: environment,
                input: .pipe)
        }
        return try Program(
            "/bin/sh", ["-c", "\(shell); exec '\(StressBinary.path)' worker"], folder: folder.path,
            files: folder.path, environment: environment, input: .pipe)
    }

    // MARK: A coordinator with workers that are none

    func coordinator(workers executable: String) throws -> Coordinator {
        let results = try RunFolder(parent: folder.path + "/results", strategy: "optimistic", started: Date())
        return Coordinator(
            scenario: scenario, strategy: strategy, place: .server(server.endpoint), folder: results, run: "by0hand",
            executable: executable, showProgress: { _ in })
    }
}

extension Program {
    /// The messages that a worker has written so far.
    var messages: [WorkerMessage] {
        output.split(separator: "\n").compactMap { try? JSONDecoder().decode(WorkerMessage.self, from: Data($0.utf8)) }
    }
}
