internal import CHiredis
internal import FlashSale
internal import Glibc
package import Strategies

/// A connection among many of one thread: nothing here waits. An ``EventLoop`` tells when to go on.
extension Connection {
    /// What to register with an ``EventLoop``; -1 once the connection has failed.
    package var descriptor: Int32 { context?.pointee.fd ?? -1 }

    /// From now on nothing waits; ``send(_:)-(UnsafeRawBufferPointer)`` and ``receive(into:)`` are not to be called any more.
    package mutating func stopWaiting() {
        guard let descriptor = context?.pointee.fd else { return }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        tls?.limit(nanoseconds: 0)
    }

    /// Writes as much of `bytes` as the socket takes at once.
    ///
    /// - Returns: how many bytes it took, from the front.
    /// - Throws: `closed` if the server is gone.
    @inline(__always)
    package mutating func sendNow(_ bytes: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        guard let context else { throw .closed }
        if let tls { return try sendNow(bytes, over: tls) }
        while true {
            let count = Glibc.send(context.pointee.fd, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return count }
            if errno == EAGAIN || errno == EWOULDBLOCK { return 0 }
            if errno != EINTR { throw fail(.closed) }
        }
    }

    /// What one read has brought.
    package enum Read: BitwiseCopyable {
        case nothing, some
        /// As much as there was room for; more may be there.
        case full
    }

    /// Whether something was read that is not yet taken as a reply.
    @inline(__always)
    package var hasUnread: Bool {
        guard let reader = context?.pointee.reader else { return false }
        return reader.pointee.pos < reader.pointee.len
    }

    /// Reads once what the socket has, and keeps it for ``nextReply(into:)``.
    ///
    /// - Parameter buffer: scratch space for one read.
    /// - Throws: `closed` at the end of what the server sent.
    @inline(__always)
    package mutating func readNow(_ buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> Read {
        guard let context else { throw .closed }
        if let tls { return try readNow(buffer, over: tls) }
        while true {
            let count = recv(context.pointee.fd, buffer.baseAddress, buffer.count, 0)
            if count > 0 {
                let bytes = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
                guard redisReaderFeed(context.pointee.reader, bytes, count) == REDIS_OK else {
                    throw fail(.protocolViolation("out of memory"))
                }
                return count == buffer.count ? .full : .some
            }
            if count == 0 { throw fail(.closed) }
            if errno == EAGAIN || errno == EWOULDBLOCK { return .nothing }
            if errno != EINTR { throw fail(.closed) }
        }
    }

    /// Takes the next reply out of what was read. A part of one stays in `reply` until the rest is there, so that each
    /// connection needs a reply of its own.
    ///
    /// - Returns: whether `reply` is whole.
    /// - Throws: `oversized`, `protocolViolation`. `reply` is then empty.
    @inline(__always)
    package mutating func nextReply(into reply: inout Reply) throws(ConnectionError) -> Bool {
        guard let context else { throw .closed }
        if !hasPartOfReply { reply.reset() }
        hasPartOfReply = true
        let limit = replyLimit
        var taken = takenBytes
        let progress = withUnsafeMutablePointer(to: &reply) {
            ReplyReader.parse(context, into: $0, taken: &taken, limit: limit)
        }
        takenBytes = taken
        switch progress {
        case .partial: return false
        case .complete:
            hasPartOfReply = false
            return true
        case .failed(let error):
            // With its room, which may be as large as a reply can make it.
            reply = Reply()
            throw fail(error)
        }
    }

    /// Closes a connection with unread bytes while no answer is due: they would be taken for the answer to the next
    /// command.
    ///
    /// - Throws: `protocolViolation`.
    @inline(__always)
    package mutating func refuseSurplus() throws(ConnectionError) {
        if hasUnread { throw fail(.protocolViolation("an answer that nobody asked for")) }
    }

    // MARK: Opening

    /// Starts to connect; ``goOnOpening(_:)`` does the rest. Only the name of a host is looked up before this returns.
    ///
    /// - Parameter endpoint: one node, since to ask for the primary would take time.
    /// - Parameter asksWhetherItServes: whether a server that is there, but does not serve yet (LOADING, BUSY), is to be refused.
    /// - Throws: `refused`.
    package init(
        opening endpoint: RedisEndpoint, name: String?, asksWhetherItServes: Bool = false
    ) throws(ConnectionError) {
        self.init(timeoutNanoseconds: 1)
        let made: UnsafeMutablePointer<redisContext>?
        switch endpoint.transport {
        case .tcp(let host, let port): made = redisConnectNonBlock(host, Int32(port))
        case .unix(let path): made = redisConnectUnixNonBlock(path)
        }
        context = try Self.checked(made, endpoint)
        try configure(endpoint)
        try prepareTLS(endpoint)
        opening = Opening(
            endpoint: endpoint, handshake: Handshake(endpoint, name: name, asksWhetherItServes: asksWhetherItServes))
    }

    /// Goes on with a connection that is being opened, when its socket can be read or written.
    ///
    /// - Parameters:
    ///   - buffer: room for one read.
    ///   - reply: the connection's own, as for ``nextReply(into:)``.
    /// - Returns: whether it is open now, with a name if the server allows that.
    /// - Throws: ``ConnectionError``; nothing but the handshake was sent.
    package mutating func goOnOpening(
        _ buffer: UnsafeMutableRawBufferPointer, into reply: inout Reply
    ) throws(ConnectionError) -> Bool {
        guard let context, var opening else { return true }
        if opening.unsent > 0 {
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(context.pointee.fd, SOL_SOCKET, SO_ERROR, &code, &size)
            // A server of TLS may say why, and then reset the connection.
            guard code == 0 || (tls != nil && code == ECONNRESET) else {
                throw fail(.refused(String(cString: strerror(code))))
            }
            if !opening.isSecured {
                guard try goOnWithTLS(opening.endpoint) else { return false }
                opening.isSecured = true
            }
            let sent: Result<Int, ConnectionError> = opening.handshake.request.withUnsafeBytes { bytes in
                do throws(ConnectionError) {
                    return .success(try sendNow(UnsafeRawBufferPointer(rebasing: bytes.suffix(opening.unsent))))
                } catch {
                    return .failure(error)
                }
            }
            opening.unsent -= try sent.get()
            self.opening = opening
        }
        // The event loop reports the end only once, so everything that is there is read now.
        repeat {
            while opening.answered < opening.handshake.steps.count, try nextReply(of: opening, into: &reply) {
                let step = opening.handshake.steps[opening.answered]
                switch opening.handshake.judge(reply, to: step) {
                case .accepted: isNamed = isNamed || step == .name
                case .tolerated: break
                case .failed(let error): throw fail(error)
                }
                opening.answered += 1
            }
            guard opening.answered < opening.handshake.steps.count else {
                self.opening = nil
                return true
            }
            self.opening = opening
        } while try readNow(buffer, of: opening) != .nothing
        return false
    }

    private mutating func readNow(
        _ buffer: UnsafeMutableRawBufferPointer, of opening: Opening
    ) throws(ConnectionError) -> Read {
        do throws(ConnectionError) {
            return try readNow(buffer)
        } catch {
            throw afterTLS(error, opening.endpoint)
        }
    }

    private mutating func nextReply(of opening: Opening, into reply: inout Reply) throws(ConnectionError) -> Bool {
        do throws(ConnectionError) {
            return try nextReply(into: &reply)
        } catch {
            throw opening.handshake.secret.shown(error)
        }
    }
}
