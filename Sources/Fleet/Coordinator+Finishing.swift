internal import CLinux
internal import Clients
internal import FlashSale
internal import Host
internal import Recordings
internal import RedisDriver
internal import Shop
internal import Strategies

/// What is gathered once every worker has reported or is lost.
extension Coordinator {
    /// Why attempts failed, in the server's words.
    private func errors(_ workers: [WorkerProcess], _ tally: Tally) -> Finding? {
        guard let first = workers.lazy.compactMap({ $0.report?.firstError }).first else { return nil }
        var ends: [String] = []
        if tally.failed > 0 { ends.append("\(tally.failed.counted("attempt")) failed") }
        if tally.unknown > 0 {
            ends.append("\(ends.isEmpty ? tally.unknown.counted("attempt") : tally.unknown.grouped) had no clear end")
        }
        // A connection that was lost between two attempts.
        if ends.isEmpty { ends = ["A connection was lost, and no attempt with it"] }
        return Finding(
            .errors,
            "\(ends.joined(separator: " and ")). The first reason that was seen: \(first)"
        )
    }

    /// What the user should know about how the strategy got along with the server.
    private func notices(
        _ workers: [WorkerProcess], facts: RunFacts, stockBelowZero: Int?, opened: UInt64
    ) -> [Finding] {
        var findings: [Finding] = []
        let reloads = workers.reduce(0) { $0 + ($1.report?.reloads ?? 0) }
        if reloads > 0 {
            findings.append(
                Finding(
                    .scriptsReloaded,
                    "The server had forgotten a script \(reloads.counted("time")) (NOSCRIPT); it was loaded again and the call repeated."
                ))
        }
        if scenario.thinkTimeMicroseconds?.max ?? 0 > 0, !strategy.hasThinkStep {
            findings.append(
                Finding(
                    .thinkTimeUnused,
                    "The strategy \(strategy.name) has no step at which buyers think (think), so the think time changed nothing."
                ))
        }
        if let stockBelowZero {
            findings.append(
                Finding(
                    .stockBelowZero,
                    "The stock ended at \(stockBelowZero.grouped): refused buyers counted on. The strategy file says that a number "
                        + "below 0 means sold out (below-zero), so it was taken for 0."))
        }
        if let finding = buyersRanOut(facts, opened: opened) { findings.append(finding) }
        if let hole = workers.lazy.compactMap({ $0.report?.firstHole }).first {
            findings.append(
                Finding(
                    .hole,
                    "The strategy file has no outcome for the reply \(hole); what it means is not known. Give it one: failed where it "
                        + "certainly changed nothing, unknown where it may have."))
        }
        if let reply = workers.lazy.compactMap({ $0.report?.firstOversized }).first {
            findings.append(
                Finding(
                    .hole,
                    "A buyer's reply was \(reply). It was not read, so what it means is not known, and its connection was closed. Let "
                        + "the command or the script answer with what the buyer needs."))
        }
        if let reply = workers.lazy.compactMap({ $0.report?.firstNameless }).first {
            findings.append(
                Finding(
                    .hole,
                    "The reply \(reply) names no unit of a buyer who won, or more than the buyer wanted, where the strategy file looks "
                        + "for it (unit:). A name is a text of 1 to \(UnitText.nameLimit) bytes; a list of them has one for each unit."
                ))
        }
        if let finding = programFaults(workers) { findings.append(finding) }
        if let finding = errors(workers, facts.recorded.survey.tally) { findings.append(finding) }
        return findings
    }

    /// Compares what the workers measured with what their journals hold.
    private func difference(
        between workers: [WorkerProcess], and latencies: OutcomeLatencies, in survey: Survey
    ) -> Finding? {
        let reports = workers.filter { $0.report != nil }
        var reported = OutcomeLatencies.Numbers()
        for case let report? in reports.map(\.report) {
            reported.attempts += report.attemptLatency.samples
            reported.purchases += report.purchaseLatency.samples
        }
        let recorded = latencies.recorded(reports.map(\.index), survey)
        return OutcomeLatencies.difference(reported: reported, recorded: recorded)
    }

    /// A finding if a run of a given duration ran out of buyers early.
    private func buyersRanOut(_ facts: RunFacts, opened: UInt64) -> Finding? {
        guard let duration = scenario.pace.durationNanoseconds, scenario.wouldBringMore(byNanoseconds: duration),
            !facts.recorded.wasInterrupted, facts.recorded.survey.lastEvent < opened + duration,
            facts.recorded.survey.purchases.planned + scenario.totalThreads > scenario.totalPurchases
        else { return nil }
        let seconds = Double(facts.recorded.survey.lastEvent - min(opened, facts.recorded.survey.lastEvent)) / 1e9
        return Finding(
            .buyersRanOut,
            "The doors could have stayed open for \(Double(duration) / 1e9) s, but all \(scenario.buyers.counted("buyer")) had been "
                + "served after \(seconds.fixed(places: 1) ?? "?") s; for more, name more with --buyers (\(Scenario.Bounds.buyers.upperBound.grouped) "
                + "purchases are the most that a run can have).")
    }

