import FlashSale
import Strategies
import Testing

@testable import Fleet

/// The small sale in which claims are put to the test.
@Suite struct ClaimSaleTests {
    private static func sale(_ name: String, _ change: (inout Scenario) -> Void = { _ in }) throws -> ClaimSale {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        var scenario = Scenario(
            strategy: .init(name: name, yaml: yaml), units: 100_000, buyers: 1_000_000, procs: 16, threads: 100, seed: 7
        )
        change(&scenario)
        return ClaimSale(strategy: try StrategyFile.parse(yaml, file: name), scenario: scenario)
    }

    @Test("is small, whatever the run is like, and more is wanted than there is")
    func small() throws {
        let sale = try Self.sale("lua") {
            $0.redis = "redis://example.com"
            $0.gate = .lastByte
            $0.pace = Pace(warmUpNanoseconds: 1_000_000_000)
        }
        let scenario = sale.scenario(for: [.safeUnder(.loseReplies), .safeUnder(.crashRedis)])
        #expect(scenario.isPlausible && scenario.totalClients == 20 && scenario.buyers < 1000)
        #expect(scenario.totalPurchases > scenario.units)
        #expect(scenario.redis == "embedded" && scenario.gate == nil && scenario.pace.warmUpNanoseconds == 0)
        #expect(scenario.persistence == .always && scenario.seed == 7 && scenario.strategy == sale.scenario.strategy)
    }

    @Test("faults of the wire last all the time, the others come one after the other while buyers come")
    func planned() throws {
        let kinds: [FaultKind] = [.loseReplies, .freezeRedis, .flushScripts, .killWorker]
        let scenario = try Self.sale("lua").scenario(for: kinds.map(Claim.safeUnder))
        let faults = try #require(scenario.faults)
        #expect(faults.map(\.kind) == kinds && scenario.procs == 2)
        #expect(faults[0].moment == .time(nanoseconds: 0) && faults[0].share == 0.05)
        var end: UInt64 = 0
        for fault in faults.dropFirst() {
            guard case .time(let moment) = fault.moment else {
                Issue.record("\(fault.text) waits for sales, which a small sale may not tell in time")
                continue
            }
            #expect(moment > end)
            #expect(scenario.pace.bursts.contains { $0.atNanoseconds == moment })
            end = moment + (fault.lengthNanoseconds ?? 0)
        }
        let rate = try #require(scenario.pace.rate)
        #expect((rate.nanoseconds(expecting: Double(scenario.otherPurchases.count)) ?? 0) > end)
        // All of the wire at once needs no time.
        #expect(try Self.sale("lua").scenario(for: [.safeUnder(.cutRequests)]).pace == .rush)
    }

    @Test("an idempotent sale meets clients that ask again, and the same sale without that meets none")
    func careless() throws {
        let sale = try Self.sale("lua-idempotent")
        let scenario = sale.scenario(for: [.idempotent(.purchase)])
        #expect(scenario.retryUnknown && scenario.repeatEvery != nil && scenario.attempts >= 3)
        #expect(scenario.faults?.map(\.kind) == [.loseReplies, .repeatRequests] && scenario.persistence == .none)
        let without = sale.scenario(for: [.idempotent(.purchase)], struck: false)
        #expect(without.faults == nil && without.repeatEvery == nil)
        #expect(try !Self.sale("lua").scenario(for: [.safeUnder(.loseReplies)]).retryUnknown)
    }

    @Test("a file that cannot do with few units has those of the run")
    func draws() throws {
        var sale = try Self.sale("lua")
        sale = ClaimSale(strategy: sale.strategy, scenario: sale.scenario)
        #expect(sale.scenario(for: [.safeUnder(.flushScripts)]).units < 1000)
        var strategy = sale.strategy
        strategy.load.units = 4321
        #expect(
            ClaimSale(strategy: strategy, scenario: sale.scenario).scenario(for: [.safeUnder(.flushScripts)]).units
                == 4321)
    }

    @Test("a scheme of several commands is struck once more when nothing is left")
    func soldOut() throws {
        #expect(try Self.sale("lua").phases == [.stocked])
        let sale = try Self.sale("decr") { $0.quantity = Scenario.Range(min: 1, max: 1) }
        #expect(sale.phases == [.stocked, .soldOut])
        let scenario = sale.scenario(for: [.safeUnder(.killConnections)], in: .soldOut)
        let fault = try #require(scenario.faults?.first)
        let rush = try #require(scenario.pace.bursts.first)
        guard case .time(let moment) = fault.moment else {
            Issue.record("\(fault.text) waits for sales")
            return
        }
        // More buyers come just before it than there are units.
        #expect(scenario.isPlausible && rush.atNanoseconds < moment && rush.buyers > 10 * scenario.units)
    }

    @Test("claims are those of the file, in its words")
    func claims() throws {
        #expect(Claim.all(of: try Self.sale("naive").strategy).isEmpty)
        var strategy = try Self.sale("lua-idempotent").strategy
        strategy.safeUnder = [.powerCut, .loseReplies]
        #expect(
            Claim.all(of: strategy).map(\.text) == [
                "idempotent: purchase", "safe-under: power-cut", "safe-under: lose-replies",
            ])
        #expect(ClaimTrial.untested(strategy, because: "why")?.allSatisfy { $0.result == .notTested } == true)
    }
}
