internal import CLinux
internal import Clients
internal import FlashSale
internal import Glibc
internal import Host
internal import Synchronization

/// The worker's side of its link, which it shares with nobody: what it hears waits here until somebody asks for it, and what it says
/// is sent from here. A thread of its own (``ChannelThread``) does both, so that pings are answered at once whatever the worker waits for.
final class WorkerChannel: Sendable {
    enum Event {
        case message(CoordinatorMessage)
        case nothing
        /// The coordinator is gone.
        case end
    }

    struct State {
        /// Messages that came.
        var heard: [CoordinatorMessage] = []
        var hasEnded = false
        /// Frames to be sent.
        var outbox: [[UInt8]] = []
        /// What is streamed from now on; taken by the thread.
        var journals: (journal: JournalWriter, names: JournalWriter?)?
        /// Whether no thread writes to them any more.
        var isLast = false
        /// Whether all that was said has left, or never will.
        var isSent = true
        /// Whether the thread shall end once all is sent.
        var isClosing = false
    }

    let state = Mutex(State())
    /// Told by main that there is something to do, and by the thread that something came.
    let wake: Signal
    let arrival: Signal
    private let thread: Mutex<JoinableThread<Void>?> = Mutex(nil)

    /// Something for a poll to wait for.
    struct Signal: Sendable {
        let descriptor: Int32
        private let writeEnd: Int32

        init() throws(RunError) {
            var ends: [Int32] = [-1, -1]
            guard stress_pipe(&ends, 1) == 0 else {
                throw RunError(
                    .unavailable,
                    "a worker cannot make a pipe: \(String(cString: strerror(errno))); close files, or raise the limit (ulimit -n)"
                )
            }
            descriptor = ends[0]
            writeEnd = ends[1]
        }

        /// Makes ``descriptor`` readable.
        func give() {
            var byte: UInt8 = 0
            _ = write(writeEnd, &byte, 1)
        }

        /// Makes it unreadable again.
        func take() {
            var bytes: (UInt64, UInt64) = (0, 0)
            while withUnsafeMutableBytes(of: &bytes, { read(descriptor, $0.baseAddress, $0.count) }) > 0 {}
        }
    }

    /// - Throws: ``RunError`` with 69 if the system has no pipes left.
    init() throws(RunError) {
        wake = try Signal()
        arrival = try Signal()
    }

    /// Starts the thread.
    ///
    /// - Throws: ``RunError`` with 69 if the system has no room for it.
    func start(_ body: consuming ChannelThread) throws(RunError) {
        let first = Once(body)
        do throws(ThreadError) {
            try thread.withLock { (thread) throws(ThreadError) in
                thread = try JoinableThread { [self] in first.run(for: self) }
            }
        } catch {
            throw RunError(
                .unavailable, "a worker cannot listen to its coordinator: \(error); raise the limit (ulimit -u)")
        }
    }

    /// What a thread is given to keep.
    ///
    /// `@unchecked Sendable`: only that thread touches it.
    private final class Once: @unchecked Sendable {
        private var body: ChannelThread

        init(_ body: consuming ChannelThread) { self.body = body }

        func run(for channel: WorkerChannel) { body.run(channel) }
    }

    // MARK: The worker's own thread

    /// The next message, waiting for at most this long; -1 waits for ever.
    ///
    /// - Parameter alarm: a descriptor that ends the wait when it can be read; -1 for none.
    func next(waitMilliseconds: Int32, alarm: Int32 = -1) -> Event {
        if let event = taken() { return event }
        var descriptors = [
            pollfd(fd: arrival.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: alarm, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let count = poll(&descriptors, 2, waitMilliseconds)
            if count < 0, errno == EINTR { continue }
            guard count > 0, descriptors[0].revents != 0 else { return .nothing }
            arrival.take()
            if let event = taken() { return event }
        }
    }

    private func taken() -> Event? {
        state.withLock { state in
            if !state.heard.isEmpty { return .message(state.heard.removeFirst()) }
            return state.hasEnded ? .end : nil
        }
    }

    /// False if the coordinator is gone.
    func tell(_ message: WorkerMessage) -> Bool {
        guard let frame = message.frame else { return false }
        let isHeard = state.withLock { state in
            guard !state.hasEnded else { return false }
            state.outbox.append(frame)
            state.isSent = false
            return true
        }
        wake.give()
        return isHeard
    }

    /// Sends the journal from now on while it is written.
    func stream(_ journal: JournalWriter, names: JournalWriter?) {
        state.withLock { $0.journals = (journal, names) }
        wake.give()
    }

    /// Nobody writes to the journal any more: the rest is sent, and then what it must be like.
    func deliver(_ mark: WorkerMessage.Delivered) {
        state.withLock { state in
            state.isLast = true
            state.isSent = false
            state.outbox.append(WorkerMessage(delivered: mark).frame ?? [])
        }
        wake.give()
    }

    /// Waits until all that was said has left, or never will, and ends the thread.
    func close() {
        state.withLock { $0.isClosing = true }
        wake.give()
        thread.withLock { $0.take() }?.join()
    }
}
