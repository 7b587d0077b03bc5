import FlashSale
import Foundation
import SaleTestSupport
import TestSupport
import Testing

@testable import Fleet

/// Whole sales with a machine whose clock goes its own way, far beyond what is taken for possible.
struct SkewedClockTests {
    private let remote: RemoteSale
    private let clock: SkewedClock

    init() throws {
        remote = try RemoteSale()
        remote.prolong()
        clock = try SkewedClock()
    }

    /// Two machines, of which the second has that clock.
    private func engine() throws -> ShellEngine {
        let command = clock.command
        return try remote.engine(2) { $0 % 2 == 0 ? "exec $worker" : "exec \(command) $worker" }
    }

    enum Wrong: CaseIterable {
        case ahead, back, fast, slow

        /// By more than an answer takes on a busy machine, or by a hundred times the drift that is allowed for.
        func happen(to clock: SkewedClock) {
            switch self {
            case .ahead: clock.step(nanoseconds: 300_000_000)
            case .back: clock.step(nanoseconds: -300_000_000)
            case .fast: clock.drift(perMillion: 50_000)
            case .slow: clock.drift(perMillion: -50_000)
            }
        }
    }

    /// A right sale is not accused, and not upheld either where the order matters: it is said why.
    @Test(arguments: Wrong.allCases)
    func aClockThatGoesWrongInMidRun(_ wrong: Wrong) throws {
        let (run, verdict) = try remote.run(
            try engine(), showProgress: RemoteSale.once { [clock] in wrong.happen(to: clock) })
        #expect(verdict.result == .inconclusive, "\(verdict.unlikeUpheld)")
        #expect(verdict.result(.linearizable) == .inconclusive)
        for sum in [CheckName.noOversell, .exactAccounting, .uniqueUnits, .ledger] {
            #expect(verdict.result(sum) == .upheld, "\(verdict.unlikeUpheld)")
        }
        // An attempt that was under way when the clock was set back ended before it began.
        #expect(verdict.result(.completeHistory) == .upheld || wrong == .back, "\(verdict.unlikeUpheld)")
        let finding = try #require(verdict.findings.first { $0.name == .clockUnsound })
        #expect(finding.detail.contains("The clock of host-1 contradicts itself"), "\(finding.detail)")
        #expect(run.facts.recorded.workers.allSatisfy { $0.lost == nil })
        #expect(run.measured.machines?.map(\.clock.sound) == [true, false])
        try remote.expectNothingLeft()
    }

    /// What is wrong whatever the order was is found.
    @Test(arguments: [Wrong.ahead, .slow])
    func aWrongSaleIsFoundAllTheSame(_ wrong: Wrong) throws {
        let (_, verdict) = try remote.run(
            try engine(), strategy: "naive", showProgress: RemoteSale.once { [clock] in wrong.happen(to: clock) })
        #expect(verdict.result == .violated, "\(verdict.unlikeUpheld)")
        try remote.expectNothingLeft()
    }

    /// A clock that has always been ahead, by this library as by a namespace, is as good as any.
    @Test(arguments: [("optimistic", CheckResult.Result.upheld), ("naive", .violated)])
    func aClockThatIsAhead(_ name: String, _ result: CheckResult.Result) throws {
        (remote.sale.scenario.buyers, remote.sale.scenario.units) = (800, 200)
        clock.step(nanoseconds: 7_000_000_000_000)
        let (run, verdict) = try remote.run(try engine(), strategy: name)
        #expect(verdict.result == result, "\(verdict.unlikeUpheld)")
        let machines = try #require(run.measured.machines)
        #expect(machines.allSatisfy(\.clock.sound) && (machines[1].clock.offsetUs ?? 0) > 6_999e6)
        try remote.expectNothingLeft()
    }
}
