internal import CLinux
internal import FlashSale

/// The links of one run, and what keeps them: who is at their other ends, on which machines.
final class FleetLinks {
    /// How many workers of one machine may be starting at a time: an sshd refuses more at random (MaxStartups).
    private static var startsAtOnce: Int { 8 }

    private var engine: any FleetEngine
    private var watch: LinkWatch?
    private var keeper: LinkKeeper?
    private var isPrepared = false
    /// In the order in which their first workers started.
    private(set) var machines: [RemoteMachine] = []

    init(_ engine: any FleetEngine) { self.engine = engine }

    /// Whether workers are on other machines, or may be.
    var areRemote: Bool { !(engine is LocalEngine) }

    /// Gets ready for workers. To be called on the main thread.
    ///
    /// - Throws: ``RunError`` with 64 or 69.
    func open(workers: Int) throws(RunError) {
        watch = try LinkWatch()
        isPrepared = true
        try engine.prepare(workers: workers)
        guard areRemote else { return }
        let keeper = LinkKeeper()
        try keeper.start()
        self.keeper = keeper
    }

    /// Nothing stays on any machine. To be called once the workers are dismissed.
    func close() {
        keeper?.stop()
        keeper = nil
        watch = nil
        if isPrepared { engine.close() }
        isPrepared = false
    }

    /// How a worker is started.
    func launch(worker: Int) -> WorkerLaunch { engine.launch(worker: worker) }

    /// The machine of that name; nil where that is the coordinator's own.
    func machine(_ name: String?) -> RemoteMachine? {
        guard let name else { return nil }
        if let known = machines.first(where: { $0.name == name }) { return known }
        let machine = RemoteMachine(name)
        machines.append(machine)
        return machine
    }

    /// Why the link of a worker has ended, as the engine reads it.
    func reason(worker: Int, exitCode: Int32?, errors: String) -> String? {
        if let seconds = stoodStillSeconds {
            return "the coordinator itself stood still for \(seconds) s, so workers elsewhere ended"
        }
        return engine.reason(worker: worker, exitCode: exitCode, errors: errors)
    }

    /// For how long the coordinator stood still, in words, where that was so long that workers elsewhere ended.
    private var stoodStillSeconds: String? {
        guard let keeper else { return nil }
        let pause = keeper.longestPause
        return pause + Lease.marginNanoseconds >= Lease.nanoseconds ? (Double(pause) / 1e9).fixed(places: 1) : nil
    }

    /// What the user should know of a coordinator that stood still; nil where it did not for long.
    func stoodStill(_ workers: [WorkerProcess]) -> Finding? {
        let lost = workers.count { $0.isRemote && $0.lost != nil && !$0.wasEndedByFault }
        guard lost > 0, let seconds = stoodStillSeconds else { return nil }
        return Finding(
            .stopped,
            "The coordinator itself stood still for \(seconds) s (Ctrl-Z, SIGSTOP, or a machine that had no time for it). Workers elsewhere "
                + "end when they hear nothing from it for \(Lease.nanoseconds / 1_000_000_000) s: so \(lost.counted("worker")) "
                + "\(lost == 1 ? "was" : "were") lost, and times include that.")
    }

    /// Listens to a worker that has just been started, and keeps its link.
    func add(_ worker: WorkerProcess) {
        watch?.add(worker)
        if worker.isRemote { keeper?.add(worker.link.sender, worker.link.errors) }
    }

    /// A worker is dismissed, and another will have its number.
    func remove(_ worker: WorkerProcess) { watch?.remove(worker) }

    /// Waits until a worker says something or a signal comes, and listens.
    func wait(milliseconds: Int32) { watch?.wait(milliseconds: milliseconds) }

    /// Whether every worker's output has ended.
    var isOver: Bool { watch?.isEmpty ?? true }

    /// Whether a machine has said nothing for too long, although its worker had greeted.
    func isSilent(_ worker: WorkerProcess) -> Bool {
        worker.isRemote && worker.greeting != nil && !worker.isSilent
            && watch?.dog.isLost(
                lastHeard: worker.lastHeard, silenceSeconds: Watchdog.remoteSilenceSeconds, at: Clock.nanoseconds())
                == true
    }

    /// Whether one more worker may start there now.
    func hasRoom(on machine: RemoteMachine, _ workers: [WorkerProcess]) -> Bool {
        workers.count { $0.machine === machine && $0.greeting == nil && !$0.isSilent } < Self.startsAtOnce
    }
}
