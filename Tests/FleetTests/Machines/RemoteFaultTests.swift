import FlashSale
import Foundation
import Recordings
import SaleTestSupport
import TestSupport
import Testing

@testable import Fleet

/// Faults of the fleet on workers elsewhere, which no signal of the coordinator's reaches: they do it to themselves.
struct RemoteFaultTests {
    private let remote: RemoteSale

    init() throws {
        remote = try RemoteSale()
        remote.prolong()
    }

    /// What was under way is in the journal that came before the end, so that orders settle it, as they do on this machine.
    @Test func aWorkerThatIsKilled() throws {
        remote.sale.scenario.faults = [Fault(.killWorker, at: .sold(share: 0.3), share: 0.5)]
        let (run, verdict) = try remote.run(try remote.engine(2), strategy: "lua")
        #expect(verdict.result == .upheld, "\(verdict.unlikeUpheld)")
        let fault = try #require(run.facts.faults.first)
        #expect(fault.effect == .proven && fault.struck == 2, "\(fault.proof)")
        #expect(fault.proof.contains("they end themselves by SIGKILL, and their links ended"), "\(fault.proof)")
        let lost = run.facts.recorded.workers.filter { $0.lost != nil }
        #expect(lost.count == 2 && lost.allSatisfy { $0.lost?.contains("ended by --fault kill-worker@30%") == true })
        // Nothing of them is missing.
        #expect(lost.allSatisfy { !$0.isIncomplete && $0.reported == nil })
        for worker in lost {
            let tally = try #require(run.facts.recorded.survey.tallies[worker.index])
            #expect(tally.won > 0, "\(tally)")
        }
        #expect(verdict.findings.contains { $0.detail.contains("as planned (kill-worker)") })
        try remote.expectNothingLeft()
    }

    /// A wrong sale is no less wrong.
    @Test func aWorkerOfAWrongSaleIsKilled() throws {
        remote.sale.scenario.faults = [Fault(.killWorker, at: .sold(share: 0.3))]
        let (run, verdict) = try remote.run(try remote.engine(2), strategy: "naive")
        #expect(verdict.result == .violated && run.facts.faults.first?.effect == .proven, "\(verdict.unlikeUpheld)")
        try remote.expectNothingLeft()
    }

    /// Its threads stand still, and go on: for less than the lease, and for longer, since its link is heard all the time.
    @Test(arguments: [300_000_000, 3_400_000_000] as [UInt64])
    func aWorkerThatStandsStill(_ length: UInt64) throws {
        remote.sale.scenario.timeoutMilliseconds = 5000
        remote.sale.scenario.faults = [
            Fault(.freezeWorker, at: .sold(share: 0.2), lengthNanoseconds: length, share: 0.25)
        ]
        let (run, verdict) = try remote.run(try remote.engine(2))
        #expect(verdict.result == .upheld, "\(verdict.unlikeUpheld)")
        let fault = try #require(run.facts.faults.first)
        #expect(fault.effect == .proven && fault.struck == 1, "\(fault.proof)")
        #expect(fault.proof.contains("stood still, all but that of its link"), "\(fault.proof)")
        #expect(run.facts.recorded.workers.allSatisfy { $0.lost == nil && $0.reported != nil })
        // Some worker began nothing for nearly as long.
        let gaps = (0..<4).map { worker -> UInt64 in
            let calls = run.facts.recorded.history.filter { $0.worker == worker }.map(\.invokedNanoseconds).sorted()
            return zip(calls, calls.dropFirst()).map { $1 - $0 }.max() ?? 0
        }
        #expect(gaps.contains { $0 >= length - 50_000_000 }, "\(gaps)")
        #expect(run.facts.recorded.survey.tally.unknown == 0)
        try remote.expectNothingLeft()
    }
}
