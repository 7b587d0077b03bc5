import FlashSale

/// A sale of carts of three of a hundred items by 4 processes of 100 threads: about one in three is sold, each win tells what it left of
/// each of its items, and one answer in 5,000 is lost.
struct CartFactory {
    private let folder: RunFolder
    private let scenario: Scenario
    private let picker: CartPicker
    private var segments: [[UInt8]]
    private var names: [[UInt8]]
    private var tallies: [Tally]
    private var orders: [[Ledger.Order]]
    private var left: [Int]

    private static let items = 100

    init(folder path: String, attempts: Int) {
        var scenario = Scenario(
            strategy: .init(name: "synthetic", yaml: "no file: made by history-benchmark"),
            units: max(1, attempts / 100) * Self.items, buyers: attempts, attempts: 1, procs: 4, threads: 100)
        scenario.items = ItemsForSale(
            items: ItemsForSale.numbered(Self.items, units: max(1, attempts / 100)), cart: .init(min: 3, max: 3))
        self.scenario = scenario
        picker = CartPicker(scenario)!
        folder = RunFolder(path, workers: scenario.procs, hasNames: true)
        segments = Array(repeating: [], count: scenario.totalClients)
        names = Array(repeating: [], count: scenario.procs)
        tallies = Array(repeating: Tally(), count: scenario.procs)
        orders = Array(repeating: [], count: Self.items)
        left = Array(repeating: max(1, attempts / 100), count: Self.items)
    }

    mutating func make() {
        for purchase in 1...scenario.totalPurchases { sell(purchase) }
        for client in segments.indices { flush(client) }
        for worker in names.indices { folder.write(names: names[worker], worker: worker) }
        let epochs = left.enumerated().map { index, left in
            ItemEpoch(
                item: "\(index + 1)",
                epoch: Epoch(
                    units: scenario.units / Self.items, stock: .units(left),
                    ledger: Ledger(orders: orders[index], isAtomic: true)))
        }
        var facts = RunFacts(
            RecordedAttempts(
                History([]), of: scenario,
                workers: tallies.enumerated().map { .init(index: $0.offset, reported: $0.element) }),
            rules: SaleRules(), epoch: .ofAll(epochs, span: nil))
        facts.items = epochs
        facts.recorded.tellsUnits = true
        folder.close(
            facts, scenario, tallies, left: left.reduce(0, +), orders: orders.reduce(0) { $0 + $1.count })
    }

    /// What the server does follows the order of the purchases; the answer comes some time later.
    private mutating func sell(_ purchase: Int) {
        let client = (purchase - 1) % scenario.totalClients
        let worker = scenario.worker(ofPurchase: purchase)
        let time = 1_000_000_000 + UInt64(purchase) * 100
        let lines = picker.lines(ofPurchase: purchase)
        var attempt = Attempt(
            id: scenario.attemptID(purchase: purchase, number: 1), purchase: purchase, buyer: purchase, worker: worker,
            thread: client / scenario.procs, invokedNanoseconds: time,
            returnedNanoseconds: time + 15_000 + UInt64(purchase % 20) * 1000, outcome: .soldOut,
            quantity: lines.reduce(0) { $0 + $1.quantity })
        var wanted = left
        for line in lines { wanted[line.item] -= line.quantity }
        if lines.allSatisfy({ wanted[$0.item] >= 0 }) {
            left = wanted
            attempt.outcome = .won
            attempt.unit = LinesLeft.text(lines.map { left[$0.item] })
            for item in Set(lines.map(\.item)) { orders[item].append(.init(attempt: attempt.id)) }
        }
        if purchase % 5000 == 7 {
            attempt.outcome = .unknown
            attempt.returnedNanoseconds = nil
            attempt.unit = nil
        }
        tallies[worker].count(attempt.outcome)
        if let unit = attempt.unit { add(unit, of: attempt.id, worker: worker) }
        let start = segments[client].count
        segments[client].append(contentsOf: repeatElement(0, count: JournalRecord.size))
        segments[client].withUnsafeMutableBytes { JournalRecord.store(attempt, to: $0.baseAddress! + start) }
        if segments[client].count == JournalRecord.segmentSize { flush(client) }
    }

    private mutating func add(_ unit: String, of id: Int, worker: Int) {
        let list = [UInt8(unit.utf8.count)] + Array(unit.utf8)
        let size = NamesFile.size(ofNames: list.count)
        let room = JournalRecord.segmentSize - names[worker].count % JournalRecord.segmentSize
        if size > room { names[worker].append(contentsOf: repeatElement(0, count: room)) }
        let start = names[worker].count
        names[worker].append(contentsOf: repeatElement(0, count: size))
        names[worker].withUnsafeMutableBytes { bytes in
            list.withUnsafeBytes { NamesFile.store($0, ofAttempt: id, to: bytes.baseAddress! + start) }
        }
    }

    private mutating func flush(_ client: Int) {
        folder.write(segment: segments[client], worker: client % scenario.procs)
        segments[client].removeAll(keepingCapacity: true)
    }
}
