internal import CLinux
internal import COpenSSL
internal import FlashSale

/// One connection's TLS, between its socket and what is sent and received. Its owner frees it with ``close()``, before the socket.
///
/// What has come and was not asked for yet may be in OpenSSL's memory instead of the system's, where no event tells of it:
/// ``hasMore`` does. A socket that can be read may bring nothing, since tickets and new keys are no replies.
struct TLSSession: BitwiseCopyable {
    private let state: OpaquePointer

    /// - Returns: nil without memory, or where the name is too long for any certificate.
    init?(_ context: TLSContext, over descriptor: Int32, expecting name: String) {
        guard let state = stress_tls_open(context.pointer, descriptor, name) else { return nil }
        self.state = state
    }

    func close() { stress_tls_close(state) }

    /// Bounds calls on a socket whose own time-out has so many nanoseconds, 0 for one that does not wait: the other end may send a
    /// record byte by byte.
    func limit(nanoseconds: Int) { stress_tls_limit(state, UInt64(nanoseconds)) }

    enum Handshake {
        case complete
        /// The socket has to be read or written first; where it waits, that took too long.
        case unfinished
        case ended, failed
    }

    func shakeHands() -> Handshake {
        switch stress_tls_shake_hands(state) {
        case 1: .complete
        case STRESS_TLS_NOTHING.rawValue: .unfinished
        case STRESS_TLS_ENDED.rawValue: .ended
        default: .failed
        }
    }

    /// Whether the other end has begun a handshake, as only servers of TLS do.
    var firstByteIsOfHandshake: Bool { stress_tls_problem_of(state).first_byte == 22 }

    /// Reads once. How many bytes came, 0 for none.
    ///
    /// - Throws: `closed`, or `lost` with the reason.
    func read(_ buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> Int {
        let count = stress_tls_read(state, buffer.baseAddress, buffer.count)
        if count < 0 { throw failure(count) }
        return count
    }

    /// Whether another read may bring more although the socket will have no event for it.
    var hasMore: Bool { stress_tls_has_more(state) != 0 }

    /// Writes as much as the socket takes. How many bytes it took; those after them are to be written next.
    ///
    /// A record that the socket took in part counts as nothing: its reader can do nothing with it.
    /// - Throws: `closed`, or `lost` with the reason.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ConnectionError) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = stress_tls_write(state, bytes.baseAddress! + sent, bytes.count - sent)
            if count < 0 { throw failureOfWriting(count) }
            if count == 0 { break }
            sent += count
        }
        return sent
    }

    /// Writes all of `bytes` to a socket that waits. Nil if they went out; otherwise what ``SocketWriter`` returns, or `lost`.
    func writeAll(_ bytes: UnsafeRawBufferPointer, withinNanoseconds limit: Int) -> ConnectionError? {
        var sent = 0
        var start: Int?
        while sent < bytes.count {
            let count = stress_tls_write(state, bytes.baseAddress! + sent, bytes.count - sent)
            if count < 0 { return failureOfWriting(count) }
            if count == 0 { return .timeout }
            sent += count
            guard sent < bytes.count else { break }
            let now = Int(Clock.nanoseconds())
            if let start, now - start >= limit { return .timeout }
            start = start ?? now
        }
        return nil
    }

    /// What the next read would find, without waiting for it.
    func look() -> Connection.Unread {
        switch stress_tls_look(state) {
        case 1: .some
        case STRESS_TLS_NOTHING.rawValue: .nothing
        default: .end
        }
    }

    /// A server that hangs up may have said why before: since TLS 1.3 it looks at a client's certificate when that has sent its first
    /// request already.
    private func failureOfWriting(_ result: Int) -> ConnectionError {
        let failure = failure(result)
        guard failure == .closed, stress_tls_look(state) == STRESS_TLS_FAILED.rawValue else { return failure }
        return self.failure(Int(STRESS_TLS_FAILED.rawValue))
    }

    private func failure(_ result: Int) -> ConnectionError {
        guard result == Int(STRESS_TLS_FAILED.rawValue) else { return .closed }
        return .lost("TLS failed: \(words(RedisEndpoint.TLS(), host: ""))")
    }

    /// Why the last call has failed.
    ///
    /// - Parameter host: what was connected to.
    func words(_ settings: RedisEndpoint.TLS, host: String) -> String {
        let problem = stress_tls_problem_of(state)
        let detail = ForeignText.shown(String(cString: problem.detail), limit: 256)
        switch problem.reason {
        case STRESS_TLS_EXPIRED: return "a certificate that the server shows expired on \(detail): renew it there"
        case STRESS_TLS_NOT_YET_VALID:
            return
                "a certificate that the server shows is not valid before \(detail): wait until then, or set the clock of this machine"
        case STRESS_TLS_SELF_SIGNED:
            return
                "the server's certificate is self-signed, and nobody here vouches for it: where it is yours, trust it with --tls-ca FILE"
        case STRESS_TLS_UNKNOWN_AUTHORITY:
            return settings.authorities.map {
                "the server's certificate is of none of the authorities in \($0): name the right file with --tls-ca"
            }
                ?? "the authority of the server's certificate is not trusted on this system: name its certificate with --tls-ca FILE"
        case STRESS_TLS_WRONG_NAME:
            let names = detail.isEmpty ? "no host" : detail
            return
                "the server's certificate is for \(names) and not for \(settings.name ?? host): write a name that it is for into the URL, or, behind a tunnel, --tls-name NAME"
        case STRESS_TLS_BAD_CERTIFICATE: return "the server's certificate cannot be verified: \(detail)"
        case STRESS_TLS_CERTIFICATE_WANTED:
            return "the server wants a certificate of its clients: name one with --tls-cert FILE and --tls-key FILE"
        case STRESS_TLS_CERTIFICATE_REFUSED:
            return
                "the server does not take \(settings.certificate.map { "the certificate in \($0)" } ?? "our certificate"): \(detail)"
        case STRESS_TLS_NO_TLS: return "what listens there speaks no TLS"
        case STRESS_TLS_NOTHING_IN_COMMON:
            return "the server takes none of the versions (1.2, 1.3) and ciphers of TLS that are spoken here: \(detail)"
        default: return detail.isEmpty ? "OpenSSL gives no reason" : detail
        }
    }
}
