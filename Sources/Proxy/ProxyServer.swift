package import FlashSale
internal import Glibc
internal import Host
package import RedisDriver
internal import Synchronization

/// A proxy between clients and their Redis, with a thread of its own.
///
/// Each client has a connection to the server for itself, so that what a connection is (MULTI, WATCH, SELECT, RESP3, AUTH) stays the
/// server's. Commands are understood as far as needed to tie each reply to its command, and are passed on byte for byte.
package final class ProxyServer: Sendable {
    /// Where clients find it: 127.0.0.1 and this port.
    package let port: Int
    private let board: ProxyBoard
    private let thread: Mutex<JoinableThread<Void>?>

    /// Starts to serve.
    ///
    /// - Parameters:
    ///   - endpoint: the server. Its password and its database are used only with `answersAuth`, but for asking COMMAND once.
    ///   - port: of 127.0.0.1; 0 for any.
    ///   - record: where a row for each command is written, as CSV; nil for nowhere. A file that is there is replaced.
    ///   - faults: what is broken from the start.
    ///   - answersAuth: the proxy signs in to the server itself and selects the endpoint's database. AUTH is then answered with OK,
    ///     whatever it says, and HELLO goes on without its AUTH, so that clients need no password.
    ///   - holds: each command that touches data waits until ``release(_:striking:)``.
    /// - Throws: 69 where the server cannot be reached or the port is taken, 73 where the record cannot be created.
    package static func start(
        to endpoint: RedisEndpoint, port: Int = 0, record: String? = nil, faults: ProxyFaults? = nil,
        answersAuth: Bool = false, holds: Bool = false
    ) throws(RunError) -> ProxyServer {
        signal(SIGPIPE, SIG_IGN)
        let address = try UpstreamAddress(endpoint)
        let table = try CommandTable.of(endpoint)
        let file: CommandRecord?
        if let record { file = try CommandRecord(path: record) } else { file = nil }
        let board = try ProxyBoard(faults: faults)
        let (listener, port) = try ProxySocket.listen(port: port)
        let greeting = answersAuth ? Self.greeting(endpoint) : []
        let setup = ProxySetup(
            address: address, table: table, listener: listener, greeting: greeting.flatMap(encoded),
            greetingReplies: greeting.count, answersAuthentication: answersAuth, holds: holds)
        do throws(RunError) {
            let loop = try ProxyLoop(setup, board: board, record: file)
            do throws(ThreadError) {
                return ProxyServer(port: port, board: board, thread: try JoinableThread { loop.run() })
            } catch {
                throw RunError(.unavailable, "\(error)")
            }
        } catch {
            close(listener)
            throw error
        }
    }

    private init(port: Int, board: ProxyBoard, thread: consuming JoinableThread<Void>) {
        self.port = port
        self.board = board
        self.thread = Mutex(consume thread)
    }

    deinit { precondition(isStopped, "a proxy was dropped without stop()") }

    private var isStopped: Bool { thread.withLock { $0 == nil } }

    /// The URL for clients.
    package var url: String { "redis://127.0.0.1:\(port)" }

    /// What was done so far.
    package var counts: ProxyCounts { board.counts }

    /// Why rows are missing from the record; nil if none are. To be asked after ``stop()`` for the last ones.
    package var recordProblem: RunError? { board.recordProblem.withLock { $0 } }

    /// Replaces the faults; nil ends them. They hold for each command that is met after the call.
    package func set(_ faults: ProxyFaults?) {
        board.wishes.withLock { $0.faults = faults }
        board.epoch.add(1, ordering: .releasing)
        board.wake()
    }

    /// The commands that wait to be released, in the order in which they came.
    package var held: [HeldCommand] { board.held.withLock { $0 } }

    /// Passes a command on that is held, or does to it what a fault does. One that is not held any more is left alone.
    package func release(_ number: Int, striking kind: ProxyFaults.Kind? = nil) {
        board.wishes.withLock { $0.releases.append((number, kind)) }
        board.wake()
    }

    /// Closes all connections and the record, and ends the thread. The second time nothing is done.
    package func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        board.wishes.withLock { $0.isStopping = true }
        board.wake()
        thread.join()
    }

    // MARK: Asking the server

    private static func greeting(_ endpoint: RedisEndpoint) -> [[String]] {
        var commands: [[String]] = []
        if let password = endpoint.password {
            commands.append(["AUTH"] + (endpoint.username.map { [$0] } ?? []) + [password])
        }
        if endpoint.database != 0 { commands.append(["SELECT", String(endpoint.database)]) }
        return commands
    }

    private static func encoded(_ words: [String]) -> [UInt8] {
        words.reduce(into: Array("*\(words.count)\r\n".utf8)) { bytes, word in
            bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8)
        }
    }
}
