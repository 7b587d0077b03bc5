import FactsTestSupport
import FlashSale
import Reports
import Shop

/// Made-up runs, one of each kind.
enum Samples {
    static let origin: UInt64 = 5_000_000_000

    static func scenario(strategy: String = "optimistic", units: Int = 1000, buyers: Int = 4000) -> Scenario {
        Scenario(
            strategy: .init(name: strategy, yaml: "strategy: \(strategy)\n"), units: units, buyers: buyers, procs: 4,
            threads: 100, thinkTimeMicroseconds: .init(min: 1000, max: 20_000), seed: 7)
    }

    static func tally(
        won: Int = 0, soldOut: Int = 0, conflict: Int = 0, duplicate: Int = 0, failed: Int = 0, unknown: Int = 0
    ) -> Tally {
        var tally = Tally()
        tally.attempts = won + soldOut + conflict + duplicate + failed + unknown
        tally.won = won
        tally.soldOut = soldOut
        tally.conflict = conflict
        tally.duplicate = duplicate
        tally.failed = failed
        tally.unknown = unknown
        return tally
    }

    static func worker(_ index: Int, _ tally: Tally, lost: String? = nil) -> RunRecord.Worker {
        RunRecord.Worker(
            worker: index, pid: 4000 + index, threads: 100, clients: 100, tally: tally, reconnects: 0,
            connectSeconds: 0.0125, cpuSeconds: 0.5, cpuShare: 0.25, peakMemoryMib: 31.5,
            hiccupMaxUs: 12_000.5, lost: lost)
    }

    static func record(
        _ verdict: CheckResult.Result, exitCode: FlashSale.ExitStatus, scenario: Scenario = scenario(), remaining: Int?,
        ledgerOrders: Int?,
        tally: Tally, purchases: (inout RunRecord.Purchases) -> Void = { _ in }, checks: [CheckResult] = [],
        findings: [Finding] = [], interrupted: Bool = false, workers: [RunRecord.Worker] = [],
        attemptLatency: RunRecord.Latency? = nil, purchaseLatency: RunRecord.Latency? = nil,
        byOutcome: RunRecord.LatencyByOutcome = .init(), elapsedSeconds: Double = 1.5
    ) -> RunRecord {
        var endings = RunRecord.Purchases()
        purchases(&endings)
        var observed = RunRecord.Observed()
        observed.stock = remaining == nil ? .absent : .units
        let judged = JudgedSale(
            verdict: verdict, exitCode: exitCode,
            sale: .init(
                units: scenario.units, remaining: remaining, soldToBuyers: tally.won, inDoubt: tally.unknown,
                ledgerOrders: ledgerOrders),
            checks: checks.map(RunRecord.Check.init), findings: findings)
        let measured = RunRecord.Measured(
            totals: .init(buyers: scenario.buyers, purchases: scenario.totalPurchases, tally: tally),
            purchases: endings,
            throughput: .init(attempts: tally.attempts, commands: tally.attempts * 4, elapsedSeconds: elapsedSeconds),
            pace: .init(
                scenario, started: scenario.totalPurchases, lastStartNanoseconds: 1_400_000_000,
                elapsedNanoseconds: UInt64(elapsedSeconds * 1e9), wasInterrupted: interrupted),
            latencyUs: .init(
                attempt: attemptLatency ?? .init(samples: 0), purchase: purchaseLatency ?? .init(samples: 0),
                byOutcome: byOutcome),
            workers: workers, server: server(commands: tally.attempts * 4), client: client)
        var record = RunRecord(
            .init(run: "k3v9x1", started: "2025-11-11T00:00:00Z"), scenario: scenario, judged: judged,
            measured: measured, observed: observed,
            interrupted: interrupted)
        record.version = "0.1.0"
        return record
    }

    private static func server(commands: Int) -> RunRecord.Server {
        RunRecord.Server(
            kind: "redis", version: "7.0.15", mode: "standalone", persistence: "none", url: "embedded",
            host: "bench-1", maxmemoryPolicy: "noeviction", cpuSeconds: 0.75,
            commands: .init(
                sent: commands, byName: ["GET": .init(sent: commands, queued: 0, counted: commands)]))
    }

    private static let client = RunRecord.ClientMachine(
        cpuSeconds: 2, saturated: false, host: "bench-1", kernel: "Linux 6.1.0 x86_64", cpuModel: "Made up", cores: 2,
        othersCpuShare: 0.01, stealShare: 0,
        hiccupUs: .init(samples: 6000, min: 50, mean: 60, p50: 58, p90: 70, p99: 90, p999: 900, max: 12_000.5))

