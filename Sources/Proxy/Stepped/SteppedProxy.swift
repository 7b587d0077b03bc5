package import FlashSale
internal import Glibc
package import RedisDriver

/// A proxy that stands still: each command that touches data waits until its owner releases it, and the next thing happens only when
/// the owner looks. It has no thread, so that nothing happens in between.
///
/// Each client has a connection to the server for itself, so that what a connection is (MULTI, WATCH, SELECT, RESP3) stays the
/// server's. A command is given to the server as a whole, and its reply is awaited: the order of releases is the server's order.
/// Commands about the connection alone, and those that MULTI queues, are passed on at once, since nobody else can tell when they were
/// executed.
package final class SteppedProxy {
    /// How long the server, which is on this machine and has nothing else to do, may take for a reply.
    private static var patienceNanoseconds: UInt64 { 10_000_000_000 }

    struct Slot {
        var listener: Int32
        var port: Int
        var holds: Bool
    }

    let table: CommandTable
    /// To know when the server has done all that it was told.
    private var admin: Connection
    private let address: UpstreamAddress
    private let endpoint: RedisEndpoint
    private var slots: [Slot] = []
    /// Those that are open, by their sockets.
    private var bySocket: [Int32: SteppedConnection] = [:]
    private var lastNumber = 0
    var lastSerial = 0
    var events: [SteppedEvent] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    /// Whether nothing is held at all.
    package private(set) var isOpen = true
    /// Scripts that clients have given to the server, which keeps them until it is restarted.
    package internal(set) var scripts: Set<[UInt8]> = []
    /// Why a client was refused, in words for the user: it wanted what cannot be explored.
    package internal(set) var refusal: String?

    /// - Parameters:
    ///   - endpoint: a server of the caller's own. Clients are signed in by the proxy, whatever they say.
    /// - Throws: 69 where the server cannot be reached.
    package init(to endpoint: RedisEndpoint) throws(RunError) {
        signal(SIGPIPE, SIG_IGN)
        self.endpoint = endpoint
        address = try UpstreamAddress(endpoint)
        table = try CommandTable.of(endpoint)
        do throws(ConnectionError) {
            admin = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
        } catch {
            throw RunError(.unavailable, "\(endpoint.redacted): \(error)")
        }
    }

    deinit {
        for slot in slots { close(slot.listener) }
        for connection in connections { drop(connection) }
    }

    /// Opens one more port of 127.0.0.1.
    ///
    /// - Parameter holds: whether commands of its clients are ever held.
    /// - Returns: the slot's number, from 0.
    package func openSlot(holds: Bool = true) throws(RunError) -> Int {
        let (listener, port) = try ProxySocket.listen(port: 0)
        slots.append(Slot(listener: listener, port: port, holds: holds))
        return slots.count - 1
    }

    package func port(of slot: Int) -> Int { slots[slot].port }
    /// Of all slots.
    package var ports: [Int] { slots.map(\.port) }

    /// The open connections, in the order in which they came.
    package var connections: [SteppedConnection] {
        bySocket.compactMap { $0.key == $0.value.client ? $0.value : nil }.sorted { $0.number < $1.number }
    }

    // MARK: Waiting

    /// What may be readable, for whoever waits.
    package var descriptors: [Int32] { slots.map(\.listener) + bySocket.keys }

    /// Takes what there is at a descriptor of ``descriptors`` that can be read.
    ///
    /// - Throws: 69 where the server is lost.
    package func serve(_ descriptor: Int32) throws(RunError) {
        if let slot = slots.firstIndex(where: { $0.listener == descriptor }) { return try accept(at: slot) }
        guard let connection = bySocket[descriptor] else { return }
        if descriptor == connection.client {
            try readClient(connection)
        } else {
            try readServer(connection)
        }
    }

    /// What has come since the last call.
    package func takeEvents() -> [SteppedEvent] {
        defer { events = [] }
        return events
    }

    // MARK: Clients

    private func accept(at slot: Int) throws(RunError) {
        let client = SocketWaits.accept(slots[slot].listener)
        guard client >= 0 else { return }
        ProxySocket.withoutDelay(client)
        guard case .socket(let server) = address.connect() else {
            close(client)
            throw lost
        }
        lastNumber += 1
        // The number comes with the greeting.
        let opening = SteppedConnection(number: lastNumber, slot: slot, serverID: 0, client: client, server: server)
        try greet(opening)
        guard let answer = try exchange(opening, SteppedCommand.encoded(["CLIENT", "ID"]), forwards: false),
            let number = Int(String(decoding: answer.dropFirst().prefix { $0 != 13 }, as: UTF8.self))
        else { throw lost }
        let connection = SteppedConnection(
            number: lastNumber, slot: slot, serverID: number, client: client, server: server)
        bySocket[client] = connection
        bySocket[server] = connection
    }

    /// Signs in to the server.
    func greet(_ connection: SteppedConnection) throws(RunError) {
        guard let password = endpoint.password else { return }
        let words = ["AUTH"] + (endpoint.username.map { [$0] } ?? []) + [password]
        _ = try exchange(connection, SteppedCommand.encoded(words), forwards: false)
    }

    private func readClient(_ connection: SteppedConnection) throws(RunError) {
        while !connection.isClosed {
            let result = buffer.withUnsafeMutableBytes { ProxySocket.read(connection.client, into: $0) }
            switch result {
            case .bytes(let count):
                connection.inbox += buffer[..<count]
                if count == buffer.count { continue }
                try takeRequests(connection)
            case .later: return try takeRequests(connection)
            case .ended, .lost:
                try takeRequests(connection)
                guard !connection.isClosed else { return }
                events.append(.closed(connection, held: connection.held))
                drop(connection)
            }
        }
    }

    /// What comes from the server while no reply is awaited.
    private func readServer(_ connection: SteppedConnection) throws(RunError) {
        let result = buffer.withUnsafeMutableBytes { ProxySocket.read(connection.server, into: $0) }
        switch result {
        case .later: return
        case .ended, .lost:
            // The server may close a connection for a reason: QUIT, CLIENT KILL.
            events.append(.closed(connection, held: nil))
            drop(connection)
        case .bytes(let count):
            let bytes = Array(buffer[..<count])
            if case .bridge = connection.status {
                forward(bytes, to: connection)
                events.append(.pushed(connection))
                return
            }
            guard let ended = bytes.withUnsafeBytes({ connection.take($0) }) else { throw lost }
            forward(bytes, to: connection)
            if case .blocked = connection.status, let reply = ended.first {
                connection.status = .free
                events.append(.unblocked(connection, reply: reply))
                try advance(connection)
            } else {
                events.append(.pushed(connection))
            }
        }
    }

    /// Closes both sides.
    ///
    /// - Parameter asLost: so that the client sees a reset.
    func drop(_ connection: SteppedConnection, asLost: Bool = false) {
        guard !connection.isClosed else { return }
        connection.status = .closed
        bySocket[connection.client] = nil
        bySocket[connection.server] = nil
        if asLost { ProxySocket.reset(connection.client) } else { close(connection.client) }
        close(connection.server)
    }

    /// Closes all connections that came at a slot, as where its clients are gone.
    package func closeAll(at slot: Int) {
        for connection in connections where connection.slot == slot { drop(connection) }
    }

    /// Closes all connections, so that their clients see a reset, as where the server is gone for a moment.
    package func loseAll() {
        for connection in connections { drop(connection, asLost: true) }
    }

    func holds(_ connection: SteppedConnection) -> Bool { !isOpen && slots[connection.slot].holds }

    // MARK: Opening and closing

    /// Holds each command from now on.
    package func hold() { isOpen = false }

    /// Passes everything on from now on, and first what is held.
    package func letGo() throws(RunError) {
        isOpen = true
        for connection in connections where connection.held != nil { _ = try release(connection) }
    }

    // MARK: The server

    var lost: RunError {
        RunError(.unavailable, "the private Redis behind the proxy was lost, or does not answer any more")
    }

    /// Gives the server a command, and awaits its reply.
    ///
    /// - Parameter forwards: whether the client gets it, and what comes with it.
    /// - Returns: nil where the server has closed the connection.
    func exchange(
        _ connection: SteppedConnection, _ bytes: [UInt8], forwards: Bool = true
    ) throws(RunError) -> [UInt8]? {
        guard SocketWaits.writeAll(bytes, to: connection.server, withinNanoseconds: Self.patienceNanoseconds) else {
            return nil
        }
        return try awaitReply(connection, forwards: forwards)
    }

    func send(_ bytes: [UInt8], of connection: SteppedConnection) -> Bool {
        SocketWaits.writeAll(bytes, to: connection.server, withinNanoseconds: Self.patienceNanoseconds)
    }

    func awaitReply(_ connection: SteppedConnection, forwards: Bool) throws(RunError) -> [UInt8]? {
        while true {
            let result = buffer.withUnsafeMutableBytes { ProxySocket.read(connection.server, into: $0) }
            switch result {
            case .ended, .lost: return nil
            case .later:
                guard SocketWaits.canRead(connection.server, withinNanoseconds: Self.patienceNanoseconds) else {
                    throw lost
                }
            case .bytes(let count):
                let bytes = Array(buffer[..<count])
                guard let ended = bytes.withUnsafeBytes({ connection.take($0) }) else { throw lost }
                if forwards { forward(bytes, to: connection) }
                if let reply = ended.first { return reply }
            }
        }
    }

    /// Returns once the server has executed all that it was sent, and has written what came of it.
    ///
    /// One answer is not enough: the server may serve the sockets that it found ready at once in any order.
    package func afterAll() throws(RunError) {
        do throws(ConnectionError) {
            for _ in 0..<2 { _ = try admin.call(["PING"]) }
        } catch {
            throw lost
        }
    }

    /// A client that takes nothing is gone, or as good as that.
    func forward(_ bytes: [UInt8], to connection: SteppedConnection) {
        guard !connection.isClosed else { return }
        _ = SocketWaits.writeAll(bytes, to: connection.client, withinNanoseconds: Self.patienceNanoseconds)
    }
}
