internal import CHiredis
internal import Glibc
internal import Strategies

/// Connecting and the handshake, while waiting for both.
extension Connection {
    static func connect(
        to endpoint: RedisEndpoint, timeoutMilliseconds: Int
    ) throws(ConnectionError) -> UnsafeMutablePointer<redisContext> {
        let timeout = timeval(milliseconds: timeoutMilliseconds)
        let made: UnsafeMutablePointer<redisContext>?
        switch endpoint.transport {
        case .tcp(let host, let port): made = redisConnectWithTimeout(host, Int32(port), timeout)
        case .unix(let path):
            guard path.utf8.count <= RedisEndpoint.maximumPathBytes else {
                throw .refused("\(endpoint.redacted): the socket's path is too long")
            }
            made = redisConnectUnixWithTimeout(path, timeout)
        }
        return try checked(made, endpoint)
    }

    /// What hiredis made, if it could connect.
    static func checked(
        _ made: UnsafeMutablePointer<redisContext>?, _ endpoint: RedisEndpoint
    ) throws(ConnectionError) -> UnsafeMutablePointer<redisContext> {
        guard let made else { throw .refused("\(endpoint.redacted): out of memory") }
        guard made.pointee.err == 0 else {
            let reason = errorText(made)
            redisFree(made)
            throw .refused("\(endpoint.redacted): \(reason)")
        }
        return made
    }

    /// What every socket of ours needs, and the parser that fills replies of ours.
    mutating func configure(_ endpoint: RedisEndpoint) throws(ConnectionError) {
        guard let context else { throw .closed }
        guard ReplyReader.install(in: context) else { throw fail(.refused("\(endpoint.redacted): out of memory")) }
        let descriptor = context.pointee.fd
        // hiredis opens its sockets without it, and a child that inherits one keeps the client alive on the server.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        if case .tcp = endpoint.transport {
            var on: Int32 = 1
            _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    mutating func shakeHands(
        _ handshake: Handshake, _ endpoint: RedisEndpoint, toleratesBusy: Bool
    ) throws(ConnectionError) {
        guard let descriptor = context?.pointee.fd else { throw .closed }
        let limit = timeoutNanoseconds
        let tls = tls
        let failure = handshake.request.withUnsafeBytes {
            if let tls { return tls.writeAll($0, withinNanoseconds: limit) }
            return SocketWriter.write($0, to: descriptor, withinNanoseconds: limit)
        }
        // A server that has no room says so and hangs up at once: its reason can be read where writing fails.
        if let failure, failure != .closed { throw fail(failure) }
        var reply = Reply()
        for step in handshake.steps {
            do throws(ConnectionError) {
                try receive(into: &reply)
            } catch {
                throw afterTLS(handshake.secret.shown(error), endpoint)
            }
            switch handshake.judge(reply, to: step) {
            case .accepted: isNamed = isNamed || step == .name
            case .tolerated: break
            case .failed(.rejected(let text)) where toleratesBusy && text.hasPrefix("BUSY "): break
            case .failed(let error): throw fail(error)
            }
        }
    }
}

extension timeval {
    init(milliseconds: Int) {
        // Zero would mean to wait for ever.
        let positive = max(1, milliseconds)
        self.init(tv_sec: positive / 1000, tv_usec: positive % 1000 * 1000)
    }
}