    /// 34 units sold, and everybody else was too slow: correct, and bad business.
    static let upheld = record(
        .upheld, exitCode: .upheld, remaining: 966, ledgerOrders: 34, tally: tally(won: 34, conflict: 11_898),
        purchases: {
            $0.won = 34
            $0.gaveUp = 3966
        },
        checks: [
            CheckResult(.noOversell, .upheld, "34 units sold, of 1000"),
            CheckResult(
                .exactAccounting, .upheld, "34 units left the stock; buyers hold 34 and none is unaccounted for"),
            CheckResult(.uniqueUnits, .upheld, "34 wins took different units"),
            CheckResult(.oneUnitPerPurchase, .upheld, "34 purchases took effect, each once"),
            CheckResult(.purchaseLimit, .notApplicable, "the strategy has no limit"),
        ],
        findings: [
            Finding(
                .undersell,
                "Only 34 of 1000 units (3.4%) were sold: 966 stayed on the shelf while 3966 customers who wanted one left "
                    + "empty-handed, each refused 3 times because somebody else was quicker.")
        ],
        workers: [worker(0, tally(won: 34, conflict: 11_898))],
        attemptLatency: .init(
            samples: 11_932, min: 212.4, mean: 14_310.25, p50: 12_050, p90: 31_000, p99: 48_200, p999: 61_500.5,
            max: 71_002),
        purchaseLatency: .init(
            samples: 400, min: 3212.4, mean: 44_310.25, p50: 42_050, p90: 91_000, p99: 148_200, max: 171_002),
        byOutcome: .init(
            attempt: [
                .won: .init(samples: 34, min: 900, mean: 8000, p50: 7000, p90: 15_000, max: 20_000),
                .conflict: .init(
                    samples: 11_898, min: 212.4, mean: 14_320.5, p50: 12_060, p90: 31_010, p99: 48_210, p999: 61_500.5,
                    max: 71_002),
            ],
            purchase: [
                .gaveUp: .init(
                    samples: 400, min: 3212.4, mean: 44_310.25, p50: 42_050, p90: 91_000, p99: 148_200, max: 171_002)
            ]))

    static let sameUnit: [Attempt] = [
        Attempt(
            id: 49, purchase: 17, buyer: 17, worker: 0, thread: 12, invokedNanoseconds: origin + 1_234_567,
            returnedNanoseconds: origin + 1_900_000, outcome: .won, remaining: 96),
        Attempt(
            id: 154, purchase: 52, buyer: 52, worker: 3, thread: 7, invokedNanoseconds: origin + 1_300_000,
            returnedNanoseconds: origin + 2_000_400, outcome: .won, remaining: 96),
    ]

    /// Two buyers have the same unit.
    static let violated = record(
        .violated, exitCode: .violated, scenario: scenario(strategy: "naive", units: 100, buyers: 400), remaining: 43,
        ledgerOrders: 112, tally: tally(won: 112, soldOut: 288),
        purchases: {
            $0.won = 112
            $0.soldOut = 288
        },
        checks: [
            CheckResult(
                .noOversell, .violated, "112 units were sold to buyers, but the sale opened with 100: 12 too many",
                evidence: [
                    .init(
                        "with this win more units are sold than the 100 that there were",
                        attempts: [
                            Attempt(
                                id: 901, purchase: 301, buyer: 301, worker: 1, thread: 99,
                                invokedNanoseconds: origin + 1_031_234_567, returnedNanoseconds: nil, outcome: .won)
                        ])
                ]),
            CheckResult(
                .exactAccounting, .violated,
                "buyers were sold 112 units, but only 57 left the stock (100 at the start, 43 at the end): 55 units sold "
                    + "without being taken"),
            CheckResult(
                .uniqueUnits, .violated, "55 times a unit was sold to more than one buyer, or did not exist",
                evidence: (0..<14).map { _ in .init("both buyers were sold unit 4", attempts: sameUnit) }),
            CheckResult(.ledger, .upheld, "112 orders, each a buyer's who won"),
        ],
        attemptLatency: .init(samples: 400, min: 100, mean: 300, p50: 290, p90: 400, p99: 900, max: 1000),
        purchaseLatency: .init(samples: 400, min: 100, mean: 300, p50: 290, p90: 400, p99: 900, max: 1000))

