import Foundation
import TestSupport
import Testing

/// `stress report`, and the page that a run leaves.
struct ReportCommandTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// The command of a page, as somebody copies it.
    private func command(_ page: String) throws -> String {
        let text = try sandbox.text(page)
        let start = try #require(text.range(of: "<code id=\"command-words\">"))
        let end = try #require(text.range(of: "</code>", range: start.upperBound..<text.endIndex))
        return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(String(text[start.upperBound..<end.lowerBound])) { $0.replacing($1.0, with: $1.1) }
    }

    @Test(
        arguments: [
            [
                "--strategy", "lua", "--procs", "1", "--threads", "3", "--clients", "2", "--units", "40", "--buyers",
                "90",
                "--ramp", "100..4000.5/s@50ms", "--arrivals", "poisson", "--burst", "10@20ms", "--duration", "80ms",
                "--think-time", "250us..1ms", "--retry-unknown", "--timeout", "1500ms", "--warm-up", "20ms",
                "--attempts",
                "2", "--persistence", "always", "--fault", "freeze-redis@10ms+5ms",
            ],
            [
                "--strategy", "mine.yaml", "--procs", "1", "--threads", "4", "--units", "30", "--quantity", "1..2",
                "--gate", "last-byte", "--no-rehearsal",
            ],
        ])
    func itsCommandMakesTheSameScenario(_ flags: [String]) throws {
        try """
        strategy: mine
        keys: { stock: "{sale}:stock" }
        scripts: { buy: "local left = redis.call('DECRBY', KEYS[1], ARGV[1]); if left < 0 then redis.call('INCRBY', KEYS[1], ARGV[1]) end; return left" }
        open: [ "SET {stock} {units}" ]
        buy:
          - script: buy
            keys: [ "{stock}" ]
            args: [ "{quantity}" ]
            outcomes: [ { when: ">= 0", then: won, remaining: reply }, { when: "< 0", then: sold-out } ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """.write(toFile: sandbox.path + "/mine.yaml", atomically: true, encoding: .utf8)
        let first = try sandbox.stress(["run"] + flags)
        #expect([0, 1, 2].contains(first.exitCode), "\(first.errors)")
        let command = try self.command(sandbox.latest + "/report.html")
        let scenario = try sandbox.record()["scenario"]
        let words =
            command.replacing(#/^stress\s/#, with: "'\(StressBinary.path)' ") + " --no-claim-trial --output again"
        let program = try sandbox.start(program: "/bin/sh", ["-c", words])
        #expect([0, 1, 2].contains(program.wait()?.exitCode), "\(command)\n\(program.errors)")
        #expect(try sandbox.record(sandbox.path + "/again/latest")["scenario"] == scenario, "\(command)")
    }

    /// It shows what was found, and ends with that.
    @Test func endsWithTheVerdictThatItShows() throws {
        #expect(try sandbox.run(["--strategy", "lua"]).exitCode == 0)
        let upheld = try #require(sandbox.resultFolders.last)
        let page = try sandbox.text(upheld + "/report.html")
        try FileManager.default.removeItem(atPath: upheld + "/report.html")
        let again = try sandbox.stress(["report", upheld])
        #expect(again.exitCode == 0 && again.output == upheld + "/report.html\n", "\(again.errors)")
        // But for the nonces it is the same page.
        #expect(Self.withoutNonces(try sandbox.text(upheld + "/report.html")) == Self.withoutNonces(page))
        #expect(try sandbox.run(["--strategy", "naive", "--think-time", "1ms..5ms"]).exitCode == 1)
        let violated = try #require(sandbox.resultFolders.first { $0.hasSuffix("-naive") })
        let both = try sandbox.stress(["report", upheld, violated, "--output", "both.html"])
        #expect(both.exitCode == 1 && both.output == "both.html\n", "\(both.errors)")
        #expect(try sandbox.text(sandbox.path + "/both.html").contains("2 runs: 1 violated, 1 upheld"))
    }

    /// The file of percentiles has fewer digits than the run had, which a picture may show.
    private static func withoutNonces(_ page: String) -> String {
        page.replacing(#/nonce[=-]"?[a-z0-9]+/#, with: "").replacing(#/(?s)<div class="picture">.*?</div>/#, with: "")
    }

    /// Without its history a run still has a page, which says so; with a changed record it is never green.
    @Test func aPageSaysWhatIsMissing() throws {
        #expect(try sandbox.run(["--strategy", "lua"]).exitCode == 0)
        try FileManager.default.removeItem(atPath: sandbox.latest + "/history")
        let bare = try sandbox.stress(["report", "results/latest"])
        #expect(bare.exitCode == 0, "\(bare.errors)")
        let page = try sandbox.text(sandbox.latest + "/report.html")
        #expect(page.contains("0 can be read back from its history"), "\(page)")
        let path = sandbox.latest + "/run.json"
        try sandbox.text(path).replacing("\"seed\" : ", with: "\"seed\" :  ")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let changed = try sandbox.stress(["report", "results/latest"])
        #expect(changed.exitCode == 2, "\(changed.errors)")
        #expect(try sandbox.text(sandbox.latest + "/report.html").contains("run.json is not what the run wrote"))
    }

    @Test func saysWhatIsWanted() throws {
        for (words, told) in [
            (["report"], "the folder of a run is wanted"), (["report", "nowhere"], "there is no folder nowhere"),
            (["report", "."], "run.json"), (["report", ".", "--output", ""], "a file is wanted"),
        ] {
            let run = try sandbox.stress(words)
            #expect(run.exitCode == 64 && run.errors.contains(told), "\(words): \(run.errors)")
        }
        #expect(try sandbox.run(["--strategy", "lua"]).exitCode == 0)
        let nowhere = try sandbox.stress(["report", "results/latest", "--output", "no/such/page.html"])
        #expect(
            nowhere.exitCode == 73 && nowhere.errors.contains("name another file with --output"), "\(nowhere.errors)")
    }
}
