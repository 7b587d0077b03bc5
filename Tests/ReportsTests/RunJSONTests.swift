import FlashSale
import Foundation
import Reports
import Testing

@Suite struct RunJSONTests {
    private static func text(_ record: RunRecord) -> String {
        var sink = MemorySink()
        RunJSON.write(record, to: &sink)
        return sink.text
    }

    /// Every path of keys in a JSON value; `[]` stands for any element of a list.
    private static func paths(_ value: Any, _ prefix: String = "") -> Set<String> {
        if let object = value as? [String: Any] {
            return object.reduce(into: []) { paths, entry in
                let path = prefix.isEmpty ? entry.key : prefix + "." + entry.key
                paths.formUnion(Self.paths(entry.value, path))
            }
        }
        if let list = value as? [Any], !list.isEmpty {
            return list.reduce(into: []) { $0.formUnion(Self.paths($1, prefix + "[]")) }
        }
        return [prefix]
    }

    private static func expand(_ prefix: String, _ names: String) -> [String] {
        names.split(separator: " ").map { prefix.isEmpty ? String($0) : prefix + "." + $0 }
    }

    private static let tally = "attempts won sold_out conflict duplicate failed unknown returned"
    private static let latency = "samples min mean p50 p90 p99 p999 max"

    /// The contract of `run.json`: DESIGN.md's list, and what the record adds to it.
    private static let contract: Set<String> = Set(
        [
            expand("", "schema_version verdict exit_code strategy version started run interrupted nodes[]"),
            expand("sale", "units remaining sold_by_server sold_to_buyers in_doubt ledger_orders"),
            expand("totals", "buyers purchases " + tally),
            expand("purchases", "won sold_out gave_up refused failed unknown not_started returned"),
            expand("checks[]", "name result detail further_evidence since_ns since_attempt"),
            expand("checks[].evidence[]", "detail"),
            expand(
                "checks[].evidence[].attempts[]",
                "attempt purchase buyer worker thread client number invoked_ns returned_ns outcome quantity remaining node"
            ),
            expand("coverage", "complete"), expand("coverage.rules[]", "step when then line met"),
            expand("coverage.steps[]", "step does line met"), expand("coverage.captures[]", "step name met"),
            expand(
                "coverage.boundaries", "units_wanted last_unit_taken sold_out beyond_limit asked_again unanswered"),
            expand("findings[]", "name detail"),
            expand("rehearsal", "problem broken[]"),
            expand("rehearsal.warnings[]", "name place message"),
            expand("throughput", "attempts_per_second commands_per_second elapsed_seconds"),
            expand(
                "pace",
                "loop target_per_second achieved_per_second planned started late late_max_us dropped"),
            expand("gate", "kind held unheld"), expand("gate.first_attempts_us", "p50 max"),
            expand("gate.machines", "proven_within_us hosts"),
            expand("latency_us.attempt", latency),
            expand("latency_us.purchase", latency),
            expand("latency_us.by_outcome.attempt.won", latency),
            expand("latency_us.by_outcome.purchase.sold_out", latency),
            expand(
                "workers[]",
                "worker pid threads clients reconnects connect_seconds cpu_seconds cpu_share peak_memory_mib hiccup_max_us lost machine incomplete"
            ),
            expand(
                "machines[]",
                "name engine workers[] lost opened_ns attempts won cpu_seconds cores others_cpu_share steal_share"),
            expand("machines[].clock", "sound exchanges offset_us most least"),
            expand("machines[].clock.width_us", "median max"), expand("machines[].hiccup_us", latency),
            expand("machines[].latency_us", latency),
            expand("workers[].tally", tally),
            expand("server", "kind version mode persistence url host maxmemory_policy cpu_seconds"),
            expand("server.commands", "sent counted"),
            expand("server.commands.by_name.GET", "sent queued counted"),
            expand(
                "client", "cpu_seconds saturated host kernel cpu_model cores others_cpu_share steal_share"),
            expand("client.hiccup_us", latency),
            expand("scenario.strategy", "name yaml"),
            expand(
                "scenario",
                "units buyers purchases_per_buyer attempts procs threads clients timeout_milliseconds retry_unknown seed repeat_every gate topology "
                    + "persistence redis"),
            expand("observed", "stock clients_were_gone cut_short limit purchase_limit idempotent reported"),
            expand("scenario.pace", "duration_nanoseconds warm_up_nanoseconds"),
            expand("scenario.pace.rate", "from to ramp_nanoseconds arrivals"),
            expand("scenario.pace.bursts[]", "buyers at_nanoseconds"),
            expand("scenario.think_time_microseconds", "min max"), expand("scenario.quantity", "min max"),
        ].joined())

