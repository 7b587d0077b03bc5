internal import CLinux
internal import Clients
internal import FlashSale
internal import Glibc
internal import Synchronization

/// What the thread of a ``WorkerChannel`` does: it reads standard input, answers pings, hands on messages, and writes to standard output
/// without ever waiting for it.
struct ChannelThread: ~Copyable {
    private var reader: FrameReader
    /// nil for a worker on the coordinator's own machine, which ends with its standard input.
    private var lease: Lease?
    /// What is told of faults goes here, whatever else is waited for.
    private let faults: WireFaults
    private var stream: JournalStream?
    /// What is streamed.
    private var journals: (journal: JournalWriter, names: JournalWriter?)?
    private var pings: [(sent: UInt64, received: UInt64)] = []
    /// What is being written, and how much of it was.
    private var frame: [UInt8] = []
    private var written = 0
    private var isBroken = false
    /// Whether a ping came after all buyers were done: what their machine's clock did until then is known by its answer.
    private var wasAskedLast = false

    /// How long it sleeps at most where there is a lease.
    private static var lookMilliseconds: Int32 { 100 }

    /// - Parameters:
    ///   - reader: of standard input.
    ///   - early: what was read with the order, and comes after it.
    ///   - lease: nil where the worker is on its coordinator's machine.
    init(
        _ reader: consuming FrameReader, early: [FrameParser.Event], lease: Lease?, faults: WireFaults,
        channel: WorkerChannel
    ) {
        self.reader = reader
        self.lease = lease
        self.faults = faults
        take(early, at: Clock.nanoseconds(), channel)
    }

    /// Ends when the coordinator is gone, or once all is sent after ``WorkerChannel/close()``.
    mutating func run(_ channel: WorkerChannel) {
        _ = fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK)
        while true {
            if listen(channel) { return end(channel) }
            speak(channel)
            if lease?.isOver(at: Clock.nanoseconds()) == true { return end(channel) }
            if channel.state.withLock({ $0.isClosing && ($0.isSent || isBroken) }), mayLeave { return }
        }
    }

    /// Whether nobody needs an answer any more.
    private var mayLeave: Bool {
        lease == nil || isBroken || wasAskedLast && pings.isEmpty && written == frame.count
    }

    private func end(_ channel: WorkerChannel) {
        // Nobody is left to hear what became of anything, and nobody may buy any more. The journal has no name: it goes with us.
        if lease != nil { _exit(0) }
        channel.state.withLock {
            $0.hasEnded = true
            $0.isSent = true
        }
        channel.arrival.give()
    }

    // MARK: Hearing

    /// Waits for something to do, and reads.
    ///
    /// - Returns: whether the coordinator is gone.
    private mutating func listen(_ channel: WorkerChannel) -> Bool {
        let wantsToWrite = written < frame.count && !isBroken
        var pollers = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: channel.wake.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wantsToWrite ? STDOUT_FILENO : -1, events: Int16(POLLOUT), revents: 0),
        ]
        let count = poll(&pollers, 3, waitMilliseconds(wantsToWrite))
        guard count > 0 else { return false }
        if pollers[1].revents != 0 { channel.wake.take() }
        guard pollers[0].revents != 0 else { return false }
        guard case .events(let events) = reader.read() else { return true }
        let now = Clock.nanoseconds()
        lease?.hear(at: now)
        take(events, at: now, channel)
        return reader.damage != nil
    }

    private func waitMilliseconds(_ isWriting: Bool) -> Int32 {
        let longest: Int32 = lease == nil ? -1 : Self.lookMilliseconds
        guard let due = stream?.due, !isWriting else { return longest }
        let now = Clock.nanoseconds()
        return due <= now ? 0 : Int32(min(UInt64(Self.lookMilliseconds), (due - now + 999_999) / 1_000_000))
    }

    private mutating func take(_ events: [FrameParser.Event], at now: UInt64, _ channel: WorkerChannel) {
        for event in events {
            switch event {
            case .ping(let sent):
                lease?.hearPing(sent: sent, at: now)
                pings.append((sent, now))
                if !wasAskedLast { wasAskedLast = channel.state.withLock(\.isClosing) }
            case .message(let json): take(json, channel)
            case .greeting, .pong, .piece: break
            }
        }
    }

    private mutating func take(_ json: [UInt8], _ channel: WorkerChannel) {
        guard let message = CoordinatorMessage(json: json) else { return }
        if let signal = message.fault { return faults.set(signal.index, isOn: signal.isOn) }
        if let blow = message.blow { return take(blow, channel) }
        channel.state.withLock { $0.heard.append(message) }
        channel.arrival.give()
    }

    private mutating func take(_ blow: CoordinatorMessage.Blow, _ channel: WorkerChannel) {
        // Whoever is done is struck by nothing any more.
        guard lease != nil, !channel.state.withLock({ $0.isLast || $0.isClosing }) else { return }
        let stood = channel.state.withLock { state in
            // Nobody stands with what this thread needs.
            let stood = BlowTaken.carryOut(blow)
            state.outbox.append(WorkerMessage(stood: stood).frame ?? [])
            state.isSent = false
            return stood
        }
        guard blow.kind == .end else { return }
        startStreaming(channel)
        if stood.isComplete, let journals {
            stream?.isLast = true
            channel.state.withLock { state in
                state.isLast = true
                let mark = WorkerMessage.Delivered(
                    journal: .init(journals.journal), names: journals.names.map { .init($0) })
                state.outbox.append(WorkerMessage(delivered: mark).frame ?? [])
            }
        }
        while !isBroken, !channel.state.withLock(\.isSent) {
            speak(channel)
            var poller = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            poll(&poller, 1, 100)
        }
        BlowTaken.end()
    }

    // MARK: Speaking

    /// Writes what the link takes: answers to pings first, then messages, then pieces of the journal.
    private mutating func speak(_ channel: WorkerChannel) {
        guard !isBroken else { return }
        startStreaming(channel)
        while true {
            if written == frame.count {
                written = 0
                frame = nextFrame(channel) ?? []
                if frame.isEmpty { return }
            }
            let count = frame.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress! + written, $0.count - written) }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                // The coordinator is gone, as the end of the input will show.
                isBroken = true
                return
            }
        }
    }

    private mutating func startStreaming(_ channel: WorkerChannel) {
        let (journals, isLast) = channel.state.withLock { state in (state.journals.take(), state.isLast) }
        if let journals {
            self.journals = journals
            stream = JournalStream(journals.journal, names: journals.names)
        }
        if isLast { stream?.isLast = true }
    }

    /// Whether pieces may follow.
    private var isStreaming: Bool { stream.map { !$0.isOver } ?? false }

    private mutating func nextFrame(_ channel: WorkerChannel) -> [UInt8]? {
        if let ping = pings.first {
            pings.removeFirst()
            return Frame.pong(sent: ping.sent, received: ping.received, answered: Clock.nanoseconds())
        }
        let wasStreaming = isStreaming
        // What the journal must be like is told once all of it was sent.
        let message: [UInt8]? = channel.state.withLock { state in
            guard state.outbox.count > (state.isLast && wasStreaming ? 1 : 0) else { return nil }
            return state.outbox.removeFirst()
        }
        if let message { return message }
        if let piece = stream?.take(at: Clock.nanoseconds()) { return Frame.piece(piece) }
        if isStreaming != wasStreaming { return nextFrame(channel) }
        channel.state.withLock { $0.isSent = $0.outbox.isEmpty && !($0.isLast && wasStreaming) }
        return nil
    }
}
