/// `run.json`: everything about one run. The names are a contract with other programs; they are written in snake case
/// (`exitCode` is `exit_code`).
package struct RunRecord: Codable, Sendable, Equatable {
    package struct Sale: Codable, Sendable, Equatable {
        package var units: Int
        /// Units that were given to the sale while the doors were open; absent where none were.
        package var restocked: Int?
        /// What the probe read at the end; null where it read nothing.
        package var remaining: Int?
        /// Of these, the units that were on hold; absent where nobody counts them apart.
        package var held: Int?
        /// `units` + `restocked` − `remaining`.
        package var soldByServer: Int?
        /// Units that buyers were told are theirs; a call that only repeats what was sold before counts once.
        package var soldToBuyers: Int
        /// Units that attempts without a clear answer may have taken beside these.
        package var inDoubt: Int
        /// Units that buyers certainly hold, where orders show more or fewer than they were told; absent where they are as many.
        package var heldByBuyers: Int?
        /// Orders in the ledger; null where there is none.
        package var ledgerOrders: Int?

        package init(
            units: Int, restocked: Int? = nil, remaining: Int?, held: Int? = nil, soldToBuyers: Int, inDoubt: Int = 0,
            heldByBuyers: Int? = nil,
            ledgerOrders: Int?
        ) {
            self.restocked = restocked
            self.units = units
            self.soldToBuyers = soldToBuyers
            self.inDoubt = inDoubt
            self.heldByBuyers = heldByBuyers
            self.remaining = remaining
            self.held = held
            soldByServer = remaining.flatMap {
                let sold = (units + (restocked ?? 0)).subtractingReportingOverflow($0)
                return sold.overflow ? nil : sold.partialValue
            }
            self.ledgerOrders = ledgerOrders
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(units, forKey: .units)
            try container.encodeIfPresent(restocked, forKey: .restocked)
            try container.encode(remaining, forKey: .remaining)
            try container.encodeIfPresent(held, forKey: .held)
            try container.encode(soldByServer, forKey: .soldByServer)
            try container.encode(soldToBuyers, forKey: .soldToBuyers)
            try container.encode(inDoubt, forKey: .inDoubt)
            try container.encodeIfPresent(heldByBuyers, forKey: .heldByBuyers)
            try container.encode(ledgerOrders, forKey: .ledgerOrders)
        }
    }

    package struct Check: Codable, Sendable, Equatable {
        package struct Evidence: Codable, Sendable, Equatable {
            package var detail: String
            package var attempts: [EvidenceAttempt]
            /// What a service sent to its Redis meanwhile; absent where no proxy stands between the two.
            package var commands: ServiceCommands?
        }

        package var name: CheckName
        package var result: CheckResult.Result
        package var detail: String
        package var evidence: [Evidence]
        /// Evidence that is not listed.
        package var furtherEvidence: Int
        /// Since when it was wrong, in nanoseconds from the invocation of the first attempt, and the attempt that shows it; absent
        /// where nothing is violated, or nobody can tell.
        package var sinceNs: UInt64?
        package var sinceAttempt: Int?
        /// The text that the attempt's id is the number of, where another system's log has such; absent otherwise.
        package var sinceAttemptName: String?

        /// A check that does not say since when it was wrong.
        package init(_ check: CheckResult) { self.init(check, since: nil) }

        /// - Parameters:
        ///   - origin: CLOCK_MONOTONIC of the first invocation; nil where nothing was attempted.
        ///   - nodes: those that attempts are recorded with; empty where there is one server only.
        package init(_ check: CheckResult, since origin: UInt64?, nodes: [String] = []) {
            if let origin, let attempt = check.since, attempt.lastInstant >= origin {
                sinceNs = attempt.lastInstant - origin
                sinceAttempt = attempt.id
            }
            name = check.name
            result = check.result
            detail = check.detail
            evidence = check.evidence.map {
                Evidence(detail: $0.detail, attempts: $0.attempts.map { EvidenceAttempt($0, nodes: nodes) })
            }
            furtherEvidence = check.furtherEvidence
        }
    }

    /// An attempt in the words of `attempts.csv`.
    package struct EvidenceAttempt: Codable, Sendable, Equatable {
        package var attempt: Int
        package var purchase: Int
        package var buyer: Int
        package var worker: Int
        package var thread: Int
        package var client: Int
        package var number: Int
        package var invokedNs: UInt64
        package var returnedNs: UInt64?
        package var outcome: Outcome
        package var quantity: Int
        package var remaining: Int?
        /// The names of the units that it was sold, in the words of `attempts.csv`; absent where it was told none.
        package var unit: String?
        /// The node that it was made at, in the words of `attempts.csv`; absent where there is one server only, or nobody knows.
        package var node: String?
        /// The texts that the ids above are numbers of, where another system's log has such; absent otherwise.
        package var attemptName: String?
        package var purchaseName: String?
        package var buyerName: String?

        /// - Parameter nodes: those that attempts are recorded with; empty where there is one server only.
        package init(_ attempt: Attempt, nodes: [String] = []) {
            self.attempt = attempt.id
            purchase = attempt.purchase
            buyer = attempt.buyer
            worker = attempt.worker
            thread = attempt.thread
            client = attempt.client
            number = attempt.number
            invokedNs = attempt.invokedNanoseconds
            returnedNs = attempt.returnedNanoseconds
            outcome = attempt.outcome
            quantity = attempt.quantity
            remaining = attempt.remaining
            unit = attempt.unit
            node = nodes.count > 1 ? NodeTimes.name(attempt.node, of: nodes) : nil
        }
    }

    package struct Throughput: Codable, Sendable, Equatable {
        /// Where the server was lost, without attempts that failed or had no clear end.
        package var attemptsPerSecond: Double
        /// Commands of this run that the server counted, those inside scripts not among them; those that were sent where it
        /// does not tell.
        package var commandsPerSecond: Double
        /// From the start gate to the last return.
        package var elapsedSeconds: Double

        package init(attempts: Int, commands: Int, elapsedSeconds: Double) {
            self.elapsedSeconds = elapsedSeconds
            attemptsPerSecond = elapsedSeconds > 0 ? Double(attempts) / elapsedSeconds : 0
            commandsPerSecond = elapsedSeconds > 0 ? Double(commands) / elapsedSeconds : 0
        }
    }

    /// Of the format: more where a field changes its meaning or goes, not where one comes; absent in files of earlier versions.
    package var schemaVersion: Int?
    package var version: String
    /// When the run started: ISO 8601, UTC.
    package var started: String
    /// The run's id, which its keys and connections carry.
    package var run: String
    package var verdict: CheckResult.Result
    package var exitCode: ExitStatus
    package var interrupted: Bool
    package var strategy: String
    package var sale: Sale
    package var totals: Totals
    package var purchases: Purchases
    package var checks: [Check]
    /// What the checks say of each of several items; absent where there is one.
    package var items: [Item]?
    /// What came of planned faults; absent where none was planned.
    package var faults: [FaultRecord]?
    /// What the run met of the strategy file; absent where an earlier version made the run.
    package var coverage: Coverage?
    package var findings: [Finding]
    package var throughput: Throughput
    package var pace: Pace
    /// Absent at a rate, and where an earlier version made the run.
    package var gate: Gate?
    package var latencyUs: LatencyUs
    package var workers: [Worker]
    /// Absent where all workers were on the coordinator's own.
    package var machines: [Machine]?
    package var server: Server
    /// `host:port` of the nodes that attempts are told apart by; absent where there is one server only.
    package var nodes: [String]?
    package var client: ClientMachine
    package var scenario: Scenario
    package var observed: Observed
    /// Absent for built-in strategies, and where none was wanted (`--no-rehearsal`).
    package var rehearsal: Rehearsal?
    /// Absent where the run has started no service.
    package var startedService: StartedService?
    /// What came of the strategy file's claims in a trial before the run; absent where it has none.
    package var claims: [Claim]?
    /// What came of the thresholds that the run was asked for; absent where there were none.
    package var thresholds: [Threshold]?
    /// Files of the run's folder, and beside it, that could not be written; absent where all are there.
    package var missingFiles: [String]?

    /// Which run it is.
    package struct Identity: Sendable {
        package var started: String
        package var run: String

        /// - Parameter started: ISO 8601, UTC.
        package init(run: String, started: String) {
            self.run = run
            self.started = started
        }
    }

    /// What was counted and measured, beside what the checks say.
    package struct Measured: Sendable {
        package var totals: Totals
        package var purchases: Purchases
        package var throughput: Throughput
        package var pace: Pace
        package var gate: Gate?
        package var latencyUs: LatencyUs
        package var workers: [Worker]
        /// nil where all workers were on the coordinator's own.
        package var machines: [Machine]?
        package var server: Server
        package var client: ClientMachine

        package init(
            totals: Totals, purchases: Purchases, throughput: Throughput, pace: Pace, latencyUs: LatencyUs,
            workers: [Worker], server: Server, client: ClientMachine
        ) {
            self.totals = totals
            self.purchases = purchases
            self.throughput = throughput
            self.pace = pace
            self.latencyUs = latencyUs
            self.workers = workers
            self.server = server
            self.client = client
        }
    }

    /// - Parameter interrupted: whether the user stopped it.
    package init(
        _ identity: Identity, scenario: Scenario, judged: JudgedSale, measured: Measured, observed: Observed,
        interrupted: Bool
    ) {
        schemaVersion = Version.schema
        version = Version.current
        started = identity.started
        run = identity.run
        verdict = judged.verdict
        exitCode = judged.exitCode
        self.interrupted = interrupted
        strategy = scenario.strategy.name
        sale = judged.sale
        totals = measured.totals
        purchases = measured.purchases
        checks = judged.checks
        items = judged.items
        findings = judged.findings
        throughput = measured.throughput
        pace = measured.pace
        gate = measured.gate
        latencyUs = measured.latencyUs
        workers = measured.workers
        machines = measured.machines
        server = measured.server
        client = measured.client
        self.scenario = scenario
        self.observed = observed
    }
}