    @Test func theKeysAreTheContract() throws {
        var record = Samples.violated
        // One check with evidence and nothing empty, so that every path shows.
        record.checks = [
            .init(
                CheckResult(.uniqueUnits, .violated, "x", evidence: [.init("y", attempts: Samples.sameUnit)]),
                since: Samples.origin)
        ]
        record.scenario.pace = Pace(
            rate: Rate(perSecond: 5000), bursts: [.init(buyers: 1, atNanoseconds: 1)], durationNanoseconds: 2)
        record.coverage = Samples.coverage
        record.scenario.repeatEvery = 10
        record.scenario.gate = .lastByte
        record.scenario.topology = .sentinel(3)
        record.nodes = ["127.0.0.1:7000", "127.0.0.1:7001"]
        for index in record.checks.indices where !record.checks[index].evidence.isEmpty {
            record.checks[index].evidence[0].attempts[0].node = "127.0.0.1:7001"
        }
        record.gate = .init(.lastByte, firstAttemptsUs: .init([1000]), held: 1, unheld: 2)
        record.observed.limit = 3
        record.observed.purchaseLimit = 1
        record.findings = Samples.inconclusive.findings
        record.rehearsal = .init(
            warnings: [.init(name: "race", place: "a.yaml:1", message: "x")], broken: [.ledger], problem: "y")
        record.latencyUs.byOutcome = .init(
            attempt: [.won: .init(samples: 0)], purchase: [.soldOut: .init(samples: 0)])
        record.pace.targetPerSecond = 100
        record.workers = [Samples.worker(0, Tally(), lost: "killed")]
        record.workers[0].machine = "b"
        record.workers[0].incomplete = true
        record.machines = [Samples.machine]
        record.gate?.machines = .init(opened: 1, elsewhere: [])
        let value = try JSONSerialization.jsonObject(with: Data(Self.text(record).utf8))
        let paths = Self.paths(value)
        #expect(paths.subtracting(Self.contract) == [])
        #expect(Self.contract.subtracting(paths) == [])
    }

    @Test func whatIsNotKnownIsNull() throws {
        let value = try JSONSerialization.jsonObject(with: Data(Self.text(Samples.inconclusive).utf8))
        let root = try #require(value as? [String: Any])
        let sale = try #require(root["sale"] as? [String: Any])
        #expect(sale["remaining"] is NSNull)
        #expect(sale["sold_by_server"] is NSNull)
        let latency = try #require(root["latency_us"] as? [String: [String: Any]])
        #expect(latency["purchase"]?["p999"] is NSNull)
    }

    @Test(arguments: 0..<Samples.all.count)
    func roundTrip(_ index: Int) throws {
        let record = Samples.all[index]
        #expect(try RunJSON.record(from: Array(Self.text(record).utf8)) == record)
    }

    @Test func extremesSurvive() throws {
        var record = Samples.violated
        record.scenario.seed = .max
        record.scenario.strategy.yaml = "buy: |\r\n  \"秒殺\" \\ \u{1} {a/b}"
        record.sale.remaining = .min
        record.checks[2].evidence[0].attempts[0].invokedNs = .max
        let text = Self.text(record)
        #expect(text.contains("{a/b}"))
        #expect(try RunJSON.record(from: Array(text.utf8)) == record)
    }

    @Test func numbersThatJSONLacks() throws {
        var record = Samples.upheld
        record.throughput.attemptsPerSecond = .nan
        record.workers[0].cpuShare = .infinity
        record.latencyUs.attempt.mean = .nan
        let read = try RunJSON.record(from: Array(Self.text(record).utf8))
        #expect(read.throughput.attemptsPerSecond == 0)
        #expect(read.workers[0].cpuShare == 0)
        #expect(read.latencyUs.attempt.mean == nil)
        #expect(read.latencyUs.attempt.p50 == record.latencyUs.attempt.p50)
    }

