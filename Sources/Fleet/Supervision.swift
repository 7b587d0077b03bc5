internal import FlashSale

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
        /// Attempts that the server answered, as far as it has told.
        var answered = 0
        /// Whether a fault has stopped it for a while.
        var isFrozen = false
        /// How long it may say nothing.
        var silenceSeconds = Watchdog.silenceSeconds
        /// Whether it has reported, and its journal or its last answer to a ping is still on its way.
        var isDelivering = false
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
    private let timeoutNanoseconds: UInt64
    private var doors = Doors.open
    private var watchdog: Watchdog
    private var answers: AnswerWatch
    private var lastShown: UInt64?
    /// How the server was lost: the private one is gone, or it answers nobody.
    private(set) var serverLoss: ServerLoss?

    /// Whether buying is ending.
    var isClosing: Bool { if case .closing = doors { true } else { false } }

    /// What a worker needs to finish, beside waiting.
    static var leastGraceNanoseconds: UInt64 { 2_000_000_000 }
    /// How often progress is shown.
    private static var showNanoseconds: UInt64 { 100_000_000 }

    /// - Parameters:
    ///   - opened: CLOCK_MONOTONIC of the doors' opening.
    ///   - graceNanoseconds: how long a worker may take to finish once buying is to end.
    ///   - timeoutNanoseconds: how long a client waits for an answer.
    init(opened: UInt64, graceNanoseconds: UInt64, timeoutNanoseconds: UInt64) {
        self.opened = opened
        self.graceNanoseconds = graceNanoseconds
        self.timeoutNanoseconds = timeoutNanoseconds
        watchdog = Watchdog(opened: opened)
        answers = AnswerWatch(opened: opened, timeoutNanoseconds: timeoutNanoseconds)
    }

    /// Whether the coordinator should ask the server itself: no client has had an answer for a while.
    var wantsPulse: Bool { answers.wantsPulse && !isClosing }

    /// To be called after listening to all workers. The doors close if the private server dies, so that nobody hammers
    /// its port, if the server answers nobody, if the user interrupts, and if a worker cannot go on.
    ///
    /// - Parameters:
    ///   - now: CLOCK_MONOTONIC.
    ///   - stoodStill: nanoseconds so far for which the user had the whole run stopped; no deadline counts them.
    ///   - serverIsGone: whether the private server is gone now.
    ///   - isBroken: whether a fault keeps the server from answering, so that its silence proves nothing.
    ///   - pulse: CLOCK_MONOTONIC of the last time that the server answered the coordinator; 0 for never.
    ///   - interruptions: how often the user has asked for the end so far.
    mutating func look(
        at now: UInt64, stoodStill: UInt64 = 0, _ workers: [Worker], serverIsGone: Bool,
        isBroken: Bool = false, pulse: UInt64 = 0, interruptions: Int
    ) -> [Action] {
        let wasAbsent = watchdog.look(at: now)
        answers.look(
            at: now, answered: workers.reduce(0) { $0 + $1.answered }, pulse: pulse,
            wasAbsent: wasAbsent || isBroken)
        if serverIsGone { serverLoss = .died }
        let awake = now - stoodStill
        var actions: [Action] = []
        if case .open = doors, serverLoss == nil, answers.areMissing(at: now) { serverLoss = .silent }
        if case .open = doors, serverLoss != nil || interruptions > 0 || workers.contains(where: \.hasFailed) {
            // Whoever waits for a silent server does so for one timeout more, or for two that connect again.
            let grace =
                serverLoss == .silent
                ? min(graceNanoseconds, Self.leastGraceNanoseconds + 2 * timeoutNanoseconds) : graceNanoseconds
            doors = .closing(deadline: awake + grace, interruptionsBefore: interruptions)
            for (index, worker) in workers.enumerated() where !worker.hasReported {
                actions.append(.tellToStop(worker: index))
            }
        }
        let isTooLate = isTooLate(at: awake, interruptions: interruptions)
        for (index, worker) in workers.enumerated() where !worker.isSilent {
            if watchdog.isLost(
                lastHeard: worker.lastHeard, isFrozen: worker.isFrozen, silenceSeconds: worker.silenceSeconds, at: now)
            {
                actions.append(.kill(worker: index, because: "it said nothing for \(worker.silenceSeconds) seconds"))
            } else if isTooLate, !worker.isDelivering || interruptions > 1 {
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
