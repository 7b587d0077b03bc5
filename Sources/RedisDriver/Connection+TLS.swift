internal import CHiredis
internal import FlashSale
internal import Strategies

/// TLS under a connection.
extension Connection {
    /// Makes the session of an endpoint that wants TLS; nothing is sent.
    ///
    /// - Throws: ``ConnectionError/unsecured(_:)``.
    mutating func prepareTLS(_ endpoint: RedisEndpoint) throws(ConnectionError) {
        guard let settings = endpoint.tls, let context, case .tcp(let host, _) = endpoint.transport else { return }
        let shared: TLSContext
        do throws(TLSProblem) {
            shared = try TLSContext.shared(for: settings)
        } catch {
            throw fail(.unsecured("\(endpoint.redacted): \(error)"))
        }
        let name = settings.name ?? host
        guard let session = TLSSession(shared, over: context.pointee.fd, expecting: name) else {
            throw fail(.unsecured("\(endpoint.redacted): no certificate can be for the name \(name)"))
        }
        session.limit(nanoseconds: timeoutNanoseconds > 1 ? timeoutNanoseconds : 0)
        tls = session
    }

    /// Shakes hands, if the endpoint wants TLS, waiting for the server.
    ///
    /// - Throws: ``ConnectionError/unsecured(_:)``; no command was sent then.
    mutating func startTLS(_ endpoint: RedisEndpoint) throws(ConnectionError) {
        try prepareTLS(endpoint)
        guard let tls else { return }
        switch tls.shakeHands() {
        case .complete: return
        case .unfinished:
            throw fail(.unsecured("\(endpoint.redacted): the server did not go on with the TLS handshake in time"))
        case .ended:
            throw fail(.unsecured("\(endpoint.redacted): \(Self.hungUp)"))
        case .failed: throw fail(unsecured(endpoint, tls))
        }
    }

    /// Redis has no way to say more before TLS is there.
    private static let hungUp =
        "the server closed the connection in the TLS handshake, as one does that has as many clients as it takes (maxclients)"

    /// Goes on with the handshake of a connection that never waits.
    ///
    /// - Returns: whether it is complete.
    mutating func goOnWithTLS(_ endpoint: RedisEndpoint) throws(ConnectionError) -> Bool {
        guard let tls else { return true }
        switch tls.shakeHands() {
        case .complete: return true
        case .unfinished: return false
        case .ended:
            throw fail(.unsecured("\(endpoint.redacted): \(Self.hungUp)"))
        case .failed: throw fail(unsecured(endpoint, tls))
        }
    }

    private func unsecured(_ endpoint: RedisEndpoint, _ tls: TLSSession) -> ConnectionError {
        guard let settings = endpoint.tls, case .tcp(let host, _) = endpoint.transport else { return .closed }
        return .unsecured("\(endpoint.redacted): \(tls.words(settings, host: host))")
    }

    /// What an error of the first read means: a server of TLS 1.3 says only then that it does not take our certificate.
    func afterTLS(_ error: ConnectionError, _ endpoint: RedisEndpoint) -> ConnectionError {
        guard endpoint.tls != nil, case .lost(let reason) = error else { return error }
        return .unsecured("\(endpoint.redacted): \(reason)")
    }

    /// Whether a server is there that answers in TLS, where it was asked without. One question is put to it, on a connection of its own.
    package static func speaksTLS(at endpoint: RedisEndpoint) -> Bool {
        var secure = endpoint
        secure.tls = RedisEndpoint.TLS()
        guard case .tcp = endpoint.transport,
            var connection = try? Connection(connecting: secure, withinMilliseconds: 2000)
        else { return false }
        do throws(ConnectionError) {
            try connection.prepareTLS(secure)
            _ = connection.tls?.shakeHands()
        } catch {
            return false
        }
        return connection.tls?.firstByteIsOfHandshake == true
    }

    /// Whether a Redis is there that answers without TLS, where it was asked with it. It is asked PING, and told nothing else.
    package static func speaksPlainly(at endpoint: RedisEndpoint) -> Bool {
        do throws(ConnectionError) {
            _ = try Connection(
                to: RedisEndpoint(transport: endpoint.transport), name: nil, connectTimeoutMilliseconds: 2000,
                timeoutMilliseconds: 2000)
            return true
        } catch {
            if case .rejected = error { return true }
            return false
        }
    }

    /// A connection over which nothing is said yet.
    private init(connecting endpoint: RedisEndpoint, withinMilliseconds limit: Int) throws(ConnectionError) {
        self.init(timeoutNanoseconds: 1)
        context = try Self.connect(to: endpoint, timeoutMilliseconds: limit)
        try wait(atMostMilliseconds: limit, endpoint)
        try configure(endpoint)
    }

    /// What was read over TLS, for ``nextReply(into:)``.
    @inline(never)
    mutating func readNow(
        _ buffer: UnsafeMutableRawBufferPointer, over tls: TLSSession
    ) throws(ConnectionError) -> Read {
        guard let reader = context?.pointee.reader else { throw .closed }
        let count: Int
        do throws(ConnectionError) {
            count = try tls.read(buffer)
        } catch {
            throw fail(error)
        }
        if count == 0 { return .nothing }
        let bytes = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
        guard redisReaderFeed(reader, bytes, count) == REDIS_OK else {
            throw fail(.protocolViolation("out of memory"))
        }
        // The next event comes only with what comes next.
        return tls.hasMore ? .full : .some
    }

    @inline(never)
    mutating func sendNow(
        _ bytes: UnsafeRawBufferPointer, over tls: TLSSession
    ) throws(ConnectionError) -> Int {
        do throws(ConnectionError) {
            return try tls.write(bytes)
        } catch {
            throw fail(error)
        }
    }
}
