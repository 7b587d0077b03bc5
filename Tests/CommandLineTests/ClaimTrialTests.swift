import Foundation
import Glibc
import Strategies
import TestSupport
import Testing

/// What a strategy file claims of itself is put to the test before a run, with default flags.
struct ClaimTrialTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        sandbox.triesClaims = true
    }

    private static let flags = [
        "run", "--procs", "2", "--threads", "10", "--units", "100", "--buyers", "3000", "--no-rehearsal",
    ]

    /// A built-in strategy with one more line.
    private func file(_ name: String, adding line: String, changing change: (String) -> String = { $0 }) throws
        -> String
    {
        let path = sandbox.path + "/mine.yaml"
        let shown = try sandbox.stress(["strategies", "show", name]).output.replacing(/safe-under:.*\n/, with: "")
        try (change(shown) + line + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func claims(_ record: JSON) -> [String: JSON] {
        Dictionary(
            record["claims"].list.map { ($0["claim"].text ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("what held is told, changes no figure, and leaves nothing")
    func held() throws {
        let path = try file("lua", adding: "safe-under: [ flush-scripts, kill-connections ]")
        let run = try sandbox.stress(Self.flags + ["--strategy", path])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        let claims = claims(record)
        #expect(claims.count == 2 && claims.values.allSatisfy { $0["result"].text == "held" }, "\(run.output)")
        #expect(claims["safe-under: kill-connections"]?["detail"].text?.contains("the server closed") == true)
        #expect(record.check("claims-held")["result"].text == "upheld")
        #expect(record["sale"]["units"].number == 100 && record["scenario"]["faults"] == .nothing)
        #expect(run.output.contains("Claims of the strategy file  2 held"))
        #expect(sandbox.resultFolders.count == 1)
        sandbox.expectNothingLeft()
    }

    /// The same scheme claims what it cannot hold: who opens the sale again sells everything twice.
    @Test("a broken claim is a violation, in the run and when it is judged again")
    func broken() throws {
        let path = try file("lua", adding: "safe-under: [ flush-scripts, restock-reset ]")
        let run = try sandbox.stress(Self.flags + ["--strategy", path])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        let claims = claims(record)
        let broken = claims["safe-under: restock-reset"]
        #expect(broken?["result"].text == "broken" && broken?["fault"].text?.hasPrefix("restock-reset@") == true)
        // The other one is not blamed.
        #expect(claims["safe-under: flush-scripts"]?["result"].text == "held", "\(run.output)")
        let check = try #require(broken?["check"].text)
        #expect(record.check(check)["result"].text == "upheld", "the run itself saw nothing of it")
        #expect(record.check("claims-held")["result"].text == "violated")
        #expect(run.output.hasPrefix("VIOLATED  lua does not hold what its strategy file claims"))
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        let verified = try JSON(Data(again.output.utf8))
        #expect(again.exitCode == 1 && verified["claims"] == record["claims"])
        #expect(verified.check("claims-held") == record.check("claims-held"))
        // Nobody tried it, nobody says that it holds.
        let untried = try sandbox.stress(Self.flags + ["--strategy", path, "--no-claim-trial"])
        #expect(untried.exitCode == 0, "\(untried.errors)\(untried.output)")
        #expect(try sandbox.record()["claims"].list.allSatisfy { $0["result"].text == "not-tested" })
        #expect(try sandbox.record().check("claims-held") == .nothing)
    }

    @Test(
        "an id that is kept makes the claim hold; one that is forgotten breaks it", arguments: [true, false])
    func idempotency(isRight: Bool) throws {
        let path = try file("lua-idempotent", adding: "") {
            isRight ? $0 : $0.replacing("    if before then return tonumber(before) end\n", with: "")
        }
        // Nobody asks again in the run itself, so that the trial alone can show it.
        let run = try sandbox.stress(Self.flags + ["--strategy", path, "--repeat-every", "0"])
        #expect(run.exitCode == (isRight ? 0 : 1), "\(run.errors)\(run.output)")
        let claim = try #require(claims(try sandbox.record())["idempotent: purchase"])
        #expect(claim["result"].text == (isRight ? "held" : "broken"), "\(run.output)")
        if !isRight { #expect(claim["check"].text == "one-unit-per-purchase") }
    }

    @Test("on a server of the user's, the trial has its own; several runs share one")
    func elsewhere() throws {
        let server = try OwnServer()
        let path = try file("lua", adding: "safe-under: [ flush-scripts ]")
        let run = try sandbox.stress(
            Self.flags + [
                "--strategy", path, "--redis", server.url, "--runs", "2", "--no-rehearsal-guard", "--format", "json",
            ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let runs = try JSON(Data(run.output.utf8))["runs"].list
        #expect(runs.count == 2 && runs[0]["claims"] == runs[1]["claims"])
        #expect(runs[0]["claims"][0]["result"].text == "held")
        // Nobody flushed anything there: that would be a call of SCRIPT FLUSH.
        let calls = try server.call("INFO commandstats").string()
        #expect(!calls.contains("cmdstat_script|flush"))
    }

    @Test("what a private server cannot show is not tested, and says why")
    func untestable() throws {
        let path = try file("lua", adding: "safe-under: [ kill-service, flush-scripts ]")
        let run = try sandbox.stress(Self.flags + ["--strategy", path])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let claim = try #require(claims(try sandbox.record())["safe-under: kill-service"])
        #expect(claim["result"].text == "not-tested" && claim["detail"].text?.contains("service") == true)
        #expect(
            try sandbox.record().check("claims-held")["detail"].text?.contains("not tested: safe-under: kill-service")
                == true)
    }

    @Test("Ctrl-C in the trial ends it at once")
    func interrupted() throws {
        let path = try file("lua", adding: "safe-under: [ busy-script, fill-memory, kill-connections ]")
        let run = try sandbox.start(Self.flags + ["--strategy", path])
        let temporary = sandbox.temporary
        #expect(
            TestProcess.eventually {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
                return names.contains { $0.hasPrefix("stress-passing-") }
            })
        run.signal(SIGINT)
        #expect(run.wait()?.exitCode == 130, "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }
}
