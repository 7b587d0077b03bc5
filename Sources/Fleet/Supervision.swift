/// What the coordinator decides while the doors are open: it is told what can be seen, and returns what to do. It has
/// no clock and no processes.
struct Supervision {
    /// What can be seen of a worker.
    struct Worker {
        /// Whether its output has ended: it is finished, or gone.
        var isSilent = false
        var hasReported = false
        /// Whether it reported that it could not go on.
        var hasFailed = false
        /// CLOCK_MONOTONIC of the last time that it said something.
        var lastHeard: UInt64
    }

    enum Action: Equatable {
        case tellToStop(worker: Int)
        /// The reason is for the user.
        case kill(worker: Int, because: String)
        case show(elapsedSeconds: Double)
    }

    private enum Doors {
        case open
        /// Buying is ending: workers that are not finished at the deadline are killed. Time for which the run was
        /// stopped does not count.
        case closing(deadline: UInt64, interruptionsBefore: Int)
    }

    private let opened: UInt64
    private let graceNanoseconds: UInt64
    private var doors = Doors.open
    private var watchdog: Watchdog
    private var lastShown: UInt64?
    /// Whether the private server died.
    private(set) var serverDied = false

    /// Whether buying is ending.
    var isClosing: Bool { if case .closing = doors { true } else { false } }

    /// How often progress is shown.
    private static var showNanoseconds: UInt64 { 100_000_000 }

    /// - Parameters:
    ///   - opened: CLOCK_MONOTONIC of the doors' opening.
    ///   - graceNanoseconds: how long a worker may take to finish once buying is to end.
    init(opened: UInt64, graceNanoseconds: UInt64) {
        self.opened = opened
        self.graceNanoseconds = graceNanoseconds
        watchdog = Watchdog(opened: opened)
    }

    /// To be called after listening to all workers. The doors close if the private server dies, so that nobody hammers
    /// its port, if the user interrupts, and if a worker cannot go on.
    ///
    /// - Parameters:
    ///   - now: CLOCK_MONOTONIC.
    ///   - stoodStill: nanoseconds so far for which the user had the whole run stopped; no deadline counts them.
    ///   - serverIsGone: whether the private server is gone now.
    ///   - interruptions: how often the user has asked for the end so far.
    mutating func look(
        at now: UInt64, stoodStill: UInt64 = 0, _ workers: [Worker], serverIsGone: Bool, interruptions: Int
    ) -> [Action] {
        watchdog.look(at: now)
        serverDied = serverDied || serverIsGone
        let awake = now - stoodStill
        var actions: [Action] = []
        if case .open = doors, serverDied || interruptions > 0 || workers.contains(where: \.hasFailed) {
            doors = .closing(deadline: awake + graceNanoseconds, interruptionsBefore: interruptions)
            for (index, worker) in workers.enumerated() where !worker.hasReported {
                actions.append(.tellToStop(worker: index))
            }
        }
        let isTooLate = isTooLate(at: awake, interruptions: interruptions)
        for (index, worker) in workers.enumerated() where !worker.isSilent {
            if watchdog.isLost(lastHeard: worker.lastHeard, at: now) {
                actions.append(.kill(worker: index, because: "it said nothing for \(Watchdog.silenceSeconds) seconds"))
            } else if isTooLate {
                actions.append(.kill(worker: index, because: "it did not stop when it was told to"))
            }
        }
        if lastShown.map({ now >= $0 + Self.showNanoseconds }) ?? true {
            lastShown = now
            actions.append(.show(elapsedSeconds: now > opened ? Double(now - opened) / 1e9 : 0))
        }
        return actions
    }

    private func isTooLate(at awake: UInt64, interruptions: Int) -> Bool {
        switch doors {
        case .open: false
        // A second Ctrl-C does not wait any longer.
        case .closing(let deadline, let before): awake > deadline || interruptions > max(1, before)
        }
    }
}
