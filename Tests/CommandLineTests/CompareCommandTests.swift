import Foundation
import FoundationXML
import Glibc
import TestSupport
import Testing

/// `stress compare`.
struct CompareCommandTests {
    private let sandbox: Sandbox
    /// Enough of a race that `naive` sells a unit twice.
    private let small = [
        "--procs", "2", "--threads", "2", "--clients", "5", "--units", "100", "--think-time", "2ms", "--seed", "7",
    ]

    init() throws { sandbox = try Sandbox() }

    private func comparison() throws -> (folder: String, json: JSON) {
        let folder = try #require(sandbox.resultFolders.last { $0.contains("-compare") })
        return (folder, try JSON(try #require(FileManager.default.contents(atPath: folder + "/compare.json"))))
    }

    @Test("strategies are run in turns, and what is fast and wrong is no winner; their folders can be compared again")
    func turns() throws {
        let run = try sandbox.stress(["compare", "naive", "lua", "--runs", "2"] + small)
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let order = run.errors.split(separator: "\n").filter { $0.hasPrefix("stress: run ") }
        #expect(
            order == [
                "stress: run 1 of 4: naive", "stress: run 2 of 4: lua", "stress: run 3 of 4: lua",
                "stress: run 4 of 4: naive",
            ])
        #expect(run.output.hasPrefix("VIOLATED") && run.output.contains("VIOLATED 2/2"))
        #expect(run.output.contains("can never tell") && !run.output.contains("naive is better"))
        let (folder, json) = try comparison()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "compare-differences.csv", "compare.csv", "compare.html", "compare.json",
            ])
        let page = try XMLDocument(contentsOf: URL(filePath: folder + "/compare.html"))
        let headline = try #require(try page.nodes(forXPath: "//h1").first?.stringValue)
        #expect(run.output.contains(headline.prefix(40)), "\(headline)")
        #expect(try page.nodes(forXPath: "//figure//*[local-name()='svg']").count > 3)
        let (naive, lua) = (json["subjects"][0], json["subjects"][1])
        #expect(naive["verdict"].text == "violated" && lua["verdict"].text == "upheld")
        #expect(lua["runs"].list.map { $0["seed"].number } == [7, 8])
        let rows = try sandbox.rows(in: folder + "/compare.csv")
        #expect(rows.map { $0["subject"] } == ["naive", "lua"] && rows[1]["sold_median"] == "100.000000")
        let seconds = try #require(rows[1]["sell_out_seconds_median"].flatMap(Double.init))
        #expect(seconds > 0 && seconds < 60)
        try recorded(lua["runs"].list.compactMap { $0["folder"].text })
        sandbox.expectNothingLeft()
    }

    /// The runs of `lua` by themselves.
    private func recorded(_ runs: [String]) throws {
        let kept = try sandbox.folder.folder("kept")
        for run in runs {
            try FileManager.default.copyItem(
                atPath: sandbox.path + "/" + run, toPath: kept + "/" + (run as NSString).lastPathComponent)
        }
        let again = try sandbox.stress(["compare", "kept", runs[0], "--format", "csv"])
        #expect(again.exitCode == 0, "\(again.errors)\(again.output)")
        let (folder, json) = try comparison()
        #expect(try sandbox.text(folder + "/compare.csv") == again.output)
        #expect(json["subjects"][0]["name"].text == "kept" && json["subjects"][0]["runs"].list.count == 2)
        #expect(json["subjects"][0]["figures"].list.contains { $0["figure"].text == "sell_out_seconds" })
        let few = try sandbox.stress(["compare", "kept", "--baseline", "kept"])
        #expect(few.exitCode == 2 && few.output.contains("can never tell"), "\(few.errors)\(few.output)")
        let mixed = try sandbox.stress(["compare", "results", "lua"])
        #expect(mixed.exitCode == 64 && mixed.errors.contains("runs of lua, naive"), "\(mixed.errors)")
        let other = try sandbox.stress(["compare", "kept", "lua", "--runs", "1"] + small + ["--units", "60"])
        #expect(other.exitCode == 64 && other.errors.contains("units 100 and 60"), "\(other.errors)")
        let changed = kept + "/" + (runs[1] as NSString).lastPathComponent + "/run.json"
        try sandbox.text(changed).replacing("\"seed\" : 8", with: "\"seed\" : 9").write(
            toFile: changed, atomically: true, encoding: .utf8)
        let doubtful = try sandbox.stress(["compare", "kept", runs[0]])
        #expect(doubtful.exitCode == 2 && doubtful.output.contains("INCONCLUSIVE 1/2"), "\(doubtful.output)")
    }

    @Test("a figure that is worse than the baseline fails, and a baseline of the same thing does not")
    func baseline() throws {
        let first = try sandbox.stress(["compare", "lua", "lua", "--runs", "1", "--format", "json"] + small)
        #expect(first.exitCode == 0, "\(first.errors)\(first.output)")
        var record = try #require(
            try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
        var subjects = try #require(record["subjects"] as? [[String: Any]])
        #expect(subjects.map { $0["name"] as? String } == ["lua", "lua (2)"])
        var run = try #require((subjects[0]["runs"] as? [[String: Any]])?.first)
        let figures = try #require(run["figures"] as? [[String: Any]])
        // Nobody makes a million times as many attempts a second.
        run["figures"] = figures.map { figure in
            guard figure["figure"] as? String == "attempts_per_second", let value = figure["value"] as? Double else {
                return figure
            }
            return figure.merging(["value": value * 1e6]) { $1 }
        }
        subjects[0]["runs"] = Array(repeating: run, count: 9)
        record["subjects"] = [subjects[0]]
        try JSONSerialization.data(withJSONObject: record).write(to: URL(filePath: sandbox.path + "/base.json"))
        let slower = try sandbox.stress(["compare", "lua", "--baseline", "base.json"] + small)
        #expect(slower.exitCode == 1 && slower.errors.contains("run 5 of 5"), "\(slower.errors)\(slower.output)")
        #expect(slower.output.hasPrefix("VIOLATED") && slower.output.contains("throughput of lua"))
        let json = try comparison().json
        #expect(json["worse"].list.contains { $0["figure"].text == "attempts_per_second" })
        #expect(json["verdict"].text == "upheld" && json["exit_code"].number == 1)
        let other = try sandbox.stress(["compare", "lua", "--baseline", "base.json"] + small + ["--buyers", "999"])
        #expect(other.exitCode == 64 && other.errors.contains("buyers 999 and"), "\(other.errors)")
        sandbox.expectNothingLeft()
    }

    @Test(
        "bad input is refused, and nothing is left",
        arguments: [
            ([], "two subjects at least are wanted"), (["lua"], "found lua"),
            (["lua", "optimstic"], "did you mean optimistic?"),
            (["lua", "empty"], "no run is in empty"), (["lua", "decr", "--runs", "0"], "--runs 0"),
            (["lua", "--baseline", "nowhere"], "there is no nowhere"),
            (["lua", "--baseline", "junk.json"], "junk.json is no compare.json"),
            (["lua", "--baseline", "empty"], "--baseline: no run is in empty"),
            (["--baseline", "empty"], "what is held against the baseline"),
            (["lua", "decr", "--strategy", "naive"], "--strategy naive"),
            (["lua", "decr", "--output", ""], "--output"),
        ])
    func refused(_ flags: [String], _ words: String) throws {
        _ = try sandbox.folder.folder("empty")
        try sandbox.folder.file("junk.json", "{\"subjects\": 3}")
        let run = try sandbox.stress(["compare"] + flags)
        #expect(run.exitCode == 64 && run.errors.contains(words), "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty && run.output.isEmpty)
    }

    @Test("Ctrl-C shows what was made")
    func interrupted() throws {
        let run = try sandbox.start(["compare", "lua", "decr", "--runs", "50"] + small)
        #expect(TestProcess.eventually { run.errors.contains("run 3 of 100") })
        #expect(TestProcess.eventually { !sandbox.workers(of: run).isEmpty })
        run.signal(SIGINT)
        #expect(run.wait()?.exitCode == 130, "\(run.errors)")
        let json = try comparison().json
        #expect(json["interrupted"].isTrue == true && json["runs_wanted"].number == 50)
        #expect(json["subjects"].list.allSatisfy { !$0["runs"].list.isEmpty })
        #expect(run.output.contains("until it was interrupted"), "\(run.output)")
        sandbox.expectNothingLeft()
    }
}
