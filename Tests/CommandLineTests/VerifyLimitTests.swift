import Foundation
import TestSupport
import Testing

/// `stress verify --history --limit N`: how many units one buyer may have is the caller's to say.
struct VerifyLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rows: String
        var limit: String?
        var exitCode: Int32
        var result: String
    }

    private static let header = "attempt,buyer,invoked_ns,returned_ns,outcome,quantity\n"
    private static let twice = "1,7,100,250,won,1\n2,8,200,400,won,1\n3,7,300,500,won,1\n"
    private static let told = "1,7,100,250,won,1\n2,8,200,400,won,1\n3,7,300,500,duplicate,1\n"
    private static let early = "1,7,300,450,won,1\n2,8,200,400,won,1\n3,7,100,150,duplicate,1\n"

    static let cases = [
        Case(
            testDescription: "two units, one allowed", rows: twice, limit: "1", exitCode: 1, result: "violated"),
        Case(testDescription: "two units, two allowed", rows: twice, limit: "2", exitCode: 0, result: "upheld"),
        Case(testDescription: "nobody said", rows: twice, limit: nil, exitCode: 0, result: "not-applicable"),
        Case(testDescription: "rightly refused", rows: told, limit: "1", exitCode: 0, result: "upheld"),
        Case(
            testDescription: "refused one too early", rows: told, limit: "2", exitCode: 1, result: "violated"),
        Case(
            testDescription: "refused, and nobody said", rows: told, limit: nil, exitCode: 0,
            result: "not-applicable"),
        Case(
            testDescription: "told that they have what they never got", rows: early, limit: nil, exitCode: 1,
            result: "violated"),
        Case(
            testDescription: "three at once, two allowed", rows: "1,7,100,250,won,3\n2,8,200,400,won,1\n", limit: "2",
            exitCode: 1, result: "violated"),
        Case(
            testDescription: "a lost answer may be the one too many",
            rows: "1,7,100,250,won,1\n2,8,200,400,won,1\n3,7,300,,unknown,1\n", limit: "1", exitCode: 2,
            result: "inconclusive"),
    ]

    @Test(arguments: cases) func judges(_ row: Case) throws {
        let sandbox = try Sandbox()
        let path = sandbox.path + "/history.csv"
        try (Self.header + row.rows).write(toFile: path, atomically: true, encoding: .utf8)
        var arguments = ["verify", "--history", path, "--units", "10", "--format", "json"]
        if let limit = row.limit { arguments += ["--limit", limit] }
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == row.exitCode, "\(run.output)\(run.errors)")
        let record = try JSON(Data(run.output.utf8))
        let check = record["checks"].list.first { $0["name"].text == "purchase-limit" }
        #expect(check?["result"].text == row.result, "\(run.output)")
    }

    /// A history's columns and rows, the check that was deceived, and what it says.
    static let untold = [
        ("attempt", "1,100,250,won\n2,200,400,won\n3,300,500,duplicate\n", "purchase-limit", "not-applicable"),
        (
            "attempt,buyer", "1,7,100,250,won\n2,8,200,400,won\n3,,300,500,duplicate\n", "purchase-limit",
            "not-applicable"
        ),
        // The twin: everybody is told of.
        (
            "attempt,buyer", "1,7,100,250,won\n2,8,200,400,won\n3,9,300,500,duplicate\n", "purchase-limit", "violated"
        ),
        // Attempt 5 is a purchase of its own, and not the purchase 5.
        (
            "attempt,purchase", "5,,100,250,won\n6,5,200,400,won\n7,2,300,500,won\n", "one-unit-per-purchase",
            "not-applicable"
        ),
        (
            "attempt,purchase", "5,5,100,250,won\n6,5,200,400,won\n7,2,300,500,won\n", "one-unit-per-purchase",
            "violated"
        ),
    ]

    @Test("whose an attempt is that nobody told of is not made up", arguments: untold)
    func nobodyIsMadeUp(_ columns: String, _ rows: String, _ name: String, _ result: String) throws {
        let sandbox = try Sandbox()
        try "\(columns),invoked_ns,returned_ns,outcome\n\(rows)".write(
            toFile: sandbox.path + "/history.csv", atomically: true, encoding: .utf8)
        let run = try sandbox.stress(["verify", "--history", "history.csv", "--units", "10", "--format", "json"])
        #expect(run.exitCode == (result == "violated" ? 1 : 0), "\(run.output)\(run.errors)")
        let checks = try JSON(Data(run.output.utf8))["checks"].list
        #expect(checks.first { $0["name"].text == name }?["result"].text == result, "\(run.output)")
    }

    @Test("a buyer whom a row does not name is not counted")
    func limitNeedsEveryBuyer() throws {
        let sandbox = try Sandbox()
        try "attempt,buyer,invoked_ns,returned_ns,outcome\n5,,100,250,won\n6,5,200,400,won\n".write(
            toFile: sandbox.path + "/history.csv", atomically: true, encoding: .utf8)
        let run = try sandbox.stress(["verify", "--history", "history.csv", "--units", "10", "--limit", "1"])
        #expect(run.exitCode == 64 && run.errors.contains("empty cells"), "\(run.errors)")
    }

    @Test(
        "what cannot be looked for is refused",
        arguments: [
            (["--history", "history.csv", "--units", "10", "--limit", "1"], "has no column buyer"),
            (["--history", "history.csv", "--units", "10", "--limit", "0"], "--limit 0: a number from"),
            (["results", "--limit", "1"], "--limit is for --history"),
        ])
    func refusals(_ arguments: [String], _ message: String) throws {
        let sandbox = try Sandbox()
        try "attempt,invoked_ns,returned_ns,outcome\n1,100,250,won\n".write(
            toFile: sandbox.path + "/history.csv", atomically: true, encoding: .utf8)
        let run = try sandbox.stress(["verify"] + arguments)
        #expect(run.exitCode == 64 && run.errors.contains(message), "\(run.errors)")
    }

    /// Several wins of one purchase are one sale only if the caller says that repeated calls take nothing.
    @Test(
        arguments: [
            (
                "1,1,100,200,won\n1,2,300,400,won\n9,9,150,350,sold-out\n",
                ["--idempotent", "purchase", "--remaining", "0"], 0
            ),
            // Nobody knows whether the second call took a unit, too.
            ("1,1,100,200,won\n1,2,300,400,won\n9,9,150,350,sold-out\n", ["--idempotent", "purchase"], 2),
            ("1,1,100,200,won\n1,2,300,400,won\n9,9,150,350,sold-out\n", [], 1),
            ("1,1,100,200,won\n2,2,300,400,won\n", ["--idempotent", "purchase"], 1),
            ("1,1,100,200,won\n2,2,150,400,sold-out\n", ["--idempotent", "purchase"], 0),
            ("1,1,100,200,won\n", ["--idempotent", "somebody"], 64),
            ("1,1,100,200,won\n", ["--idempotent", "buyer"], 64),
        ] as [(String, [String], Int32)])
    func repeatedCalls(_ rows: String, _ flags: [String], _ exitCode: Int32) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("history.csv", "purchase,attempt,invoked_ns,returned_ns,outcome\n" + rows)
        let run = try sandbox.stress(["verify", "--history", "history.csv", "--units", "1"] + flags)
        #expect(run.exitCode == exitCode, "\(run.output)\(run.errors)")
        #expect(run.output.contains("--idempotent purchase") == flags.isEmpty)
    }
}
