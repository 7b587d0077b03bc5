import Foundation
import Glibc
import TestSupport
import Testing

/// `stress matrix`.
struct MatrixCommandTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private var folder: String? { sandbox.resultFolders.first }

    @Test("each cell is a sale of its own, and the table goes to two files")
    func table() throws {
        let run = try sandbox.stress([
            "matrix", "naive", "lua", "--persistence", "none", "--fault", "none", "--fault", "flush-scripts", "--units",
            "100",
            "--seed", "3",
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let folder = try #require(folder)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["matrix.csv", "matrix.json"])
        let rows = try sandbox.rows(in: folder + "/matrix.csv")
        #expect(rows.map { $0["strategy"] } == ["naive", "naive", "lua", "lua"])
        #expect(rows.map { $0["verdict"] } == ["violated", "", "upheld", "upheld"])
        #expect(rows[0]["check"] == "no-oversell" && (rows[0]["oversold"].flatMap(Int.init) ?? 0) > 0)
        #expect(rows[1]["not_applicable"] == "true" && rows[2]["sold"] == "100")
        let record = try JSON(try #require(FileManager.default.contents(atPath: folder + "/matrix.json")))
        #expect(record["seed"].number == 3 && record["cells"].list.count == 4)
        #expect(record["cells"][3]["figures"]["units"].number == 100)
        #expect(record["cells"][3]["fault"].text?.hasPrefix("flush-scripts@") == true)
        #expect(run.errors.contains("4 cells, about") && run.errors.contains("cell 3 of 4: lua, none, none"))
        #expect(
            run.output.contains("violated: no-oversell")
                && run.output.contains(folder.split(separator: "/").last ?? "?"))
        sandbox.expectNothingLeft()
    }

    @Test("a file of the user's, and another form", arguments: ["csv", "json"])
    func form(_ format: String) throws {
        let shown = try sandbox.stress(["strategies", "show", "lua"]).output
        try shown.replacing("strategy: lua", with: "strategy: mine").write(
            toFile: sandbox.path + "/mine.yaml", atomically: true, encoding: .utf8)
        let run = try sandbox.stress([
            "matrix", "mine.yaml", "--persistence", "none", "--fault", "none", "--units", "50", "--format", format,
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let file = try #require(folder) + "/matrix.\(format)"
        #expect(try sandbox.text(file) == run.output)
        #expect(run.output.contains("mine"))
    }

    @Test(
        "bad flags are refused, and nothing is left",
        arguments: [
            (["no-such"], "there is no strategy no-such"), (["--fault", "crash-reddis"], "did you mean crash-redis?"),
            (["--fault", "none", "--fault", "none"], "one is there twice"), (["--runs", "0"], "--runs 0"),
            (["--persistence", "sometimes"], "sometimes"), (["--procs", "99"], "--procs 99"),
            (["lua", "lua"], "two strategies lua"),
            (["--output", ""], "a folder is wanted"), (["--units", "0"], "--units 0"),
        ])
    func refused(_ flags: [String], _ words: String) throws {
        let run = try sandbox.stress(["matrix"] + flags)
        #expect(run.exitCode == 64 && run.errors.contains(words), "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty && run.output.isEmpty)
    }

    @Test("a service has no place in it")
    func service() throws {
        let yaml = """
            strategy: shop
            buy: [ { http: POST /buy, outcomes: [ { when: status 200, then: won } ] } ]
            stock: { http: GET /stock, units: json.left }
            """
        try yaml.write(toFile: sandbox.path + "/shop.yaml", atomically: true, encoding: .utf8)
        let run = try sandbox.stress(["matrix", "shop.yaml"])
        #expect(run.exitCode == 64 && run.errors.contains("shop.yaml"), "\(run.errors)")
    }

    @Test("Ctrl-C shows the cells that were made")
    func interrupted() throws {
        let run = try sandbox.start([
            "matrix", "lua", "--persistence", "none", "--fault", "none", "--runs", "100", "--units", "50",
        ])
        #expect(TestProcess.eventually { run.errors.contains("cell 1 of 1") })
        // The first run of the cell is under way, or over.
        #expect(TestProcess.eventually { !sandbox.workers(of: run).isEmpty })
        run.signal(SIGINT)
        #expect(run.wait()?.exitCode == 130, "\(run.errors)")
        let folder = try #require(folder)
        let record = try JSON(try #require(FileManager.default.contents(atPath: folder + "/matrix.json")))
        #expect(record["interrupted"].isTrue == true && record["planned"].number == 1)
        #expect(run.output.contains("it was interrupted"))
        sandbox.expectNothingLeft()
    }
}