    /// Wherever one is, the rest of the record is not lost over it, and can be read again.
    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func noNumberThatJSONLacksIsLeft(_ odd: Double) throws {
        var record = Samples.violated
        record.pace.lateMaxUs = odd
        record.pace.targetPerSecond = odd
        record.workers = [Samples.worker(0, Tally())]
        record.workers[0].hiccupMaxUs = odd
        record.client.hiccupUs.p99 = odd
        let read = try RunJSON.record(from: Array(Self.text(record).utf8))
        #expect(read.pace.lateMaxUs == 0 && read.pace.targetPerSecond == 0)
        #expect(read.workers[0].hiccupMaxUs == nil && read.client.hiccupUs.p99 == nil)
        #expect(read.checks == record.checks)
    }

    @Test func itIsSortedAndEndsWithALineBreak() {
        let text = Self.text(Samples.upheld)
        #expect(text.hasPrefix("{\n  \"checks\" : [\n"))
        #expect(text.hasSuffix("\"worker\" : 0\n    }\n  ]\n}\n"))
    }

    @Test(arguments: [
        ("", "it is not JSON"),
        ("{", "it is not JSON"),
        ("[]", "the whole file is no object"),
        ("{}", "version is missing"),
        ("{\"version\":1}", "version is no text"),
        (#"{"version":"0","started":"","run":"","verdict":"upheld","exit_code":"1"}"#, "exit_code is no whole number"),
    ])
    func damage(_ text: String, _ reason: String) {
        let damage = #expect(throws: RunJSONDamage.self) { try RunJSON.record(from: Array(text.utf8)) }
        #expect(damage?.reason == reason)
    }

    @Test func damageInsideIsNamedAsInTheFile() {
        let text = Self.text(Samples.upheld).replacingOccurrences(
            of: "\"ledger_orders\" : 34", with: "\"ledger_orders\" : [ ]")
        let damage = #expect(throws: RunJSONDamage.self) { try RunJSON.record(from: Array(text.utf8)) }
        #expect(damage?.description == "sale.ledger_orders is no whole number")
    }

    /// Words that this version does not know, and what is said of them.
    @Test(arguments: [
        (
            #""verdict" : "violated""#, #""verdict" : "fine""#,
            #"verdict: "fine" is no result; known: not-applicable, upheld, inconclusive, violated"#
        ),
        (
            #""name" : "no-oversell""#, #""name" : "no\u001b-oversell""#,
            #"checks[0].name: "no\x1b-oversell" is no check; known: no-oversell, exact-accounting, unique-units, linearizable, "#
                + "ledger, one-unit-per-purchase, purchase-limit, stores-agree, orders-kept, held-then-sold, given-back-once, acknowledged-sales-kept, carts-whole, claims-held, complete-history, meaningful"
        ),
        (
            #""outcome" : "won""#, #""outcome" : "lost""#,
            "checks[0].evidence[0].attempts[0].outcome: \"lost\" is no outcome; known: won, sold-out, conflict, duplicate, "
                + "failed, unknown, returned, held"
        ),
        (
            #""stock" : "units""#, #""stock" : """#,
            #"observed.stock: "" is no reading of the stock; known: units, absent, unreadable, unread"#
        ),
    ])
    func anUnknownWordIsNamed(_ word: String, _ other: String, _ reason: String) throws {
        let text = Self.text(Samples.violated)
        let place = try #require(text.range(of: word))
        let damage = #expect(throws: RunJSONDamage.self) {
            try RunJSON.record(from: Array(text.replacingCharacters(in: place, with: other).utf8))
        }
        #expect(damage?.reason == reason)
    }

    @Test func aRunBeforeUnitsCouldComeBackIsRead() throws {
        let text = Self.text(Samples.inconclusive).replacing(/"returned" : 0,\n\s*/, with: "")
        #expect(!text.contains("\"returned\""))
        let record = try RunJSON.record(from: Array(text.utf8))
        #expect(record.totals.tally.returned == 0 && record.purchases.returned == 0)
    }

    @Test func anUnknownFindingIsNamedWithTheFirstOfItsLetters() throws {
        let name = String(repeating: "long-", count: 9)
        let text = Self.text(Samples.upheld).replacingOccurrences(of: "\"undersell\"", with: "\"\(name)\"")
        let damage = #expect(throws: RunJSONDamage.self) { try RunJSON.record(from: Array(text.utf8)) }
        #expect(
            damage?.reason.hasPrefix(
                "findings[0].name: \"\(name.prefix(40))… (45 bytes)\" is no finding; known: undersell, ")
                == true)
    }
}
