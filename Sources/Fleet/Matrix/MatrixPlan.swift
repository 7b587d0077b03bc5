package import FlashSale
package import Strategies

/// Which sales a matrix is made of. Pure.
package struct MatrixPlan: Sendable {
    package struct Row: Sendable {
        package var strategy: Strategy
        package var source: Scenario.StrategySource

        package init(_ strategy: Strategy, _ source: Scenario.StrategySource) {
            self.strategy = strategy
            self.source = source
        }
    }

    /// What every sale of it is like; nil leaves it to the strategy file, or to what a small sale needs.
    package struct Load: Sendable {
        package var procs = 2
        package var threads = 1
        package var clients = 10
        package var units: Int?
        package var buyers: Int?
        /// Of each cell.
        package var runs = 1
        package var seed: UInt64

        package init(seed: UInt64) { self.seed = seed }
    }

    /// One sale.
    package struct Cell: Sendable {
        package var row: Int
        package var topology: Topology?
        package var persistence: Scenario.Persistence
        package var fault: MatrixFault
    }

    package var rows: [Row]
    package var persistences: [Scenario.Persistence]
    /// Of the private servers; nil for one.
    package var topologies: [Topology?]
    package var faults: [MatrixFault]
    package var load: Load

    package init(
        rows: [Row], persistences: [Scenario.Persistence] = [.none, .everysec, .always],
        topologies: [Topology?] = [nil], faults: [MatrixFault] = MatrixFault.few, load: Load
    ) {
        self.rows = rows
        self.topologies = topologies
        self.persistences = persistences
        self.faults = faults
        self.load = load
    }

    /// Built-in strategies that teach something, for a first look.
    package static let few = ["naive", "lock", "decr", "optimistic", "lua", "lua-idempotent", "tokens"]

    /// Those of which one is right on one server and one more, for a look at what failovers do to them.
    package static let fewWithTopologies = ["optimistic", "lua"]

    /// One of each kind.
    package static let usualTopologies: [Topology] = [
        .replicas(2), .sentinel(3), .cluster(primaries: 3, replicas: 3),
    ]

    private static let usualUnits = 600
    /// How long buyers come, so that there is a middle for a fault.
    package static let saleNanoseconds: UInt64 = 400_000_000
    /// From one rush to the next, since buyers who come one after the other do not race.
    package static let rushNanoseconds: UInt64 = 40_000_000

    /// In the order in which they are made and shown.
    package var cells: [Cell] {
        rows.indices.flatMap { row in
            topologies.flatMap { topology in
                faults.flatMap { fault in
                    persistences.map { Cell(row: row, topology: topology, persistence: $0, fault: fault) }
                }
            }
        }
    }

    /// About how long it all takes, in seconds, on a machine like ours.
    package var estimatedSeconds: Double {
        let seconds = cells.lazy.filter { problem(of: $0) == nil }.map { cell in
            cell.topology == nil ? 1.1 : cell.fault.fault == nil ? 1.6 : 3.5
        }
        return seconds.reduce(0, +) * Double(load.runs)
    }

    /// Why a cell makes no sense; nil where it does.
    package func problem(of cell: Cell) -> String? {
        let strategy = rows[cell.row].strategy
        guard strategy.later.isEmpty else {
            return "its purchases take their time (phases:), and those of a matrix do not"
        }
        guard strategy.cart == nil else {
            return "its purchases have carts (cart:), and those of a matrix are for one item"
        }
        if let problem = strategy.problemOfWaiting(replicas: cell.topology?.replicasOfAPrimary ?? 0) { return problem }
        guard let fault = cell.fault.fault else { return nil }
        return FaultPlaces.problem(
            of: fault, strategy, .embedded, topology: cell.topology, allowsDestructive: true)
    }

    package func record(of cell: Cell) -> MatrixCell {
        MatrixCell(
            strategy: rows[cell.row].strategy.name, persistence: cell.persistence, topology: cell.topology,
            fault: cell.fault.fault, retryUnknown: retriesUnknown(cell))
    }

    private func retriesUnknown(_ cell: Cell) -> Bool {
        cell.fault.retriesUnknown || rows[cell.row].strategy.load.retryUnknown == true
    }

    /// - Parameter run: from 0.
    package func scenario(of cell: Cell, run: Int) -> Scenario {
        let (strategy, source) = (rows[cell.row].strategy, rows[cell.row].source)
        let proving = ProvingLoad(of: strategy)
        let usual = strategy.fixedQuantity ?? 1
        let units = load.units ?? strategy.load.units ?? Self.usualUnits
        let quantity = Scenario.Range(min: usual, max: usual)
        let perBuyer = strategy.load.purchasesPerBuyer ?? proving.purchasesPerBuyer(of: quantity, buyers: load.buyers)
        let buyers = load.buyers ?? max(20, units * 3 / 2 / usual)
        var scenario = Scenario(
            strategy: source, units: units, buyers: buyers, purchasesPerBuyer: perBuyer, quantity: quantity,
            attempts: strategy.load.attempts ?? 3, procs: load.procs, threads: load.threads, clients: load.clients,
            pace: pace(buyers: buyers, perBuyer: perBuyer), thinkTimeMicroseconds: strategy.load.thinkTimeMicroseconds,
            retryUnknown: retriesUnknown(cell), seed: load.seed &+ UInt64(run), persistence: cell.persistence)
        scenario.repeatEvery = proving.repeatEvery(
            units: units, quantity: quantity, attempts: scenario.attempts, purchases: scenario.totalPurchases)
        scenario.faults = cell.fault.fault.map { [$0] }
        scenario.topology = cell.topology
        return scenario
    }

    /// Most buyers in rushes, and some all the time.
    private func pace(buyers: Int, perBuyer: Int) -> Pace {
        let rushes = Int(Self.saleNanoseconds / Self.rushNanoseconds)
        let each = buyers * 9 / 10 / rushes
        guard each > 0 else { return .rush }
        let bursts = (0..<rushes).map {
            Pace.Burst(buyers: each, atNanoseconds: UInt64($0) * Self.rushNanoseconds)
        }
        let others = Double((buyers - each * rushes) * perBuyer)
        return Pace(rate: Rate(perSecond: others / (Double(Self.saleNanoseconds) / 1e9)), bursts: bursts)
    }
}
