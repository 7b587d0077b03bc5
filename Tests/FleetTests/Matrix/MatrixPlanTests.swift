import FlashSale
import Strategies
import Testing

@testable import Fleet

/// Which sales a matrix is made of.
@Suite struct MatrixPlanTests {
    private static func row(_ name: String) throws -> MatrixPlan.Row {
        let yaml = try #require(BuiltinStrategies.yaml(named: name))
        return MatrixPlan.Row(try StrategyFile.parse(yaml, file: name), .init(name: name, yaml: yaml))
    }

    private static func usual() throws -> MatrixPlan {
        MatrixPlan(rows: try MatrixPlan.few.map { try row($0) }, load: MatrixPlan.Load(seed: 1))
    }

    @Test("without arguments it has a crash and a power cut, and takes less than three minutes")
    func few() throws {
        let plan = try Self.usual()
        let kinds = Set(plan.faults.compactMap { $0.fault?.kind })
        #expect(kinds.isSuperset(of: [.crashRedis, .powerCut, .loseReplies, .killWorker]))
        #expect(plan.faults.contains { $0.fault == nil })
        #expect(plan.cells.count == 7 * 3 * plan.faults.count && plan.estimatedSeconds < 180)
        #expect(plan.cells.allSatisfy { plan.problem(of: $0) == nil })
    }

    @Test("each cell is a sale that lasts long enough for its fault, with more buyers than units")
    func scenarios() throws {
        let plan = MatrixPlan(
            rows: try BuiltinStrategies.names.map { try Self.row($0) },
            persistences: Scenario.Persistence.allCases, faults: MatrixFault.all, load: MatrixPlan.Load(seed: 1))
        for cell in plan.cells {
            let scenario = plan.scenario(of: cell, run: 0)
            #expect(scenario.isPlausible && scenario.totalPurchases > scenario.units, "\(scenario)")
            #expect(scenario.persistence == cell.persistence && scenario.faults == cell.fault.fault.map { [$0] })
            if case .time(let moment)? = cell.fault.fault?.moment {
                #expect(moment < MatrixPlan.saleNanoseconds)
            } else {
                #expect(cell.fault.fault == nil)
            }
        }
        // What other services suffer is no cell.
        #expect(plan.cells.allSatisfy { $0.fault.fault?.kind != .killService && $0.fault.fault?.kind != .loseAnswers })
    }

    @Test("a cell that makes no sense is known before")
    func problems() throws {
        let plan = MatrixPlan(
            rows: [try Self.row("naive"), try Self.row("lua")], persistences: [.none],
            faults: [MatrixFault(MatrixFault.usual(.flushScripts))], load: MatrixPlan.Load(seed: 1))
        #expect(plan.cells.map { plan.problem(of: $0) != nil } == [true, false])
    }

    @Test(
        "purchases that take their time, and those of carts, are no cell",
        arguments: ["reserve", "cart", "cart-by-item"])
    func otherPurchases(_ name: String) throws {
        let plan = MatrixPlan(
            rows: [try Self.row(name)], persistences: [.none], faults: [MatrixFault.all[0]],
            load: MatrixPlan.Load(seed: 1))
        #expect(!plan.cells.isEmpty && plan.cells.allSatisfy { plan.problem(of: $0) != nil })
    }

    @Test("with topologies, each fault is on each of them that can suffer it")
    func topologies() throws {
        let plan = MatrixPlan(
            rows: try MatrixPlan.fewWithTopologies.map { try Self.row($0) }, persistences: [.none],
            topologies: MatrixPlan.usualTopologies, faults: MatrixFault.ofTopologies, load: MatrixPlan.Load(seed: 1))
        #expect(
            plan.faults.map { $0.fault?.kind } == [
                nil, .failover, .crashPrimary, .cutReplication, .freezePrimary, .moveSlot,
            ])
        let senseless = plan.cells.filter { plan.problem(of: $0) != nil }
        #expect(senseless.count == 2 * 2)
        #expect(senseless.allSatisfy { $0.fault.fault?.kind == .moveSlot && $0.topology?.isCluster == false })
        #expect(plan.estimatedSeconds < 150)
        for cell in plan.cells {
            let scenario = plan.scenario(of: cell, run: 0)
            #expect(scenario.topology == cell.topology && plan.record(of: cell).topology == cell.topology)
        }
        // On one server there is nobody to take over.
        let single = MatrixPlan(rows: plan.rows, faults: MatrixFault.ofTopologies, load: plan.load)
        #expect(single.cells.allSatisfy { (single.problem(of: $0) == nil) == ($0.fault.fault == nil) })
    }

    @Test("flags come before what the file says, and each run has a seed of its own")
    func load() throws {
        var load = MatrixPlan.Load(seed: 40)
        (load.units, load.buyers, load.procs, load.threads, load.clients) = (30, 90, 3, 2, 4)
        let plan = MatrixPlan(
            rows: [try Self.row("lua-idempotent")], faults: [MatrixFault(nil), MatrixFault(nil, retriesUnknown: true)],
            load: load)
        let scenario = plan.scenario(of: plan.cells[0], run: 2)
        #expect(scenario.units == 30 && scenario.buyers == 90 && scenario.totalClients == 24 && scenario.seed == 42)
        // The file says so itself.
        #expect(scenario.retryUnknown && plan.record(of: plan.cells[0]).retryUnknown)
    }
}