    // MARK: The end

    /// What is read from the server once our clients have left it.
    struct FinalReads {
        var clientsWereGone: Bool
        /// Of each item.
        var ends: [Sale.End]
        var drain: DrainRecord?
        /// Keys of the sale that were there when it opened and were not at the end.
        var goneKeys: [String]
        /// CLOCK_MONOTONIC when all of it was read, and our keys were removed.
        var ended: UInt64
        /// Why it is not known which node to read from, in words that go on after "but".
        var doubt: String?
    }

    /// For how many milliseconds at least a former primary is waited for that does not know yet that it is none.
    private static var settling: Int { 15_000 }

    /// Everything that the checks and the reports need, once every worker has reported or is lost.
    func finish(
        _ sale: inout Sale, with workers: [WorkerProcess], server: Sale.ServerFacts, before: Surroundings,
        opened: UInt64, restocks: Restocks, faults: FaultRunner, failovers: Failovers, loss: ServerLoss?, url: String
    ) -> CompletedRun {
        var failovers = failovers
        var after = Surroundings(counters: nil)
        var findings = server.findings
        if loss != nil { sale.expectNoAnswer() }
        awaitLeases(of: workers)
        let reads = read(&sale, workers: workers, failovers: &failovers, into: &after, findings: &findings)
        for worker in workers {
            JournalWriter.removeRemains(of: folder.journalPath(worker: worker.index))
            JournalWriter.removeRemains(of: folder.namesPath(worker: worker.index))
        }
        let clocks = WorkerClocks(self.clocks(of: workers))
        let journals = MappedJournals(
            workers.map { (folder.journalPath(worker: $0.index), RunLayout.journal(worker: $0.index)) },
            names: strategy.keepsTexts(scenario)
                ? workers.map { ($0.index, folder.namesPath(worker: $0.index), RunLayout.names(worker: $0.index)) }
                : [],
            clocks: clocks)
        var facts = facts(journals, workers: workers, reads: reads, opened: opened, loss: loss)
        facts.recorded.nodes = failovers.nodes
        take(restocks.made, of: sale, into: &facts)
        facts.faults = faults.records(struck: Self.struck(workers))
        facts.resets = faults.resets + failovers.resets(beside: faults.resets, in: facts.recorded.history)
        let movesSlots = facts.faults.contains { $0.kind == .moveSlot && $0.effect == .proven }
        findings += failovers.findings(beside: faults.resets, opened: opened).filter {
            $0.name != .slotMoved || !movesSlots
        }
        let isAnother = failovers.areAny || faults.resets.contains { $0.mayForget }
        let wasRestarted = after.wasRestarted(since: before) && !isAnother
        facts.doubts.serverLoss = loss ?? (wasRestarted ? .restarted : nil)
        let survey = facts.recorded.survey
        let traffic = traffic(
            of: workers, survey: survey, scriptHashes: sale.scriptHashes,
            beside: restocks.sent.merging(sale.sentForFaults, uniquingKeysWith: +), server: server,
            wasRestarted: isAnother,
            from: before, to: after)
        facts.doubts.keysLoss =
            failovers.areAny
            ? nil
            : keysLoss(
                goneKeys: reads.goneKeys, server: server, traffic: traffic, from: before, to: after)
        facts.recorded.firstError = workers.lazy.compactMap { $0.report?.firstError }.first.map {
            sale.places.shown($0)
        }
        let mistake = takeMisfit(out: &facts)
        if let mistake { findings.append(Finding(.ledgerMisfit, "\(mistake.message).")) }
        let latencies = OutcomeLatencies(facts, scenario: scenario, opened: opened)
        let load = after.load(since: before, ownSeconds: ownSeconds(workers, traffic))
        var measured = measured(
            by: workers, facts: facts, latencies: latencies,
            in: Circumstances(server: server, url: url, traffic: traffic, load: load, clocks: clocks), opened: opened)
        measured.gate = gate(of: facts, workers, opened: opened)
        if let finding = links.stoodStill(workers) ?? after.stopped(since: before, areElsewhere: links.areRemote) {
            findings.append(finding)
        }
        let places = sale.places
        findings += notices(workers, facts: facts, stockBelowZero: sale.lowestStock, opened: opened).map {
            Finding($0.name, places.shown($0.detail))
        }
        if let finding = difference(between: workers, and: latencies, in: survey) { findings.append(finding) }
        findings += restocks.findings
        findings += traffic.findings
        if let finding = load?.finding { findings.append(finding) }
        if measured.client.saturated { findings.append(Self.clientWasTheLimit) }
        return CompletedRun(
            facts: facts, journalDigests: journals.digests, findings: findings, measured: measured,
            coverage: coverage(workers),
            latencies: LatencyHistograms(
                attempts: Latencies.distribution(attemptLatency(workers), of: "attempts"),
                purchases: Latencies.distribution(purchaseLatency(workers), of: "purchases")),
            openedNanoseconds: opened, wasInterrupted: Interruption.requests > 0,
            failure: workers.lazy.compactMap { $0.report?.failure }.first, mistake: mistake)
    }

