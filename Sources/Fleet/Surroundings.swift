internal import FlashSale
internal import Host
internal import Shop

/// What the server, the machine and this process have counted until now; two of these tell what happened in between.
struct Surroundings {
    /// nil where the server does not tell.
    var counters: ServerCounters?
    private let processors: ProcessorTimes?
    private let coordinatorSeconds: Double
    private let suspensions: (count: Int, nanoseconds: UInt64)

    /// - Parameter counters: the server's, read just now.
    init(counters: ServerCounters?) {
        self.counters = counters
        processors = Machine.processorTimes
        coordinatorSeconds = ProcessUsage.cpuSeconds()
        suspensions = (Suspension.count, Suspension.nanoseconds)
    }

    /// A finding if the fleet was stopped in between, since latencies include that.
    ///
    /// - Parameter areElsewhere: whether its workers are on other machines, where Ctrl-Z stops nobody.
    func stopped(since earlier: Surroundings, areElsewhere: Bool) -> Finding? {
        let times = suspensions.count - earlier.suspensions.count
        guard times > 0 else { return nil }
        let seconds = Double(suspensions.nanoseconds - earlier.suspensions.nanoseconds) / 1e9
        return Finding(
            .stopped,
            "The \(areElsewhere ? "coordinator" : "whole fleet") was stopped \(times.counted("time")) (Ctrl-Z) and went on, after "
                + "\(seconds.fixed(places: 1) ?? "?") s all in all; "
                + (areElsewhere ? "workers elsewhere went on meanwhile." : "times and rates include that."))
    }

    /// Whether the server is another process than at an earlier time, as far as it tells.
    func wasRestarted(since earlier: Surroundings) -> Bool {
        guard let counters, let before = earlier.counters else { return false }
        return counters.isAnotherProcess(than: before)
    }

    /// What else the machine did since an earlier time.
    ///
    /// - Parameter ownSeconds: CPU time of workers, and of the server where that is on this machine; nil where it is not
    ///   known, and so cannot be told from that of others.
    func load(since earlier: Surroundings, ownSeconds: Double?) -> MachineLoad? {
        guard let processors, let before = earlier.processors, let ownSeconds else { return nil }
        return MachineLoad(
            from: before, to: processors,
            ownSeconds: ownSeconds + coordinatorSeconds - earlier.coordinatorSeconds, cores: Machine.cores)
    }
}
