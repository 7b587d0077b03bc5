internal import CHiredis
internal import CLinux
internal import FlashSale
internal import Glibc
package import Strategies

/// One connection to a Redis server, used by one thread at a time: a blocking one, or one of many that never wait.
///
/// It never reconnects and never repeats a command, since only its user can know whether that is safe. After any error
/// it is closed and stays so.
package struct Connection: ~Copyable {
    /// Nil once the connection has failed.
    var context: UnsafeMutablePointer<redisContext>?
    /// Between the socket and what is sent and received; nil without TLS, and once the connection has failed.
    var tls: TLSSession?
    var timeoutNanoseconds: Int
    /// Whether the parser is in the middle of a reply.
    var hasPartOfReply = false
    /// Bytes of that reply that were parsed.
    var takenBytes = 0
    /// How many bytes a reply may have, from 1: ``ReplyLimit/ofABuyer`` in the handshake and on a connection that never waits, then
    /// ``ReplyLimit/ofAnAnswer``, unless its user says otherwise.
    package var replyLimit = ReplyLimit.ofABuyer
    /// Set while a connection that never waits is being opened.
    var opening: Opening?

    /// Whether the server accepted the name that was asked for. Some managed servers deny CLIENT SETNAME.
    package internal(set) var isNamed = false

    /// Whether it has not failed yet. The server may be gone all the same.
    package var isUsable: Bool { context != nil }

    /// Connects, authenticates, selects the database and names the connection, in one round trip. Of an endpoint with several
    /// nodes it connects to the one that is the primary now, which is asked for first.
    ///
    /// - Parameters:
    ///   - name: what CLIENT LIST shows, without spaces; nil leaves the connection without a name.
    ///   - connectTimeoutMilliseconds: at least 1, for each address of the host.
    ///   - timeoutMilliseconds: at least 1, for each later wait. An answer of the handshake may take the longer of the two.
    ///   - asksWhetherItServes: whether a server that is there, but does not serve yet (LOADING, BUSY), is to be refused.
    /// - Throws: ``ConnectionError``. Nothing but the handshake was sent then.
    package init(
        to endpoint: RedisEndpoint, name: String?, connectTimeoutMilliseconds: Int, timeoutMilliseconds: Int,
        asksWhetherItServes: Bool = false
    ) throws(ConnectionError) {
        let node = try Self.located(endpoint, timeoutMilliseconds: connectTimeoutMilliseconds)
        try self.init(
            to: node, Handshake(node, name: name, asksWhetherItServes: asksWhetherItServes),
            toleratesBusy: false, connectTimeoutMilliseconds: connectTimeoutMilliseconds,
            timeoutMilliseconds: timeoutMilliseconds)
    }

    /// The node to connect to: of several the one that is the primary now.
    private static func located(
        _ endpoint: RedisEndpoint, timeoutMilliseconds: Int
    ) throws(ConnectionError) -> RedisEndpoint {
        guard endpoint.mayMove else { return endpoint }
        do throws(LocatorProblem) {
            return endpoint.at(try PrimarySearch.run(endpoint, timeoutMilliseconds: timeoutMilliseconds).address)
        } catch {
            throw .notLocated(error)
        }
    }

    /// Connects to a server that is busy with a script, to ask what it does and to end that: it answers nothing else.
    ///
    /// The database is the server's first one, since a busy server selects no other.
    package init(
        whileBusy endpoint: RedisEndpoint, connectTimeoutMilliseconds: Int, timeoutMilliseconds: Int
    ) throws(ConnectionError) {
        var endpoint = try Self.located(endpoint, timeoutMilliseconds: connectTimeoutMilliseconds)
        endpoint.database = 0
        try self.init(
            to: endpoint, Handshake(endpoint, name: nil), toleratesBusy: true,
            connectTimeoutMilliseconds: connectTimeoutMilliseconds,
            timeoutMilliseconds: timeoutMilliseconds)
    }

    private init(
        to endpoint: RedisEndpoint, _ handshake: Handshake, toleratesBusy: Bool, connectTimeoutMilliseconds: Int,
        timeoutMilliseconds: Int
    ) throws(ConnectionError) {
        self.init(timeoutNanoseconds: 1)
        context = try Self.connect(to: endpoint, timeoutMilliseconds: connectTimeoutMilliseconds)
        try wait(atMostMilliseconds: max(connectTimeoutMilliseconds, timeoutMilliseconds), endpoint)
        try configure(endpoint)
        try startTLS(endpoint)
        try shakeHands(handshake, endpoint, toleratesBusy: toleratesBusy)
        replyLimit = ReplyLimit.ofAnAnswer
        if timeoutMilliseconds < connectTimeoutMilliseconds {
            try wait(atMostMilliseconds: timeoutMilliseconds, endpoint)
        }
    }

    /// Limits each later wait for an answer or for room to send.
    package mutating func wait(atMostMilliseconds limit: Int, _ endpoint: RedisEndpoint) throws(ConnectionError) {
        guard let context else { throw .closed }
        timeoutNanoseconds = max(1, limit) * 1_000_000
        guard redisSetTimeout(context, timeval(milliseconds: limit)) == REDIS_OK else {
            throw fail(.refused("\(endpoint.redacted): \(Self.errorText(context))"))
        }
        tls?.limit(nanoseconds: timeoutNanoseconds)
    }

    /// Complete before anything throws, so that deinit cleans up after a later error.
    init(timeoutNanoseconds: Int) {
        self.timeoutNanoseconds = timeoutNanoseconds
        context = nil
        tls = nil
    }

    /// No connection, as one that has failed.
    package static var none: Connection { Connection(timeoutNanoseconds: 1) }

    deinit {
        tls?.close()
        if let context { redisFree(context) }
    }

    /// Closes the connection, as any error does.
    package mutating func close() { _ = fail(.closed) }

    // MARK: Sending

    /// Writes all of `bytes`, one or more encoded commands, without allocating.
    ///
    /// - Throws: `timeout` if the server took nothing for that long, `closed` if it is gone. Some bytes may have left.
    package mutating func send(_ bytes: borrowing [UInt8]) throws(ConnectionError) {
        guard let context else { throw .closed }
        let descriptor = context.pointee.fd
        let limit = timeoutNanoseconds
        let tls = tls
        let failure = bytes.withUnsafeBytes {
            if let tls { return tls.writeAll($0, withinNanoseconds: limit) }
            return SocketWriter.write($0, to: descriptor, withinNanoseconds: limit)
        }
        if let failure { throw fail(failure) }
    }

    /// Writes all of `bytes`, as the function above does.
    package mutating func send(_ bytes: UnsafeRawBufferPointer) throws(ConnectionError) {
        guard let context else { throw .closed }
        let failure =
            if let tls {
                tls.writeAll(bytes, withinNanoseconds: timeoutNanoseconds)
            } else {
                SocketWriter.write(bytes, to: context.pointee.fd, withinNanoseconds: timeoutNanoseconds)
            }
        if let failure { throw fail(failure) }
    }

    // MARK: Receiving

    /// Replaces `reply` with the next reply, waiting for it if it is not there yet.
    ///
    /// A server that is silent ends the wait after the timeout. One that trickles ends it about one timeout after its
    /// first part, as soon as nothing more is readable at once, or after two while more is.
    /// - Throws: `timeout`, `closed`, `oversized`, or `protocolViolation`, which RESP3 and arrays nested deeper than hiredis
    ///   reads are too. `reply` is then empty.
    package mutating func receive(into reply: inout Reply) throws(ConnectionError) {
        reply.reset()
        guard let context else { throw .closed }
        let limit = timeoutNanoseconds
        let mostBytes = replyLimit
        let tls = tls
        let failure = withUnsafeMutablePointer(to: &reply) {
            ReplyReader.read(context, over: tls, into: $0, limit: mostBytes, timeoutNanoseconds: limit)
        }
        guard let failure else { return }
        // With its room, which may be as large as a reply can make it.
        reply = Reply()
        throw fail(failure)
    }

    // MARK: Off the hot path

    /// Sends one command and reads its reply, which may be an error reply.
    package mutating func call(_ arguments: [String]) throws(ConnectionError) -> Reply {
        try call(arguments.map { Array($0.utf8) })
    }

    /// Sends one command, its arguments as bytes, and reads its reply, which may be an error reply.
    ///
    /// - Parameter shouldGiveUp: asked ten times a second while the reply is waited for; true ends that with `timeout`.
    package mutating func call(
        _ arguments: [[UInt8]], givingUpIf shouldGiveUp: () -> Bool = { false }
    ) throws(ConnectionError) -> Reply {
        var request: [UInt8] = []
        RESPEncoder.append(arguments, to: &request)
        try send(request)
        let deadline = Int(Clock.nanoseconds()) + timeoutNanoseconds
        while !isReadable(milliseconds: 100) {
            guard Int(Clock.nanoseconds()) < deadline, !shouldGiveUp() else { throw fail(.timeout) }
        }
        var reply = Reply()
        try receive(into: &reply)
        return reply
    }
}