    /// How many attempts each fault of the wire struck.
    private static func struck(_ workers: [WorkerProcess]) -> [Int] {
        workers.compactMap { $0.report?.struck }.reduce(into: []) { sum, counts in
            for (index, count) in counts.enumerated() {
                if index < sum.count { sum[index] += count } else { sum.append(count) }
            }
        }
    }

    /// Orders of which not one is what the file says are compared with nothing.
    private func takeMisfit(out facts: inout RunFacts) -> RunError? {
        guard let rule = strategy.ledger, !facts.recorded.wasInterrupted,
            let sentence = LedgerFit.mistake(facts, wanted: rule.inWords)
        else { return nil }
        facts.epoch.ledger = nil
        facts.epoch.ledgerProblem = sentence
        return RunError(.usage, "\(strategy.file):\(rule.line): \(sentence)")
    }

    /// Waits for the last client, reads the stock and the orders, and removes the keys.
    private func read(
        _ sale: inout Sale, workers: [WorkerProcess], failovers: inout Failovers, into after: inout Surroundings,
        findings: inout [Finding]
    ) -> FinalReads {
        let named = workers.allSatisfy {
            $0.ready?.connectionsAreNamed == true && $0.report?.connectionsAreNamed != false
        }
        if sale.isPrivate {
            sale.renewConnection()
        } else if !sale.isSilent {
            sale.awaitAnswers(withinMilliseconds: patienceMilliseconds)
        }
        let doubt = sale.isSilent ? nil : sale.settle(withinMilliseconds: max(patienceMilliseconds, Self.settling))
        if let doubt {
            findings.append(Finding(.primaryInDoubt, "At the end, \(doubt). So what was read then may not be so."))
        }
        failovers.close(&sale)
        // Whoever a fault has left behind executes nothing any more.
        if scenario.faults != nil { try? sale.closeAllConnections(named: connectionName) }
        if let finding = closeConnections(ofLost: workers, on: &sale) { findings.append(finding) }
        let gone = named && sale.waitUntilGone(connectionName: connectionName, seconds: 5)
        after.counters = sale.counters()
        // Also where no server tells who is connected, as at a service.
        if !sale.isSilent { awaitLapses() }
        let drain = drained(&sale)
        let ends = (try? sale.onEachItem { sale in sale.readEnd() }) ?? []
        let goneKeys = sale.goneKeys()
        // A private server takes its keys with it.
        if !sale.isPrivate || !strategy.storeQueries.isEmpty { findings += removeKeys(&sale, workers) }
        return FinalReads(
            clientsWereGone: gone, ends: ends, drain: drain, goneKeys: goneKeys,
            ended: Clock.nanoseconds(), doubt: doubt)
    }

    /// Waits until every hold has lapsed, where purchases take their time: nobody can end one any more.
    private func awaitLapses() {
        guard scenario.phases != nil, let lapses = strategy.lapsesNanoseconds else { return }
        let end = Clock.nanoseconds() &+ lapses &+ PhasePlan.lapseMargin(lapses)
        while Clock.nanoseconds() < end, Interruption.requests == 0 {
            Clock.sleep(until: min(end, Clock.nanoseconds() &+ 20_000_000))
        }
    }

    /// How the consumers of all items were waited for.
    private func drained(_ sale: inout Sale) -> DrainRecord? {
        let records = ((try? sale.onEachItem { sale in sale.waitUntilDrained() }) ?? []).compactMap { $0 }
        return records.first { !$0.isDone } ?? records.first
    }

    /// What of the strategy file the workers' attempts met.
    private func coverage(_ workers: [WorkerProcess]) -> RunRecord.Coverage {
        let reports = workers.compactMap(\.report)
        return strategy.coverage(
            reports.reduce(into: MetParts()) { $0.add($1.met) }, isComplete: reports.count == workers.count)
    }
}
