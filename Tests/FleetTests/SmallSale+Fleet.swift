import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import SaleTestSupport
import TestSupport
import Testing

@testable import Fleet

extension SmallSale {
    // MARK: A worker by hand

    var journalPath: String { folder.path + "/worker-0.journal" }

    /// Opens the sale under the tag that ``order(coordinator:endpoint:)`` tells.
    func open() throws {
        var connection = try connect()
        _ = try connection.call(["SET", "{stress:by-hand}:stock", "\(scenario.units)"])
    }

    /// What a worker reads first: a greeting and its order.
    func order(
        coordinator: Int32 = getpid(), endpoint: RedisEndpoint? = nil, journal: String? = nil, isRemote: Bool = false
    ) throws -> [UInt8] {
        let order = orderMessage(coordinator: coordinator, endpoint: endpoint, journal: journal, isRemote: isRemote)
        return LinkGreeting.own.bytes + (try line(order))
    }

    func orderMessage(
        coordinator: Int32 = getpid(), endpoint: RedisEndpoint? = nil, journal: String? = nil, isRemote: Bool = false
    ) -> CoordinatorMessage {
        CoordinatorMessage(
            order: .init(
                scenario: scenario, worker: 0, coordinatorProcess: coordinator, isRemote: isRemote,
                connectionName: "stress-by-hand",
                saleTag: "{stress:by-hand}", endpoint: endpoint ?? server.endpoint,
                journalPath: journal ?? journalPath, readOnlyCommands: ["GET"],
                scriptHashes: [:]))
    }

    func line(_ message: CoordinatorMessage) throws -> [UInt8] { try #require(message.frame) }

    /// A file with what a worker says: its greeting, and JSON.
    ///
    /// - Returns: a shell command that says it.
    func saying(_ messages: String..., as name: String = "said") throws -> String {
        let frames = messages.flatMap { Frame.message(Array($0.utf8)) }
        let path = "\(folder.path)/\(name)"
        try Data(LinkGreeting.own.bytes + frames).write(to: URL(fileURLWithPath: path))
        return "cat '\(path)'"
    }

    /// A worker as a coordinator on this machine starts it.
    func process(_ index: Int) throws -> WorkerProcess {
        let launch = LocalEngine(executable: StressBinary.path).launch(worker: index)
        return WorkerProcess(index: index, link: try WorkerLink(starting: launch, worker: index))
    }

    /// Starts `stress worker`, behind shell commands where some are given.
    func worker(after shell: String? = nil, isRemote: Bool = false) throws -> Program {
        let environment = ProcessInfo.processInfo.environment
        guard let shell else {
            return try Program(
                StressBinary.path, isRemote ? ["worker", "--remote"] : ["worker"], folder: folder.path,
                files: folder.path, environment: environment,
                input: .pipe)
        }
        return try Program(
            "/bin/sh", ["-c", "\(shell); exec '\(StressBinary.path)' worker\(isRemote ? " --remote" : "")"],
            folder: folder.path,
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
    /// What a worker has said so far; nothing where it said something that is none of it.
    var said: [FrameParser.Event] {
        var parser = FrameParser(mostNoise: 0)
        let events = parser.take(outputBytes)
        return parser.damage == nil ? events : []
    }

    /// The messages that a worker has written so far.
    var messages: [WorkerMessage] {
        said.compactMap { if case .message(let json) = $0 { WorkerMessage(json: json) } else { nil } }
    }
}
