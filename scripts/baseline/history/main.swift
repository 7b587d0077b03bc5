// Makes the folder of a run that never took place, and writes the CSV of one, for `scripts/bench verify`.
//
//     history-benchmark make FOLDER ATTEMPTS [swap]    journals, ledger.csv and run.json of about so many attempts
//     history-benchmark carts FOLDER ATTEMPTS          the same of as many carts of three items, with what was left of each
//     history-benchmark csv FOLDER                     attempts.csv from the journals; prints how long it took
//     history-benchmark texts FOLDER                   texts.csv and texts-ledger.csv, the same with UUIDs and e-mail addresses
//
// With `swap`, two wins have changed their numbers of units left: every total agrees, and no order explains it.
import FlashSale
import Glibc
import Recordings
import Reports

/// A sale of 5% of the attempts' units by 4 processes of 100 threads: first conflicts and wins, then sold-outs, and one
/// lost answer in 5,000.
struct Factory {
    private let folder: RunFolder
    let scenario: Scenario
    let swaps: Bool
    private let clients: Int
    private var segments: [[UInt8]]
    private var tallies: [Tally]
    private var orders: [Ledger.Order] = []
    private var random: UInt64 = 0x2545_F491_4F6C_DD1D
    private var left: Int
    private var swapped: Int?

    init(folder path: String, attempts: Int, swaps: Bool) {
        self.swaps = swaps
        scenario = Scenario(
            strategy: .init(name: "synthetic", yaml: "no file: made by history-benchmark"),
            units: max(10, attempts / 20),
            buyers: max(1000, attempts * 65 / 100), attempts: 3, procs: 4, threads: 100)
        folder = RunFolder(path, workers: scenario.procs)
        clients = scenario.totalClients
        left = scenario.units
        segments = Array(repeating: [], count: clients)
        tallies = Array(repeating: Tally(), count: scenario.procs)
    }

    private mutating func chance(_ count: Int, in total: Int) -> Bool {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random % UInt64(total) < UInt64(count)
    }

    mutating func make() {
        var current = (0..<clients).map { (purchase: $0 + 1, number: 1) }
        var running = clients
        var tick: UInt64 = 0
        while running > 0 {
            for client in 0..<clients where current[client].purchase <= scenario.totalPurchases {
                let (purchase, number) = current[client]
                let outcome = attempt(purchase, number, client, at: 1_000_000_000 + tick * 100)
                tick += 1
                if outcome == .conflict, number < scenario.attempts {
                    current[client].number += 1
                } else {
                    current[client] = (purchase + clients, 1)
                    if current[client].purchase > scenario.totalPurchases { running -= 1 }
                }
            }
        }
        for client in 0..<clients { flush(client) }
        // In the order in which a run reads them.
        let ledger = Ledger(orders: orders.sorted { ($0.attempt ?? 0) < ($1.attempt ?? 0) }, isAtomic: true)
        let facts = RunFacts(
            RecordedAttempts(
                History([]), of: scenario,
                workers: tallies.enumerated().map { .init(index: $0.offset, reported: $0.element) }),
            rules: SaleRules(), epoch: Epoch(units: scenario.units, stock: .units(left), ledger: ledger))
        folder.close(facts, scenario, tallies, left: left, orders: orders.count)
    }

    /// What the server does follows the order of the ticks; the answer comes some time later.
    private mutating func attempt(_ purchase: Int, _ number: Int, _ client: Int, at time: UInt64) -> Outcome {
        var attempt = Attempt(
            id: scenario.attemptID(purchase: purchase, number: number), purchase: purchase,
            buyer: scenario.buyer(ofPurchase: purchase), worker: scenario.worker(ofPurchase: purchase),
            thread: client / scenario.procs, number: number, invokedNanoseconds: time,
            returnedNanoseconds: time + 15_000 + UInt64(purchase % 20) * 1000, outcome: .soldOut)
        if left > 0 {
            if chance(9, in: 100) {
                left -= 1
                attempt.outcome = .won
                attempt.remaining = left
                orders.append(.init(attempt: attempt.id, buyer: attempt.buyer))
                if swaps { swap(&attempt) }
            } else {
                attempt.outcome = .conflict
            }
        }
        if chance(1, in: 5000) {
            attempt.outcome = .unknown
            attempt.returnedNanoseconds = nil
            attempt.remaining = nil
        }
        tallies[attempt.worker].count(attempt.outcome)
        let start = segments[client].count
        segments[client].append(contentsOf: repeatElement(0, count: JournalRecord.size))
        segments[client].withUnsafeMutableBytes { JournalRecord.store(attempt, to: $0.baseAddress! + start) }
        if segments[client].count == JournalRecord.segmentSize { flush(client) }
        return attempt.outcome
    }

    /// The win in the middle gets the number of the one a thousand later, and that one its number.
    private mutating func swap(_ attempt: inout Attempt) {
        let middle = scenario.units / 2
        let distance = min(1000, middle - 1)
        if left == middle { attempt.remaining = middle - distance }
        if left == middle - distance { attempt.remaining = middle }
    }

    private mutating func flush(_ client: Int) {
        folder.write(segment: segments[client], worker: client % scenario.procs)
        segments[client].removeAll(keepingCapacity: true)
    }
}

func fail(_ message: String) -> Never {
    let line = Array("history-benchmark: \(message)\n".utf8)
    write(STDERR_FILENO, line, line.count)
    exit(1)
}

func writeCSV(_ folder: String) {
    let journals = MappedJournals(RunFolder.journals(in: folder, workers: 4))
    guard journals.problems.isEmpty else { fail(journals.problems.joined(separator: "; ")) }
    var start = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    do {
        var sink = try FileSink(path: folder + "/attempts.csv")
        AttemptsCSV.write(ChronologicalHistory(journals.history), to: &sink)
        try sink.close()
    } catch {
        fail("\(error)")
    }
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    print(Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9)
}

let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, arguments.count) {
case ("make", 3...4):
    guard let attempts = Int(arguments[3]), attempts > 0 else { fail("a number of attempts is wanted") }
    var factory = Factory(folder: arguments[2], attempts: attempts, swaps: arguments.count == 4)
    factory.make()
case ("carts", 3):
    guard let attempts = Int(arguments[3]), attempts > 0 else { fail("a number of attempts is wanted") }
    var factory = CartFactory(folder: arguments[2], attempts: attempts)
    factory.make()
case ("csv", 2): writeCSV(arguments[2])
case ("texts", 2):
    let folder = arguments[2]
    TextIDRows.write(from: folder + "/attempts.csv", to: folder + "/texts.csv")
    TextIDRows.write(from: folder + "/ledger.csv", to: folder + "/texts-ledger.csv")
default: fail("make FOLDER ATTEMPTS [swap], carts FOLDER ATTEMPTS, csv FOLDER or texts FOLDER is wanted")
}
