import CLinux
import Clients
import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Recordings
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

@testable import Fleet

/// `stress worker`, started by hand: what it says, and that nothing keeps it alive.
struct WorkerTests {
    private let sale: SmallSale

    init() throws {
        sale = try SmallSale()
    }

    /// A port on which nobody listens.
    private var closedPort: RedisEndpoint {
        get throws {
            let gone = try EmbeddedServer.start(
                persistence: .none, maximumClients: 10, executable: StressBinary.path)
            gone.stop()
            return gone.endpoint
        }
    }

    private func isReady(_ worker: Program) -> Bool {
        TestProcess.eventually { worker.messages.contains { $0.ready != nil } }
    }

    private var clients: String {
        get throws {
            var connection = try sale.connect()
            return try connection.call(["CLIENT", "LIST"]).string()
        }
    }

    // MARK: A whole life

    @Test func sellsWhatItIsToldTo() throws {
        try sale.open()
        let worker = try sale.worker()
        worker.tell(try sale.order())
        #expect(isReady(worker))
        #expect(worker.messages.first?.ready?.connectionsAreNamed == true)
        // Every connection is open and has its name, and nothing was bought before the doors open.
        #expect(try clients.split(separator: "\n").filter { $0.contains("name=stress-by-hand ") }.count == 4)
        #expect(try JournalReader.attempts(at: sale.journalPath).isEmpty)
        let moment = Clock.nanoseconds() + 20_000_000
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: moment))))
        #expect(worker.wait() == .init(exitCode: 0))

        let history = try JournalReader.attempts(at: sale.journalPath)
        let report = try #require(worker.messages.last?.report)
        #expect(report.tally == Tally(history))
        #expect(report.threads.count == 4 && report.threads.reduce(0) { $0 + $1.tally.attempts } == history.count)
        #expect(report.attemptLatency.counts.reduce(0, +) == history.count)
        #expect(report.purchaseLatency.counts.reduce(0, +) == 100)
        #expect(report.commands > 2 * history.count)
        #expect(report.failure == nil && report.firstHole == nil)
        #expect(report.peakMemoryMib > 1 && report.elapsedSeconds > 0)
        #expect(history.allSatisfy { $0.invokedNanoseconds >= moment })
        #expect(Set(history.map(\.purchase)) == Set(1...100))
        #expect(worker.errors.isEmpty)
        // All that it says is messages.
        #expect(worker.said.count == worker.messages.count + 1)

        var connection = try sale.connect()
        let left = try connection.call(["GET", "{stress:by-hand}:stock"]).integer()
        #expect(left == sale.scenario.units - report.tally.won && report.tally.won > 0)
    }

    @Test func stopsWhenItIsTold() throws {
        try sale.open()
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        sale.scenario.thinkTimeMicroseconds = .init(min: 1000, max: 5000)
        let worker = try sale.worker()
        worker.tell(try sale.order())
        #expect(isReady(worker))
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(TestProcess.eventually { worker.messages.contains { ($0.progress?.attempts ?? 0) > 10 } })
        worker.tell(try sale.line(CoordinatorMessage(stop: .init())))
        #expect(worker.wait() == .init(exitCode: 0))
        let report = try #require(worker.messages.last?.report)
        #expect(report.tally == Tally(try JournalReader.attempts(at: sale.journalPath)))
        #expect(report.tally.attempts > 10)
    }

    // MARK: Silence, and its end

    @Test func isSilentUntilItsFirstLineAndEndsWithItsInput() throws {
        let worker = try sale.worker()
        usleep(200_000)
        #expect(!TestProcess.hasEnded(worker.process))
        #expect(worker.output.isEmpty)
        worker.closeInput()
        #expect(worker.wait() == .init(exitCode: 0))
        #expect(worker.output.isEmpty && worker.errors.isEmpty)
    }

    /// An order for the worker of another coordinator, whose number this one may have got.
    @Test(arguments: [1, 2_000_000_000] as [Int32])
    func endsWhenItsParentIsAnother(_ coordinator: Int32) throws {
        let worker = try sale.worker()
        worker.tell(try sale.order(coordinator: coordinator))
        #expect(worker.wait() == .init(exitCode: 0))
        #expect(worker.messages.isEmpty && worker.errors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: sale.journalPath))
    }

    @Test(arguments: ["\n{}\n", "garbage\n", "{\"order\":{}}\n", "\u{1}stress-link\u{3}", "\u{0}\n"])
    func endsWhenNobodyGreets(_ line: String) throws {
        let worker = try sale.worker()
        worker.tell(line)
        #expect(worker.wait(seconds: 10) == .init(exitCode: 0))
        #expect(worker.output.isEmpty)
    }

    @Test(arguments: ["{}", "{\"order\":{}}", "{\"go\":{\"atNanoseconds\":0}}", "[]", "nonsense"])
    func endsWhenItsFirstMessageIsNoOrder(_ json: String) throws {
        let worker = try sale.worker()
        worker.tell(LinkGreeting.own.bytes + Frame.message(Array(json.utf8)))
        #expect(worker.wait(seconds: 10) == .init(exitCode: 0))
        #expect(worker.said == [.greeting(.own)])
    }

    @Test(arguments: [("0.0.1", LinkGreeting.own.format), (Version.current, "0123456789abcdef")])
    func endsWhenItsCoordinatorIsAnotherVersion(_ version: String, _ format: String) throws {
        let worker = try sale.worker()
        worker.tell(LinkGreeting(version: version, format: format).bytes + (try sale.line(sale.orderMessage())))
        #expect(worker.wait(seconds: 10) == .init(exitCode: 69))
        // So that the coordinator can say who it is.
        #expect(worker.said == [.greeting(.own)])
        #expect(!FileManager.default.fileExists(atPath: sale.journalPath))
    }

    @Test func endsWithItsInputWhileItWaitsForTheDoors() throws {
        try sale.open()
        let worker = try sale.worker()
        worker.tell(try sale.order())
        #expect(isReady(worker))
        worker.closeInput()
        #expect(worker.wait() == .init(exitCode: 0))
        #expect(try JournalReader.attempts(at: sale.journalPath).isEmpty)
        #expect(!worker.messages.contains { $0.report != nil })
    }

    @Test func endsWithItsInputWhileItSells() throws {
        try sale.open()
        sale.scenario.buyers = 1_000_000
        sale.scenario.units = 1_000_000
        sale.scenario.thinkTimeMicroseconds = .init(min: 1000, max: 5000)
        let worker = try sale.worker()
        worker.tell(try sale.order())
        #expect(isReady(worker))
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(TestProcess.eventually { worker.messages.contains { ($0.progress?.attempts ?? 0) > 0 } })
        worker.closeInput()
        #expect(worker.wait(seconds: 10) == .init(exitCode: 0))
    }

    /// Ctrl-C in a terminal reaches it too, and only its coordinator decides.
    @Test(arguments: [SIGINT, SIGHUP])
    func ignores(_ signal: Int32) throws {
        try sale.open()
        let worker = try sale.worker()
        worker.tell(try sale.order())
        #expect(isReady(worker))
        worker.signal(signal)
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(worker.wait() == .init(exitCode: 0))
        #expect(worker.messages.last?.report != nil)
    }

    // MARK: Failing

    private func failure(of worker: Program) throws -> RunError {
        let ending = worker.wait()
        let messages = worker.messages
        #expect(messages.count == 1)
        let failure = try #require(messages.last?.failure)
        #expect(ending == .init(exitCode: failure.status.rawValue))
        #expect(worker.errors.isEmpty)
        return failure
    }

    @Test func saysThatNobodyAnswers() throws {
        let worker = try sale.worker()
        worker.tell(try sale.order(endpoint: try closedPort))
        let failure = try failure(of: worker)
        #expect(failure.status == .unavailable)
        #expect(failure.message.contains("could not connect") && failure.message.contains("refused"))
    }

    @Test func saysThatItsPasswordIsWrong() throws {
        var connection = try sale.connect()
        _ = try connection.call(["CONFIG", "SET", "requirepass", "right"])
        var endpoint = sale.server.endpoint
        endpoint.password = "wrong-secret"
        let worker = try sale.worker()
        worker.tell(try sale.order(endpoint: endpoint))
        let failure = try failure(of: worker)
        #expect(failure.status == .unavailable)
        #expect(failure.message.contains("WRONGPASS") && !failure.message.contains("wrong-secret"))
    }

    @Test func saysThatTheServerHasNoRoom() throws {
        var connection = try sale.connect()
        _ = try connection.call(["CONFIG", "SET", "maxclients", "3"])
        let worker = try sale.worker()
        worker.tell(try sale.order())
        let failure = try failure(of: worker)
        #expect(failure.status == .unavailable && failure.message.contains("max number of clients"))
    }

    @Test func saysThatItsJournalExists() throws {
        try sale.folder.file("worker-0.journal", "mine")
        let worker = try sale.worker()
        worker.tell(try sale.order())
        let failure = try failure(of: worker)
        #expect(failure.status == .cannotCreate && failure.message.contains(sale.journalPath))
        #expect(try String(contentsOfFile: sale.journalPath, encoding: .utf8) == "mine")
    }

    @Test func saysThatItsJournalCannotBeCreated() throws {
        let worker = try sale.worker()
        worker.tell(try sale.order(journal: "/nonexistent/journal"))
        let failure = try failure(of: worker)
        #expect(failure.status == .cannotCreate && failure.message.contains("/nonexistent/journal"))
    }

    /// A limit on the size of files, in 512 bytes, stands for a full disk: room for no header, and for two of four threads.
    @Test(arguments: [64, 400])
    func saysThatItsJournalHasNoRoom(blocks: Int) throws {
        try sale.open()
        let worker = try sale.worker(after: "trap '' XFSZ; ulimit -f \(blocks)")
        worker.tell(try sale.order())
        let failure = try failure(of: worker)
        #expect(failure.status == .cannotWrite)
        #expect(failure.message.contains(sale.journalPath) && failure.message.contains("cannot grow"))
    }

    /// The disk fills up while buyers buy: who has bought by then counts, and the report says why it ended.
    @Test func reportsWhatItSoldBeforeItsJournalWasFull() throws {
        try sale.open()
        sale.scenario.threads = 2
        sale.scenario.buyers = 20_000
        // The header and three segments for two threads.
        let worker = try sale.worker(after: "trap '' XFSZ; ulimit -f 512")
        worker.tell(try sale.order())
        #expect(isReady(worker))
        worker.tell(try sale.line(CoordinatorMessage(go: .init(atNanoseconds: 0))))
        #expect(worker.wait() == .init(exitCode: 0))
        let report = try #require(worker.messages.last?.report)
        #expect(report.failure?.status == .cannotWrite && report.failure?.message.contains("cannot grow") == true)
        let history = try JournalReader.attempts(at: sale.journalPath)
        #expect(report.tally == Tally(history))
        #expect(history.count >= 1024 && history.count <= 3 * 1024)
    }
}
