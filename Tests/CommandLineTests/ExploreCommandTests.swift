import Foundation
import Glibc
import TestSupport
import Testing

/// `stress explore`.
struct ExploreCommandTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private var folder: String? { sandbox.resultFolders.first }

    private func record() throws -> JSON {
        let folder = try #require(folder)
        return try JSON(try #require(FileManager.default.contents(atPath: folder + "/explore.json")))
    }

    /// Without the line breaks of a narrow page.
    private static func words(_ run: Sandbox.Finished) -> String {
        run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func aSafeOneIsExploredCompletely() throws {
        let run = try sandbox.stress(["explore"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)\(run.output)")
        #expect(run.output.hasPrefix("UPHELD  optimistic: no order of the commands of up to 3 buyers goes wrong"))
        let record = try record()
        #expect(record["verdict"].text == "upheld" && record["exit_code"].number == 0)
        #expect(record["phases"].list.allSatisfy { $0["complete"].isTrue == true && $0["left"].number == 0 })
        #expect(record["phases"].list.map { $0["buyers"].number } == [2, 1, 2, 3, 3])
        #expect(record["counterexample"].value == nil)
        let folder = try #require(folder)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files.sorted() == ["explore.html", "explore.json"])
        sandbox.expectNothingLeft()
    }

    @Test func theShortestOrderThatGoesWrongIsShownAndMadeAgain() throws {
        let run = try sandbox.stress(["explore", "--strategy", "unguarded"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(run.output.hasPrefix("VIOLATED  unguarded: an order of 4 commands by 2 buyers for 1 unit goes wrong"))
        #expect(
            run.output.contains("   2  buyer 102  GET {sale}:stock") && run.output.contains("\n > 4  buyer 101  EXEC"))
        #expect(run.output.contains("buyer 101 acts on what it read before"))
        let order = try record()["counterexample"]
        #expect(order["schedule"].text == "0,1,1,0" && order["wrong_step"].number == 4 && order["switches"].number == 1)
        #expect(order["steps"].list.map { $0["stock"].number } == [1, 1, 0, 0])
        #expect(order["steps"].list.map { $0["orders"].number } == [0, 0, 1, 2])
        #expect(order["checks"].list.first?["name"].text == "no-oversell")
        let page = try sandbox.text(try #require(folder) + "/explore.html")
        #expect(page.contains("buyer 101") && page.contains("wrong from here on"))
        // From the file and as text; another strategy does other things, which is said.
        let file = try #require(folder) + "/explore.json"
        for replay in [file, "0,1,1,0"] {
            let again = try sandbox.stress(["explore", "--strategy", "unguarded", "--replay", replay])
            #expect(again.exitCode == 1 && !again.output.contains("NOT THE SAME"), "\(again.errors)\(again.output)")
        }
        let other = try sandbox.stress(["explore", "--strategy", "optimistic", "--replay", file])
        #expect(
            other.exitCode == 0 && other.output.hasPrefix("UPHELD")
                && Self.words(other).contains("NOT THE SAME AS BEFORE: step 1"), "\(other.output)")
        let shorter = try sandbox.stress(["explore", "--strategy", "lua", "--replay", file])
        #expect(shorter.exitCode == 2 && shorter.output.hasPrefix("INCONCLUSIVE"), "\(shorter.output)")
        sandbox.expectNothingLeft()
    }

    @Test func aLeaseThatIsOver() throws {
        let run = try sandbox.stress(["explore", "--strategy", "lock", "--format", "json"])
        #expect(run.exitCode == 1, "\(run.errors)")
        let record = try JSON(Data(run.output.utf8))
        let phase = try #require(record["phases"].list.last)
        #expect(phase["expiries"].number == 1 && phase["title"].text?.contains("one key expires") == true)
        #expect(record["counterexample"]["schedule"].text?.contains("x:{stress:explore}:lock") == true)
        #expect(record["counterexample"]["story"].list.first?.text == "In step 2, {sale}:lock expires.")
        let without = try sandbox.stress(["explore", "--strategy", "lock", "--buyers", "3"])
        #expect(without.exitCode == 0, "\(without.output)")
    }

    /// Whoever asks again after a lost answer buys twice.
    @Test func aReplyThatIsLost() throws {
        let flags = ["--attempts", "2", "--retry-unknown", "--buyers", "1", "--units", "2", "--with", "lost-replies"]
        let run = try sandbox.stress(["explore", "--strategy", "lua"] + flags)
        #expect(run.exitCode == 1 && run.output.contains("(lost)"), "\(run.errors)\(run.output)")
        #expect(Self.words(run).contains("and buyer 101 never hears of it"))
        let safe = try sandbox.stress(["explore", "--strategy", "lua-idempotent"] + flags)
        #expect(safe.exitCode == 0, "\(safe.errors)\(safe.output)")
    }

    @Test func aSampleIsNoProof() throws {
        let run = try sandbox.stress(["explore", "--samples", "20", "--buyers", "8"])
        #expect(
            run.exitCode == 2 && Self.words(run).contains("8 buyers, races of depth 2: 15 schedules"), "\(run.output)")
        #expect(Self.words(run).contains("such a race is missed with at most"))
        let broken = try sandbox.stress(["explore", "--strategy", "naive", "--samples", "50", "--buyers", "8"])
        #expect(broken.exitCode == 1, "\(broken.output)")
    }

    @Test func whereTheTimeIsOver() throws {
        let run = try sandbox.stress(["explore", "--buyers", "6", "--attempts", "3", "--schedules", "50"])
        #expect(run.exitCode == 2, "\(run.output)")
        #expect(run.output.contains("the time was over") || run.output.contains("was tried"), "\(run.output)")
        let record = try record()
        #expect(record["phases"][0]["complete"].isTrue == false && (record["phases"][0]["left"].number ?? 0) > 0)
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func whateverEndsIt(_ signal: Int32) throws {
        let run = try sandbox.start(["explore", "--buyers", "6", "--attempts", "3"])
        #expect(TestProcess.eventually { folder != nil })
        usleep(300_000)
        run.signal(signal)
        #expect(run.wait() == (signal == SIGKILL ? .init(signal: SIGKILL) : .init(exitCode: 130)), "\(run.errors)")
        if signal == SIGINT { #expect(try record()["reason"].text?.contains("interrupted") == true) }
        sandbox.expectNothingLeft()
    }

    /// The test that is written fails while the order goes wrong, and not when the strategy is another one.
    @Test func writesATest() throws {
        for kind in ["pytest", "junit", "go"] {
            let run = try sandbox.stress(["explore", "--strategy", "naive", "--emit-test", kind, "--output", kind])
            #expect(run.exitCode == 1, "\(run.errors)")
        }
        func file(_ kind: String, _ name: String) throws -> String {
            let parent = sandbox.path + "/" + kind
            let folder = try #require(try FileManager.default.contentsOfDirectory(atPath: parent).first)
            return "\(parent)/\(folder)/\(name)"
        }
        #expect(try sandbox.text(file("junit", "OrderTest.java")).contains("\"--strategy\", \"naive\""))
        #expect(try sandbox.text(file("go", "order_test.go")).contains("func TestOrder(t *testing.T)"))
        let test = try file("pytest", "test_order.py")
        let folder = URL(fileURLWithPath: test).deletingLastPathComponent().path
        // In the place of a library that may not be there.
        try "def skip(reason): raise SystemExit('skipped')".write(
            toFile: folder + "/pytest.py", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: folder + "/stress", withDestinationPath: StressBinary.path)
        func outcome() throws -> String {
            let run = try sandbox.start(
                program: "/bin/sh",
                [
                    "-c",
                    "cd \(folder) && PATH=\(folder):$PATH python3 -B -c 'import test_order; test_order.test_order()' 2>&1; echo $?",
                ])
            _ = run.wait()
            return run.output
        }
        #expect(try outcome().contains("AssertionError"))
        let mended = try sandbox.text(test).replacing("\"naive\"", with: "\"optimistic\"")
        try mended.write(toFile: test, atomically: true, encoding: .utf8)
        let output = try outcome()
        #expect(output.contains("skipped"), "\(output)")
    }

    @Test(
        "bad flags are refused, and nothing is left",
        arguments: [
            (["--strategy", "no-such"], "there is no strategy no-such"), (["--buyers", "9"], "--buyers 9"),
            (["--with", "fire"], "--with fire: lost-replies, lost-requests, crashes, restart or expiry is wanted"),
            (["--units", "0"], "--units 0"), (["--time", "0"], "--time 0"),
            (["--replay", "0,,1"], "nothing is no step"),
            (["--replay", "0,9!z"], "9!z is no step"), (["--replay", "missing.json"], "missing.json does not exist"),
            (["--emit-test", "cobol"], "cobol"), (["--output", ""], "--output: a folder is wanted"),
        ])
    func refuses(_ flags: [String], _ says: String) throws {
        let run = try sandbox.stress(["explore"] + flags)
        #expect(run.exitCode == 64 && run.errors.contains(says), "\(run.exitCode ?? -1) \(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test("a file without such an order, of something else, or for others than Redis")
    func otherFiles() throws {
        _ = try sandbox.stress(["explore", "--buyers", "2"])
        let none = try sandbox.stress(["explore", "--replay", try #require(folder) + "/explore.json"])
        #expect(none.exitCode == 64 && none.errors.contains("has no order that goes wrong: it is upheld"))
        try sandbox.folder.file("other.json", "{}")
        let other = try sandbox.stress(["explore", "--replay", "other.json"])
        #expect(other.exitCode == 64 && other.errors.contains("is no explore.json of this version"), "\(other.errors)")
        let examples = ExampleStrategy.folder
        let text = try sandbox.text(examples + "/plain-decr.yaml")
        let orders = "ledger: { sql: \"SELECT 1\", at: \"sqlite:///tmp/none.db\", holds: [ buyer ] }\n"
        try sandbox.folder.file("elsewhere.yaml", text.replacing(/ledger:.*\n/, with: "") + orders)
        let elsewhere = try sandbox.stress(["explore", "--strategy", "elsewhere.yaml"])
        #expect(elsewhere.exitCode == 64 && elsewhere.errors.contains("in another store"), "\(elsewhere.errors)")
        let waits = try sandbox.stress(["explore", "--strategy", examples + "/wait-for-replica.yaml"])
        #expect(waits.exitCode == 64 && waits.errors.contains("waits for replicas"), "\(waits.errors)")
        let restock = try sandbox.stress(["explore", "--strategy", examples + "/restock.yaml"])
        #expect(
            restock.exitCode == 64 && restock.errors.contains("what comes at a time cannot be explored"),
            "\(restock.errors)")
    }
}
