import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import SaleTestSupport
import TestSupport

@testable import Fleet

extension SmallSale {
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