    /// A worker died with three attempts in flight.
    static let inconclusive = record(
        .inconclusive, exitCode: .inconclusive, scenario: scenario(strategy: "lua"), remaining: nil, ledgerOrders: 815,
        tally: tally(won: 812, failed: 4, unknown: 3),
        purchases: {
            $0.won = 812
            $0.failed = 4
            $0.unknown = 3
            $0.notStarted = 3181
        },
        checks: [
            CheckResult(.noOversell, .upheld, "812 units sold, of 1000"),
            CheckResult(
                .exactAccounting, .inconclusive,
                "the stock could not be counted at the end: its key is gone (the probe answered nil), which is not the same as 0"
            ),
        ],
        findings: [
            Finding(
                .workerLost,
                "worker 2 was lost: it was killed by signal 9. Its journal kept 203 attempts, 3 of them with an unknown end."
            )
        ],
        workers: [
            worker(0, tally(won: 812)), worker(2, tally(unknown: 3), lost: "killed by signal 9, \"as planned\""),
        ],
        attemptLatency: .init(samples: 819, min: 90, mean: 250, p50: 200, p90: 400, p99: 900, max: 2000),
        purchaseLatency: .init(samples: 819, min: 90, mean: 250, p50: 200, p90: 400, p99: 900, max: 2000))

    /// Stopped by the user in the middle.
    static let interrupted = record(
        .upheld, exitCode: .interrupted, remaining: 880, ledgerOrders: nil,
        tally: tally(won: 118, conflict: 40, unknown: 2),
        purchases: {
            $0.won = 118
            $0.unknown = 2
            $0.notStarted = 3880
        },
        checks: [CheckResult(.noOversell, .upheld, "118 units sold, of 1000")],
        findings: [Finding(.interrupted, "The run was stopped early; what had happened by then was verified.")],
        interrupted: true, attemptLatency: .init(samples: 160, min: 90, mean: 250, p50: 200, p90: 400, max: 2000),
        purchaseLatency: .init(samples: 118, min: 90, mean: 250, p50: 200, p90: 400, max: 2000), elapsedSeconds: 125)

    /// The doors never opened.
    static let empty = record(
        .inconclusive, exitCode: .interrupted, remaining: 1000, ledgerOrders: 0, tally: tally(),
        purchases: { $0.notStarted = 4000 },
        checks: [CheckResult(.meaningful, .inconclusive, "no attempt was made")], interrupted: true, elapsedSeconds: 0)

    /// A rate that was not kept, on a server that was started again, with results that lack a file, and nobody's longest wait.
    static let openLoop: RunRecord = {
        var record = inconclusive
        record.scenario.pace = Pace(rate: Rate(perSecond: 5000), bursts: [.init(buyers: 9, atNanoseconds: 1)])
        record.pace.loop = .open
        record.pace.targetPerSecond = 5000
        record.pace.achievedPerSecond = 4250.4
        record.pace.late = 1200
        record.pace.lateMaxUs = 34_500
        record.pace.dropped = 7
        record.observed.serverLoss = .restarted
        record.latencyUs.attempt.max = 2_100_000
        record.server.host = "10.0.0.7"
        record.server.cpuSeconds = nil
        record.miss("timeline.csv", because: "No space left on device", status: .cannotWrite)
        return record
    }()

    /// What another system recorded of a sale whose first two buyers got one unit.
    static let history: HistoryRecord = {
        let attempts =
            sameUnit + [
                Attempt(
                    id: 200, purchase: 60, buyer: 60, invokedNanoseconds: origin + 1_250_000, returnedNanoseconds: nil,
                    outcome: .unknown),
                Attempt(
                    id: 201, purchase: 61, buyer: 61, invokedNanoseconds: origin + 2_250_000,
                    returnedNanoseconds: origin + 2_750_000, outcome: .soldOut),
            ]
        let facts = RunFacts(
            units: 97, history: History(attempts), ledger: nil, finalStock: .units(96), tellsPurchases: true)
        return HistoryRecord(history: "orders/attempts.csv", facts: facts, verdict: Checks.judge(facts))
    }()

    /// Two of the three runs that were wanted.
    static let series = SeriesRecord([upheld, violated], wanted: 3, endedBy: .interrupted)

    static let all = [upheld, violated, inconclusive, interrupted, empty]
}
