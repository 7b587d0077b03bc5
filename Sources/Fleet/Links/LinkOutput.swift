internal import CLinux
internal import Glibc
internal import Synchronization

/// What the coordinator sends over one link. Nobody waits for a link that takes nothing: the rest stays here until it does.
final class LinkOutput: Sendable {
    private struct State {
        /// -1 once it is closed, or nobody reads any more.
        var descriptor: Int32
        var waiting: [UInt8] = []
        var lastPing: UInt64 = 0
    }

    private let state: Mutex<State>

    /// - Parameter descriptor: whoever made it closes it, after ``end()``.
    init(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        state = Mutex(State(descriptor: descriptor))
    }

    /// Sends, now or as soon as the link takes it.
    func send(_ bytes: [UInt8]) {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            state.waiting += bytes
            Self.flush(&state)
        }
    }

    /// Sends a ping, unless something else waits to be sent: it would tell nothing.
    func ping() {
        state.withLock { state in
            Self.flush(&state)
            guard state.descriptor >= 0, state.waiting.isEmpty else { return }
            let now = Clock.nanoseconds()
            state.waiting = Frame.ping(sent: now)
            Self.flush(&state)
            // One of which nothing could be written is no ping.
            if state.waiting.count == Frame.headSize + 8 { state.waiting = [] } else { state.lastPing = now }
        }
    }

    /// Goes on with what waits.
    func flush() { state.withLock { Self.flush(&$0) } }

    /// The descriptor to wait for, until it takes something; -1 where nothing waits.
    var blocked: Int32 { state.withLock { $0.waiting.isEmpty ? -1 : $0.descriptor } }

    /// CLOCK_MONOTONIC of the last ping of which a byte was written; 0 for none.
    var lastPing: UInt64 { state.withLock { $0.lastPing } }

    /// Sends nothing any more.
    func end() {
        state.withLock { state in
            state.descriptor = -1
            state.waiting = []
        }
    }

    private static func flush(_ state: inout State) {
        var sent = 0
        while state.descriptor >= 0, sent < state.waiting.count {
            let count = state.waiting.withUnsafeBytes { bytes in
                Glibc.write(state.descriptor, bytes.baseAddress! + sent, bytes.count - sent)
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                // Its end is noticed where it is read.
                state.descriptor = -1
            }
        }
        if state.descriptor < 0 {
            state.waiting = []
        } else if sent > 0 {
            state.waiting.removeSubrange(..<sent)
        }
    }
}
