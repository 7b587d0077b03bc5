internal import CLinux
internal import FlashSale
internal import Glibc

/// How a worker comes to its order: it says nothing until it is greeted, greets back, and reads on.
struct WorkerArrival: ~Copyable {
    enum Outcome {
        /// The order, and what was read with it and comes after it.
        case ordered(CoordinatorMessage.Order, early: [FrameParser.Event])
        /// Nobody is there, or nobody who speaks as we do.
        case over(exitCode: Int32)
    }

    var reader = FrameReader(descriptor: STDIN_FILENO)
    /// nil for a worker on its coordinator's machine.
    var lease: Lease?

    init(isRemote: Bool) { lease = isRemote ? Lease(from: Clock.nanoseconds()) : nil }

    mutating func wait() -> Outcome {
        while true {
            var poller = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if poll(&poller, 1, lease == nil ? -1 : 100) > 0 {
                guard case .events(let events) = reader.read(), reader.damage == nil else {
                    return .over(exitCode: 0)
                }
                lease?.hear(at: Clock.nanoseconds())
                if let outcome = take(events) { return outcome }
            }
            if lease?.isOver(at: Clock.nanoseconds()) == true { return .over(exitCode: 0) }
        }
    }

    private func take(_ events: [FrameParser.Event]) -> Outcome? {
        for (index, event) in events.enumerated() {
            switch event {
            case .greeting(let greeting):
                Self.greet()
                // The coordinator says what is wrong: it has a user to say it to.
                if !greeting.fits { return .over(exitCode: ExitStatus.unavailable.rawValue) }
            case .message(let json):
                guard let order = CoordinatorMessage(json: json)?.order else { return .over(exitCode: 0) }
                return .ordered(order, early: Array(events[(index + 1)...]))
            // A ping that comes before the order is the next one's business.
            case .ping, .pong, .piece: break
            }
        }
        return nil
    }

    private static func greet() {
        let bytes = LinkGreeting.own.bytes
        // Shorter than what any pipe takes at once.
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
