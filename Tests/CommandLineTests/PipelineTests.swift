import Foundation
import TestSupport
import Testing

/// What a pipeline gets: exit codes, files and a log that says why it is red.
struct PipelineTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private var files: [String] {
        ["--junit", "junit.xml", "--markdown", "summary.md", "--code-quality", "quality.json"]
    }

    private func text(_ file: String) throws -> String { try sandbox.text(sandbox.path + "/" + file) }

    private func issues() throws -> [JSON] {
        try JSON(FileManager.default.contents(atPath: sandbox.path + "/quality.json") ?? Data()).list
    }

    /// As a library reads it, by the name of each case.
    private func junit() throws -> [String: String] {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../scripts/gate/read-junit.py").standardized.path
        let reader = try sandbox.start(program: "/usr/bin/python3", ["-B", script, "junit.xml"])
        try #require(reader.wait()?.exitCode == 0, "\(reader.errors)")
        var results: [String: String] = [:]
        for suite in try JSON(Data(reader.output.utf8)).list {
            for one in suite["cases"].list { results[one["name"].text ?? ""] = one["result"].text }
        }
        return results
    }

    @Test func aSafeStrategyPasses() throws {
        let run = try sandbox.run(
            files + ["--require", "failed=0, unknown=0", "--require", "p50<40s,elapsed<1000s", "--quiet"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)\(run.output)")
        #expect(run.output.hasPrefix("UPHELD  optimistic") && !run.output.contains("Checks"), "\(run.output)")
        let results = try junit()
        #expect(Set(results.values) == ["passed", "skipped"])
        #expect(results["no-oversell"] == "passed" && results["p50<40s"] == "passed")
        #expect(try text("summary.md").hasPrefix("## ✅ stress: upheld"))
        #expect(try issues().isEmpty)
        let thresholds = try sandbox.record()["thresholds"].list
        #expect(thresholds.map { $0["threshold"].text } == ["failed=0", "unknown=0", "p50<40s", "elapsed<1000s"])
        #expect(thresholds.allSatisfy { $0["met"].isTrue == true })
    }

    @Test("a broken strategy fails, and the log of a step that wants JSON says why")
    func aBrokenStrategyFails() throws {
        try sandbox.folder.file("step.md", "# before\n")
        let run = try sandbox.run(
            files + ["--strategy", "naive", "--think-time", "1ms..3ms", "--format", "json"],
            environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": sandbox.path + "/step.md"])
        #expect(run.exitCode == 1, "\(run.errors)")
        #expect(try JSON(Data(run.output.utf8))["verdict"].text == "violated")
        #expect(run.errors.contains("VIOLATED  naive") && run.errors.contains("[="), "\(run.errors)")
        let annotations = run.errors.split(separator: "\n").filter { $0.hasPrefix("::") }
        #expect(annotations.contains { $0.hasPrefix("::error title=stress%3A naive%3A unique-units,file=") })
        let results = try junit()
        #expect(results["unique-units"] == "failure" && results["complete-history"] == "passed")
        #expect(try issues().contains { $0["check_name"].text == "stress.checks.unique-units" })
        #expect(try text("step.md") == "# before\n" + text("summary.md"))
    }

    @Test("a threshold that is not met fails an upheld run, and whoever judges it again")
    func anUnmetThresholdFails() throws {
        try sandbox.folder.file(
            "mine.yaml",
            """
            strategy: mine
            require: [ "throughput>=999999999", "undersell<=200" ]
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: DECR {stock}
                outcomes:
                  - { when: ">= 0", then: won, remaining: reply }
                  - { when: "< 0", then: sold-out }
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """)
        let run = try sandbox.run(
            files + ["--strategy", "mine.yaml", "--no-rehearsal", "--require", "sold<=10%", "--units", "200"],
            environment: ["GITHUB_ACTIONS": "true"])
        let record = try sandbox.record()
        // DECR goes below 0, which nobody was sold.
        let verdict = try #require(record["verdict"].text)
        #expect(run.exitCode == 1 && record["exit_code"].number == 1, "\(run.errors)")
        let met = Dictionary(
            uniqueKeysWithValues: record["thresholds"].list.map { ($0["threshold"].text, $0["met"].isTrue) })
        #expect(met == ["throughput>=999999999": false, "undersell<=200": true, "sold<=10%": false])
        for name in ["throughput>=999999999", "sold<=10%"] {
            #expect(run.errors.contains("stress: \(name) was not met: "), "\(run.errors)")
            #expect(try junit()[name] == "failure")
        }
        #expect(try issues().allSatisfy { $0["location"]["path"].text == "mine.yaml" })
        // The verdict is about the sale.
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json", "--require", "conflicts=0"])
        let judged = try JSON(Data(again.output.utf8))
        #expect(again.exitCode == 1 && judged["verdict"].text == verdict)
        #expect(judged["thresholds"].list.compactMap { $0["met"].isTrue } == [false, true, false, true])
        #expect(again.errors.contains("sold<=10% was not met"))
    }

    @Test func severalRuns() throws {
        let run = try sandbox.run(
            files + ["--runs", "2", "--buyers", "400", "--require", "violations<10%, failed=0"])
        #expect(run.exitCode == 1, "\(run.errors)")
        #expect(run.output.hasPrefix("UPHELD  but violations<10% was not met; 2 runs of optimistic"), "\(run.output)")
        let results = try junit()
        #expect(results["violations<10%"] == "failure" && results["failed=0"] == "passed")
        // What is asked of the series is no fault of a run's.
        #expect(try sandbox.record()["exit_code"].number == 0)
    }

    @Test("inconclusive stays 2, or becomes 1 where it is asked for, and is never green", arguments: [false, true])
    func inconclusive(_ fails: Bool) throws {
        try sandbox.folder.file(
            "history.csv", "attempt,invoked_ns,returned_ns,outcome\n1,0,100,won\n2,50,,unknown\n3,60,200,sold-out\n")
        let verify = try sandbox.stress(
            ["verify", "--history", "history.csv", "--units", "2", "--remaining", "0"] + files
                + (fails ? ["--require", "inconclusive=fail"] : ["--quiet"]))
        #expect(verify.exitCode == (fails ? 1 : 2), "\(verify.output)")
        let results = try junit()
        #expect(results.values.contains("error") && (results["inconclusive=fail"] == "failure") == fails)
        #expect(verify.errors.contains("inconclusive=fail was not met") == fails)
        #expect(try issues().first?["location"]["path"].text == "history.csv")
    }

    @Test("a figure that was not measured is not met")
    func unknownFiguresAreNotMet() throws {
        try sandbox.folder.file("history.csv", "attempt,invoked_ns,returned_ns,outcome\n1,0,100,won\n2,50,90,won\n")
        let verify = try sandbox.stress(
            ["verify", "--history", "history.csv", "--units", "2", "--remaining", "0", "--require", "p99<1000s,sold=2"])
        #expect(verify.exitCode == 1)
        #expect(verify.errors.contains("p99<1000s was not met: not known, since a history of another system"))
        #expect(!verify.errors.contains("sold=2"))
    }

    @Test(arguments: [["run"], ["verify", "results/latest"]])
    func aMistakeIsShown(_ command: [String]) throws {
        let end = try sandbox.stress(command + ["--junit", "junit.xml", "--require", "sold>=99%, p99<5"])
        #expect(end.exitCode == 64 && end.output.isEmpty)
        #expect(
            end.errors.contains("--require: p99 is a time and needs its unit, one of us, ms, s and min, such as 5ms"))
        #expect(end.errors.contains("\n    sold>=99%, p99<5\n                    ^\n"), "\(end.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path) == ["tmp"])
    }

    @Test("what cannot be written is known before anything is sold")
    func noPlaceForAFile() throws {
        let run = try sandbox.run(["--junit", "no/such/folder/junit.xml"])
        #expect(run.exitCode == 73 && run.errors.contains("no/such/folder/junit.xml cannot be created"))
        #expect(sandbox.resultFolders.isEmpty)
        let twice = try sandbox.run(["--junit", "a", "--markdown", "a"])
        #expect(twice.exitCode == 64 && twice.errors.contains("--junit and --markdown: two files are wanted"))
    }

    @Test("a file of an earlier run is not taken for this one's, whatever keeps this one from its end")
    func staleFilesGo() throws {
        try sandbox.folder.file("junit.xml", "<testsuites/>")
        let run = try sandbox.run(
            files + ["--redis", "redis://127.0.0.1:1"],
            environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": sandbox.path + "/step.md"])
        #expect(run.exitCode == 69, "\(run.errors)")
        #expect(try junit() == ["came to its end": "error"])
        #expect(try text("summary.md").contains("there is no verdict: "))
        #expect(try text("step.md") == text("summary.md"))
        #expect(run.errors.contains("::error title=stress%3A stress%3A came to its end"))
        #expect(try issues().count == 1)
    }

    @Test func gitHubCanBeIgnored() throws {
        try sandbox.folder.file("history.csv", "attempt,invoked_ns,returned_ns,outcome\n1,0,100,won\n2,50,90,won\n")
        let verify = try sandbox.stress(
            ["verify", "--history", "history.csv", "--units", "1", "--no-github"],
            environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": sandbox.path + "/step.md"])
        #expect(verify.exitCode == 1 && !verify.errors.contains("::"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.path + "/step.md"))
    }
}