extension Connection {
    /// Sends commands in one go and reads their replies, which may be error replies, in order.
    package mutating func call(all commands: [[[UInt8]]]) throws(ConnectionError) -> [Reply] {
        var request: [UInt8] = []
        for command in commands { RESPEncoder.append(command, to: &request) }
        try send(request)
        var replies: [Reply] = []
        replies.reserveCapacity(commands.count)
        for _ in commands {
            var reply = Reply()
            try receive(into: &reply)
            replies.append(reply)
        }
        return replies
    }
}

// A connection owns its context alone and every use of it is mutating, so that it may move to the thread that uses it.
extension Connection: @unchecked Sendable {}

// MARK: - Failing

extension Connection {
    /// Waits until a reply, a part of one or the server's end can be read, for as long as a reply is waited for.
    ///
    /// - Parameter most: milliseconds, if that is less.
    /// - Returns: whether it can; the connection is as usable as before where it cannot.
    package func awaitReply(atMostMilliseconds most: Int? = nil) -> Bool {
        let deadline =
            Int(Clock.nanoseconds()) + min(timeoutNanoseconds, most.map { $0 * 1_000_000 } ?? timeoutNanoseconds)
        while true {
            let left = deadline - Int(Clock.nanoseconds())
            if isReadable(milliseconds: Int32(max(0, min(100, left / 1_000_000 + 1)))) { return true }
            if left <= 0 { return false }
        }
    }

    /// Whether something can be read, or the end of what the server sent, within that time.
    private func isReadable(milliseconds: Int32) -> Bool {
        guard !hasUnread, let context else { return true }
        if let tls, tls.look() != .nothing { return true }
        var poller = pollfd(fd: context.pointee.fd, events: Int16(POLLIN), revents: 0)
        var count: Int32
        // After a signal it looks once more: what came meanwhile counts.
        repeat { count = poll(&poller, 1, milliseconds) } while count < 0 && errno == EINTR
        guard count > 0 else { return false }
        // What came need not be a reply.
        return tls.map { $0.look() != .nothing } ?? true
    }

    /// Closes the connection at once, so that nothing later reads an answer to an older question.
    mutating func fail(_ error: ConnectionError) -> ConnectionError {
        tls?.close()
        tls = nil
        if let context { redisFree(context) }
        context = nil
        return error
    }

    static func errorText(_ context: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
