internal import CCurl
internal import CLinux
internal import Glibc
package import Strategies

/// Many clients of one thread: libcurl's multi interface tells which sockets to watch, epoll tells which of them are
/// ready, and nothing waits for a single client.
package final class HTTPLoop {
    /// Events that are taken from the system at a time.
    private static var batch: Int { 256 }

    private let multi: UnsafeMutableRawPointer
    private let sockets = WatchedSockets()
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: HTTPLoop.batch)
    /// CLOCK_MONOTONIC of when libcurl wants to be called although no socket is ready; nil for never.
    private var due: UInt64?

    /// - Parameter clients: as many connections are kept open.
    /// - Throws: ``HTTPFailure`` where the system has no libcurl, and no memory or descriptor left.
    package init(clients: Int) throws(HTTPFailure) {
        try HTTPClient.checkLibrary()
        guard sockets.epoll >= 0, let multi = curl_multi_init() else {
            throw HTTPFailure(.notSent, "epoll: \(String(cString: strerror(errno)))")
        }
        self.multi = multi
        let own = Unmanaged.passUnretained(self).toOpaque()
        // A client that waits for an answer has a connection of its own, as customers have.
        stress_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        stress_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, clients)
        stress_curl_multi_set_socket(
            multi, { _, socket, what, own, _ in HTTPLoop.of(own).watch(socket, what) }, own)
        stress_curl_multi_set_timer(multi, { _, milliseconds, own in HTTPLoop.of(own).setTimer(milliseconds) }, own)
    }

    deinit {
        // This closes connections, which the sockets are told.
        curl_multi_cleanup(multi)
        events.deallocate()
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> HTTPLoop {
        // libcurl hands back what it was given.
        Unmanaged<HTTPLoop>.fromOpaque(pointer!).takeUnretainedValue()
    }

    // MARK: What libcurl asks for

    private func watch(_ socket: curl_socket_t, _ what: Int32) -> Int32 {
        var events: UInt32 = 0
        if what != CURL_POLL_REMOVE {
            if what & CURL_POLL_IN != 0 { events |= EPOLLIN.rawValue }
            if what & CURL_POLL_OUT != 0 { events |= EPOLLOUT.rawValue }
        }
        sockets.watch(socket, events)
        return 0
    }

    private func setTimer(_ milliseconds: Int) -> Int32 {
        due = milliseconds < 0 ? nil : Clock.nanoseconds() &+ UInt64(milliseconds) * 1_000_000
        return 0
    }

    // MARK: What the driver asks for

    /// Can be read once a socket is ready, for whoever waits for other things as well.
    package var descriptor: Int32 { sockets.epoll }

    /// CLOCK_MONOTONIC at which ``wait(nanoseconds:)`` is to be called though no socket is ready; nil for never.
    package var nextTimer: UInt64? { due }

    /// Starts to ask; the answer is found by ``nextDone()``, after some calls of ``wait(nanoseconds:)``.
    ///
    /// - Parameter request: it has to stay where it is until the answer is here.
    /// - Throws: ``HTTPFailure`` of the kind `notSent`.
    package func start(_ client: HTTPClient, _ request: UnsafeRawBufferPointer) throws(HTTPFailure) {
        try client.prepare(request)
        client.join(sockets)
        let code = curl_multi_add_handle(multi, client.handle)
        guard code == CURLM_OK else { throw HTTPFailure(.notSent, String(cString: curl_multi_strerror(code))) }
    }

    /// Starts to ask, but holds the last byte of the request's body back until ``release(_:)``.
    ///
    /// - Parameter request: it has to stay where it is until the answer is here.
    /// - Returns: false where the request has no body: then nothing was sent, nor will be.
    /// - Throws: ``HTTPFailure`` of the kind `notSent`.
    package func hold(_ client: HTTPClient, _ request: UnsafeRawBufferPointer) throws(HTTPFailure) -> Bool {
        try client.prepare(request, holds: true)
        guard client.wasHeld else { return false }
        client.join(sockets)
        let code = curl_multi_add_handle(multi, client.handle)
        guard code == CURLM_OK else { throw HTTPFailure(.notSent, String(cString: curl_multi_strerror(code))) }
        return true
    }

    /// Lets the last byte of a request go that was held; it leaves in ``wait(nanoseconds:)``.
    package func release(_ client: HTTPClient) { client.release() }

    /// Gives up on an answer. The connection is closed, since the answer may still come.
    package func cancel(_ client: HTTPClient) {
        curl_multi_remove_handle(multi, client.handle)
        if client.wasHeld { client.forgetHeldBody() }
    }

    /// Lets transfers go on, and waits for at most so many nanoseconds until one can.
    package func wait(nanoseconds: UInt64) {
        var running: Int32 = 0
        let now = Clock.nanoseconds()
        var limit = nanoseconds
        if let due {
            if due <= now {
                self.due = nil
                curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
                limit = 0
            } else {
                limit = min(limit, due - now)
            }
        }
        // epoll counts in milliseconds; what is shorter is waited for by ppoll, to the nanosecond.
        var milliseconds = Int32(clamping: limit / 1_000_000)
        if limit > 0, limit < 4_000_000 {
            guard stress_wait_readable(sockets.epoll, limit) == 1 else { return }
            milliseconds = 0
        }
        let count = epoll_wait(sockets.epoll, events, Int32(Self.batch), milliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = events[index]
            guard sockets.isWanted(event.data.fd) else { continue }
            var flags: Int32 = 0
            if event.events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { flags |= CURL_CSELECT_IN }
            if event.events & EPOLLOUT.rawValue != 0 { flags |= CURL_CSELECT_OUT }
            if event.events & EPOLLERR.rawValue != 0 { flags |= CURL_CSELECT_ERR }
            curl_multi_socket_action(multi, event.data.fd, flags, &running)
        }
    }

    /// A client whose request is over, and what came of it; nil where there is none.
    package func nextDone() -> (client: HTTPClient, result: Done)? {
        var code = CURLE_OK
        guard let handle = stress_curl_multi_next_done(multi, &code) else { return nil }
        let client = HTTPClient.owner(of: handle)
        curl_multi_remove_handle(multi, handle)
        return (client, Done(code: code))
    }

    /// How a request ended, for ``HTTPClient/take(_:into:)``.
    package struct Done {
        fileprivate var code: CURLcode
    }
}

extension HTTPClient {
    /// The answer of a request that an ``HTTPLoop`` has found to be over.
    ///
    /// - Parameter reply: gets the answer as `[status, [name, value, …], body]`.
    package func take(_ done: HTTPLoop.Done, into reply: inout Reply) throws(HTTPFailure) {
        try finish(done.code, into: &reply)
    }
}
