internal import CLinux
internal import Clients
internal import FlashSale
internal import Glibc
internal import Host
internal import ProgramTransport
internal import Strategies

/// A worker process: it reads its order on standard input, opens its connections, waits at the start gate, and reports on
/// standard output. It prints nothing else, and ends when its standard input ends; on another machine than its coordinator's also when
/// it has not heard from it for a while (``Lease``).
package enum Worker {
    /// Takes no signals for blocked that whoever started us had blocked. To be called before there is another thread, which would
    /// have them blocked as well.
    package static func unblockSignals() {
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    /// The body of the hidden subcommand `worker`, after ``unblockSignals()``.
    ///
    /// - Parameter arguments: `--remote` for a worker that is not the coordinator's own child.
    /// - Returns: the exit code.
    package static func run(arguments: [String]) -> Int32 {
        let isRemote = arguments == ["--remote"]
        if !isRemote { _ = stress_set_parent_death_signal(SIGKILL) }
        signal(SIGPIPE, SIG_IGN)
        // Ctrl-C goes to the coordinator, which tells its workers to stop.
        signal(SIGINT, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        FileDescriptors.raiseLimit()

        var arrival = WorkerArrival(isRemote: isRemote)
        switch arrival.wait() {
        case .over(let exitCode): return exitCode
        case .ordered(let order, let early):
            guard order.isRemote == isRemote, isRemote || getppid() == order.coordinatorProcess else { return 0 }
            return work(order, early, arrival)
        }
    }

    private static func work(
        _ order: CoordinatorMessage.Order, _ early: [FrameParser.Event], _ arrival: consuming WorkerArrival
    ) -> Int32 {
        let wire = order.wireFaults
        let channel: WorkerChannel
        do throws(RunError) {
            channel = try WorkerChannel()
            let lease = arrival.lease
            try channel.start(
                ChannelThread(arrival.reader, early: early, lease: lease, faults: wire, channel: channel))
        } catch {
            // Nobody else writes.
            let bytes = WorkerMessage(failure: error).frame ?? []
            _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            return error.status.rawValue
        }
        defer { channel.close() }
        do throws(RunError) {
            try WorkerRun(order: order, channel: channel, wire: wire).run()
            return 0
        } catch {
            _ = channel.tell(WorkerMessage(failure: error))
            return error.status.rawValue
        }
    }
}

/// One run of a worker, from the order to the report.
private struct WorkerRun: ~Copyable {
    let order: CoordinatorMessage.Order
    let channel: WorkerChannel
    let control = ThreadControl()
    let gate = StartGate()
    let warmUpGate = StartGate()
    let wire: WireFaults
    /// How often the worker reports its progress; often where a fault waits for what is sold.
    let progressMilliseconds: Int32

    init(order: CoordinatorMessage.Order, channel: WorkerChannel, wire: WireFaults) {
        self.order = order
        self.channel = channel
        self.wire = wire
        progressMilliseconds = FaultPlan(order.scenario).waitsForSales ? 5 : 100
    }

    consuming func run() throws(RunError) {
        let shared = try prepare()
        defer { shared.close() }
        let progress = (0..<order.scenario.threads).map { _ in ThreadProgress() }
        let finished = try FinishLine(threads: order.scenario.threads)
        let threads: ThreadPool
        let connectStart = Clock.nanoseconds()
        do throws(ThreadError) {
            threads = try ThreadPool(count: order.scenario.threads) { thread in
                defer { finished.cross() }
                return BuyerThread.run(shared, thread: thread, progress: progress[thread])
            }
        } catch {
            throw RunError(.unavailable, "worker \(order.worker): \(error); start fewer threads")
        }
        guard waitUntilConnected() else {
            gate.cancel()
            warmUpGate.cancel()
            _ = threads.join()
            if let failure = control.firstFailure { throw failure.told(by: shared.programs) }
            return
        }
        let connectSeconds = Double(max(Clock.nanoseconds(), connectStart) - connectStart) / 1e9
        guard channel.tell(WorkerMessage(ready: ready(connectSeconds: connectSeconds))), warmUp(shared.warmUp), hold(),
            let start = waitForGo()
        else {
            control.stop()
            gate.cancel()
            warmUpGate.cancel()
            _ = threads.join()
            if let failure = control.firstFailure { throw failure }
            return
        }
        let cpuBefore = ProcessUsage.cpuSeconds()
        let heard = Clock.nanoseconds()
        gate.open(at: start)
        let times = order.isRemote ? Machine.processorTimes : nil
        if order.isRemote { channel.stream(shared.journal, names: shared.names) }
        let meter = try? HiccupMeter(from: start)
        attend(progress, finished)
        let results = threads.join()
        let elapsed = Double(Clock.nanoseconds() &- start) / 1e9
        var report = report(results, cpuSeconds: ProcessUsage.cpuSeconds() - cpuBefore, elapsedSeconds: elapsed)
        report.releases = results.flatMap(\.releases)
        report.struck = results.reduce(into: []) { WireFaults.add($1.struck, to: &$0) }
        report.unheld = results.reduce(0) { $0 + $1.unheld }
        report.hiccups = meter?.stop() ?? LatencyCounts.Sparse()
        // The sale is looked at once they are gone.
        shared.programs?.close()
        report.programFaults = shared.programs?.faults
        report.gateLateNanoseconds = heard > start ? heard - start : 0
        if let times, let now = Machine.processorTimes { report.machineTimes = .init(before: times, after: now) }
        _ = channel.tell(WorkerMessage(report: report))
        guard order.isRemote else {
            shared.journal.cut()
            shared.names?.cut()
            return
        }
        channel.deliver(
            .init(journal: .init(shared.journal), names: shared.names.map { .init($0) }))
    }

    private func ready(connectSeconds: Double) -> WorkerMessage.Ready {
        var ready = WorkerMessage.Ready(connectSeconds: connectSeconds, connectionsAreNamed: control.allAreNamed)
        guard order.isRemote else { return ready }
        ready.machine = .here
        ready.process = getpid()
        ready.serverRun = order.serverRun
        return ready
    }

    private func prepare() throws(RunError) -> BuyerThread.Shared {
        let scenario = order.scenario
        let strategy: Strategy
        do throws(StrategyFileError) {
            strategy = try StrategyFile.parse(scenario.strategy)
        } catch {
            throw RunError(.usage, error.description)
        }
        try WorkerMemory.need(order, namesUnits: strategy.keepsTexts(scenario)).check()
        let journal: JournalWriter
        let names: JournalWriter?
        do throws(JournalError) {
            journal = try order.journal()
            names = strategy.keepsTexts(scenario) ? try order.names() : nil
        } catch {
            throw RunError(error.status, error.description)
        }
        func program(_ tag: String, _ scenario: Scenario) -> StrategyProgram {
            StrategyProgram(
                strategy, saleTag: tag, readOnlyCommands: Set(order.readOnlyCommands),
                scriptHashes: order.scriptHashes, scenario: scenario)
        }
        var warmUp: BuyerThread.WarmUp?
        if let tag = order.warmUpTag {
            warmUp = BuyerThread.WarmUp(
                scenario: scenario.warmUp, program: program(tag, scenario.warmUp), gate: warmUpGate,
                finished: try FinishLine(threads: scenario.threads))
        }
        var shared = BuyerThread.Shared(
            scenario: scenario, program: program(order.saleTag, scenario), warmUp: warmUp, endpoint: order.endpoint,
            connectionName: order.connectionName,
            worker: order.worker, journal: journal, gate: gate, control: control)
        (shared.names, shared.guide) = (names, order.guide)
        shared.wire = wire
        shared.service = order.service
        shared.signIn = StrategyProgram.signIn(of: strategy, saleTag: order.saleTag, scenario: scenario)
        shared.programs = try order.startPrograms(strategy)
        return shared
    }

    /// False if a thread failed or the coordinator has called the run off.
    private func waitUntilConnected() -> Bool {
        while control.connected < order.scenario.threads {
            if control.isStopping { return false }
            switch channel.next(waitMilliseconds: 1) {
            case .nothing: continue
            case .message, .end: return false
            }
        }
        return !control.isStopping
    }

    /// Runs the warm-up, if one was ordered. False if the coordinator has called the run off.
    private func warmUp(_ warmUp: BuyerThread.WarmUp?) -> Bool {
        guard let warmUp else { return true }
        guard case .message(let message) = channel.next(waitMilliseconds: -1), let start = message.warmUp else {
            return false
        }
        warmUp.gate.open(at: start.atNanoseconds)
        while !warmUp.finished.allHaveCrossed {
            switch channel.next(waitMilliseconds: progressMilliseconds, alarm: warmUp.finished.descriptor) {
            case .nothing: continue
            case .message, .end: return false
            }
        }
        return channel.tell(WorkerMessage(warmedUp: .init(brokenOff: control.brokenOffInWarmUp)))
    }

    /// Sends first requests but for their last byte, if the scenario says so. False if a thread failed or the coordinator has
    /// called the run off.
    private func hold() -> Bool {
        guard order.scenario.gate == .lastByte else { return true }
        guard case .message(let message) = channel.next(waitMilliseconds: -1), message.hold != nil else { return false }
        gate.hold()
        while control.heldThreads < order.scenario.threads {
            if control.isStopping { return false }
            guard case .nothing = channel.next(waitMilliseconds: 1) else { return false }
        }
        return channel.tell(WorkerMessage(held: .init()))
    }

    private func waitForGo() -> UInt64? {
        guard case .message(let message) = channel.next(waitMilliseconds: -1) else { return nil }
        return message.go?.atNanoseconds
    }

    /// Reports the threads' progress until all are done. They stop when the coordinator says so, or is gone.
    private func attend(_ progress: [ThreadProgress], _ finished: FinishLine) {
        var lastProgress = Clock.nanoseconds()
        while !finished.allHaveCrossed {
            switch channel.next(waitMilliseconds: progressMilliseconds, alarm: finished.descriptor) {
            case .message(let message):
                if message.stop != nil { control.stop() }
            case .end:
                control.stop()
                finished.wait(milliseconds: progressMilliseconds)
            case .nothing: break
            }
            let now = Clock.nanoseconds()
            // Of a clock that was set back, too.
            if now &- lastProgress >= UInt64(progressMilliseconds) * 1_000_000 {
                lastProgress = now
                let sum = WorkerMessage.Progress(
                    attempts: progress.reduce(0) { $0 + $1.attempts.current },
                    won: progress.reduce(0) { $0 + $1.won.current },
                    purchases: progress.reduce(0) { $0 + $1.purchases.current },
                    answered: progress.reduce(0) { $0 + $1.attempts.current - $1.unanswered.current })
                if !channel.tell(WorkerMessage(progress: sum)) { control.stop() }
            }
        }
    }

    private func report(
        _ results: [BuyerThread.Result], cpuSeconds: Double, elapsedSeconds: Double
    ) -> WorkerMessage.Report {
        var tally = Tally()
        for result in results { tally.add(result.tally) }
        return WorkerMessage.Report(
            tally: tally,
            threads: results.map { .init(thread: $0.thread, tally: $0.tally, reconnects: $0.reconnects) },
            commands: results.reduce(0) { $0 + $1.commands },
            sent: results.reduce(into: SentSteps()) { $0.add($1.sent) },
            met: results.reduce(into: MetParts()) { $0.add($1.met) }, reloads: results.reduce(0) { $0 + $1.reloads },
            cpuSeconds: cpuSeconds, elapsedSeconds: elapsedSeconds, peakMemoryMib: ProcessUsage.peakMemoryMib(),
            lastGivenUpNanoseconds: results.map(\.lastGivenUpNanoseconds).max() ?? 0,
            attemptLatency: Latencies.merged(results.map(\.attemptLatency)),
            purchaseLatency: Latencies.merged(results.map(\.purchaseLatency)),
            firstHole: results.lazy.compactMap(\.firstHole).first,
            firstNameless: results.lazy.compactMap(\.firstNameless).first,
            firstOversized: results.lazy.compactMap(\.firstOversized).first,
            firstError: results.lazy.compactMap(\.firstError).first, connectionsAreNamed: control.allAreNamed,
            failure: results.lazy.compactMap(\.failure).first)
    }
}
