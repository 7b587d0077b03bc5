import FlashSale
import Foundation
import TestSupport
import Testing

/// What a run leaves in its folder, and that its parts agree.
struct ResultsTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private static let files = [
        "attempts.csv", "latency-purchase.hgrm", "latency.hgrm", "ledger.csv", "purchases.csv", "run.json",
        "metrics.prom", "report.html", "summary.csv", "timeline.csv", "workers.csv",
    ]

    @Test func holdsEveryFile() throws {
        #expect(try sandbox.run().exitCode == 0)
        let folder = sandbox.resultFolders.first ?? ""
        #expect(sandbox.resultFolders.count == 1)
        let found = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
        #expect(found.isSuperset(of: Self.files + ["history"]))
        // Nothing half-written.
        #expect(!found.contains { $0.hasSuffix(".tmp") })
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder + "/history").sorted()
                == ["worker-0.journal", "worker-1.journal"])
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: sandbox.latest)
        #expect("\(sandbox.results)/\(target)" == folder)
        let name = try #require(folder.split(separator: "/").last)
        #expect(name.hasSuffix("-optimistic") && name.hasPrefix("20"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: sandbox.results).sorted()
                == [String(name), "latest", "runs.csv"])
    }

    /// A relative path of one character, once made and once found.
    @Test func goesWhereTheUserSays() throws {
        for _ in 0..<2 { #expect(try sandbox.run(["--output", "r"]).exitCode == 0) }
        #expect(try sandbox.rows(in: sandbox.path + "/r/runs.csv").count == 2)
    }

    @Test func severalRunsAreOneResult() throws {
        let run = try sandbox.run(["--runs", "3", "--seed", "5", "--format", "json", "--think-time", "0ms..2ms"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)\(run.output)")
        let series = try JSON(Data(run.output.utf8))
        #expect(series["verdict"].text == "upheld" && series["runs"].list.count == 3)
        #expect(series["runs"].list.map { $0["scenario"]["seed"].number } == [5, 6, 7])
        #expect(Set(series["runs"].list.map { $0["run"].text }).count == 3)
        #expect(sandbox.resultFolders.count == 3)
        #expect(try sandbox.rows(in: sandbox.results + "/runs.csv").count == 3)
    }

    @Test func theWorstOfSeveralRunsIsTold() throws {
        let run = try sandbox.run(["--runs", "2", "--strategy", "naive"])
        #expect(run.exitCode == 1)
        #expect(run.output.hasPrefix("VIOLATED  2 runs of naive: each of them violated\n"))
        #expect(run.output.contains("\nSpread ") && run.output.contains("\nEvidence"))
        for folder in sandbox.resultFolders {
            #expect(run.output.contains(folder.split(separator: "/").suffix(1).joined()))
        }
    }

    @Test func theFilesAgree() throws {
        #expect(try sandbox.run(["--think-time", "0ms..2ms"]).exitCode == 0)
        let record = try sandbox.record()
        let totals = record["totals"]
        let attempts = try sandbox.rows("attempts.csv")
        #expect(attempts.count == totals["attempts"].number)
        for (word, name) in [
            ("won", "won"), ("sold-out", "sold_out"), ("conflict", "conflict"), ("duplicate", "duplicate"),
            ("failed", "failed"), ("unknown", "unknown"),
        ] {
            #expect(attempts.count { $0["outcome"] == word } == totals[name].number)
        }
        #expect(attempts.allSatisfy { Int($0["returned_ns"] ?? "") ?? 0 >= Int($0["invoked_ns"] ?? "") ?? .max })

        let ledger = try sandbox.rows("ledger.csv")
        let wins = attempts.filter { $0["outcome"] == "won" }
        #expect(
            Set(ledger.map { "\($0["attempt"] ?? "") \($0["buyer"] ?? "")" })
                == Set(wins.map { "\($0["attempt"] ?? "") \($0["buyer"] ?? "")" }))
        #expect(ledger.count == record["sale"]["ledger_orders"].number)

        let purchases = try sandbox.rows("purchases.csv")
        #expect(purchases.count == totals["purchases"].number && purchases.count == 400)
        for (word, name) in [
            ("won", "won"), ("sold-out", "sold_out"), ("gave-up", "gave_up"), ("not-started", "not_started"),
        ] {
            #expect(purchases.count { $0["ending"] == word } == record["purchases"][name].number)
        }

        let workers = try sandbox.rows("workers.csv")
        #expect(workers.count == 2)
        let summary = try sandbox.rows("summary.csv")
        #expect(summary.count == 1)
        #expect(summary.first?["won"] == "\(totals["won"].number ?? -1)" && summary.first?["verdict"] == "upheld")
        let perWorker = record["workers"].list.map { $0["tally"]["attempts"].number ?? 0 }
        #expect(perWorker.reduce(0, +) == totals["attempts"].number && perWorker.allSatisfy { $0 > 0 })
        #expect(record["throughput"]["attempts_per_second"].number ?? 0 > 0)
    }

    @Test func runJSONHasTheNamesThatOthersRead() throws {
        #expect(try sandbox.run().exitCode == 0)
        let record = try sandbox.record()
        #expect(
            record.names.isSuperset(of: [
                "verdict", "exit_code", "strategy", "sale", "totals", "purchases", "checks", "findings",
                "throughput", "latency_us", "workers", "server", "client", "scenario", "version",
            ]))
        #expect(
            record["sale"].names == [
                "units", "remaining", "sold_by_server", "sold_to_buyers", "in_doubt", "ledger_orders",
            ])
        #expect(
            record["totals"].names == [
                "buyers", "purchases", "attempts", "won", "sold_out", "conflict", "duplicate", "failed", "unknown",
                "returned",
            ])
        #expect(
            record["purchases"].names == [
                "won", "sold_out", "gave_up", "refused", "failed", "unknown", "not_started", "returned",
            ])
        #expect(record["throughput"].names == ["attempts_per_second", "commands_per_second", "elapsed_seconds"])
        for kind in ["attempt", "purchase"] {
            #expect(
                record["latency_us"][kind].names.isSuperset(of: ["min", "mean", "p50", "p90", "p99", "p999", "max"]))
        }
        #expect(record.check("unique-units").names.isSuperset(of: ["name", "result", "detail", "evidence"]))
        #expect(record["server"].names.isSuperset(of: ["version", "mode", "persistence"]))
        #expect(record["client"].names.isSuperset(of: ["cpu_seconds", "saturated"]))
    }

    @Test func everyRunHasItsRow() throws {
        let exitCodes = try [[], ["--strategy", "naive", "--think-time", "1ms"], ["--strategy", "optimistic-decr"]]
            .map { try sandbox.run($0).exitCode }
        #expect(exitCodes == [0, 1, 0])
        #expect(sandbox.resultFolders.count == 3)
        let lines = try sandbox.text(sandbox.results + "/runs.csv").split(whereSeparator: \.isNewline)
        #expect(lines.count == 4)
        let names = lines[0].split(separator: ",").map(String.init)
        let strategy = try #require(names.firstIndex(of: "strategy"))
        let verdict = try #require(names.firstIndex(of: "verdict"))
        let cells = lines.dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(cells.map { $0[strategy] } == ["optimistic", "naive", "optimistic-decr"])
        #expect(cells.map { $0[verdict] } == ["upheld", "violated", "upheld"])
        #expect(cells.allSatisfy { $0.count == names.count })
        #expect(try sandbox.record()["strategy"].text == "optimistic-decr")
    }

    @Test func jsonOnStandardOutputIsRunJSON() throws {
        let run = try sandbox.run(["--format", "json"])
        #expect(run.exitCode == 0)
        #expect(run.output.utf8.elementsEqual(try sandbox.text(sandbox.latest + "/run.json").utf8))
        #expect(!run.output.isEmpty && run.errors.isEmpty)
    }

    @Test(arguments: ["json", "text"])
    func aViolationIsWrittenToo(_ format: String) throws {
        let run = try sandbox.run(["--strategy", "naive", "--think-time", "1ms", "--format", format])
        #expect(run.exitCode == 1)
        // Beside what programs read, people are told all the same.
        #expect(run.errors.hasPrefix("VIOLATED  naive") == (format == "json"), "\(run.errors)")
        #expect(format == "json" || run.errors.isEmpty)
        let written = try sandbox.text(sandbox.latest + "/run.json")
        #expect((run.output == written) == (format == "json"))
    }

    @Test(arguments: ["deep/er/still", "with space/", "./here"])
    func goesWhereItIsTold(_ output: String) throws {
        let run = try sandbox.run(["--output", output])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try sandbox.record("\(sandbox.path)/\(output)/latest")["verdict"].text == "upheld")
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    /// Two at the same time in the same second in the same folder.
    @Test func runsAtTheSameTimeDoNotMeet() throws {
        let programs = try (0..<2).map { _ in try sandbox.start(["run"] + Sandbox.small) }
        #expect(programs.map { $0.wait()?.exitCode } == [0, 0])
        #expect(sandbox.resultFolders.count == 2)
        #expect(try sandbox.text(sandbox.results + "/runs.csv").split(whereSeparator: \.isNewline).count == 3)
        for folder in sandbox.resultFolders { #expect(try sandbox.record(folder)["verdict"].text == "upheld") }
        sandbox.expectNothingLeft()
    }

    /// Each of many threads takes room for a thousand attempts at a time; what it made none of is given back.
    @Test func aJournalIsAsLongAsWhatWasWritten() throws {
        let run = try sandbox.stress(["run", "--procs", "2", "--threads", "50", "--units", "20"])
        #expect(run.exitCode == 0, "\(run.errors)")
        let attempts = try sandbox.rows("attempts.csv")
        for worker in 0..<2 {
            let path = "\(sandbox.latest)/history/worker-\(worker).journal"
            let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            let own = attempts.count { $0["worker"] == "\(worker)" }
            #expect(own > 0 && bytes == JournalRecord.headerSize + own * JournalRecord.size, "\(path)")
        }
        let journals = try FileManager.default.contentsOfDirectory(atPath: sandbox.latest + "/history")
        #expect(journals.count == 2, "\(journals)")
        let verified = try sandbox.stress(["verify", "results/latest"])
        #expect(verified.exitCode == 0, "\(verified.output)")
    }
}
