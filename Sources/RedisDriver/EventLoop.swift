internal import CLinux
internal import Glibc

/// Tells which of many sockets can be read or written: epoll, edge-triggered, so that a socket is registered once and
/// costs no further call. After an event, read until nothing is left.
package struct EventLoop: ~Copyable {
    /// What happened at one socket.
    package struct Event: BitwiseCopyable {
        /// What the socket was registered with.
        package var token: UInt64
        /// The peer has hung up, or the socket has failed. Replies may still be readable.
        package var hasEnded: Bool
    }

    /// Events that are taken from the system at a time.
    private static var batch: Int { 256 }

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    /// If the system has no descriptor left, ``watch(_:token:)`` throws.
    package init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        events = .allocate(capacity: Self.batch)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        events.deallocate()
    }

    /// Registers a socket until it is closed.
    ///
    /// - Throws: ``ConnectionError/refused(_:)`` where the system has no descriptor or no room left.
    package func watch(_ socket: Int32, token: UInt64) throws(ConnectionError) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        event.data.u64 = token
        guard epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0 else {
            throw .refused("epoll: \(String(cString: strerror(errno)))")
        }
    }

    /// Waits for events, for at most this many nanoseconds.
    ///
    /// - Returns: how many events there are, 0 after the time or an interruption.
    package func wait(nanoseconds: UInt64) -> Int {
        // epoll counts in milliseconds; what is shorter is waited for by ppoll, to the nanosecond.
        if nanoseconds > 0, nanoseconds < 4_000_000 {
            return stress_wait_readable(descriptor, nanoseconds) == 1 ? take(milliseconds: 0) : 0
        }
        return take(milliseconds: Int32(clamping: nanoseconds / 1_000_000))
    }

    private func take(milliseconds: Int32) -> Int {
        max(0, Int(epoll_wait(descriptor, events, Int32(Self.batch), milliseconds)))
    }

    /// One of the events that the last wait has found.
    @inline(__always)
    package func event(_ index: Int) -> Event {
        let event = events[index]
        let ended = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
        return Event(token: event.data.u64, hasEnded: event.events & ended != 0)
    }
}

// It is used by one thread at a time, and every call that changes something is the kernel's.
extension EventLoop: @unchecked Sendable {}
