/// What the coordinator knows and wants while the doors are open: it is told what there is to see, and returns what to do.
/// It has no clock and no process.
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
        /// Buying ends: whoever has not finished at the deadline is ended. Time in which the run stood still does not count.
        case closing(deadline: UInt64, interruptionsBefore: Int)
    }

    private let opened: UInt64
    private let graceNanoseconds: UInt64
    private var doors = Doors.open
    private var watchdog: Watchdog
    private var lastShown: UInt64?
    /// Whether the private server died.
    private(set) var serverDied = false

    /// How often progress is shown.
    private static var showNanoseconds: UInt64 { 100_000_000 }

    /// - Parameters:
    ///   - opened: CLOCK_MONOTONIC of the doors' opening.
    ///   - graceNanoseconds: from the moment that buying shall end until a worker that has not finished is ended.
    init(opened: UInt64, graceNanoseconds: UInt64) {
        self.opened = opened
        self.graceNanoseconds = graceNanoseconds
        watchdog = Watchdog(opened: opened)
    }

    /// The coordinator has listened to all workers. A private server that is gone closes the doors, since nobody shall hammer
    /// its port, and so do an interruption and a worker that could not go on.
    ///
    /// - Parameters:
    ///   - now: CLOCK_MONOTONIC.
    ///   - stoodStill: nanoseconds until now in which the user had the whole run stopped, which no deadline counts.
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
