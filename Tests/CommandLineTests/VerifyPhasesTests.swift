import Foundation
import TestSupport
import Testing

/// `stress verify --history` of purchases that take their time, with and without `--lapses`.
struct VerifyPhasesTests {
    private static let header = "attempt,purchase,phase,invoked_ns,returned_ns,outcome\n"
    private static let ms = 1_000_000

    private static func row(_ attempt: Int, _ purchase: Int, _ phase: String, _ from: Int, _ to: Int, _ outcome: String)
        -> String
    { "\(attempt),\(purchase),\(phase),\(from * ms),\(to * ms),\(outcome)\n" }

    /// Two hold the only unit, and both pay.
    private static func twoOfOne(second: Int, paid: Int) -> String {
        header + row(1, 1, "reserve", 0, 10, "held") + row(2, 2, "reserve", second, second + 10, "held")
            + row(3, 2, "pay", second + 15, second + 18, "won") + row(4, 1, "pay", paid, paid + 10, "won")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var second = 20
        var paid = 50
        var lapses: String?
        var result: String
        var says: String
    }

    @Test(arguments: [
        Case(
            testDescription: "nobody says when holds lapse: whether a payment was late stays open",
            result: "inconclusive",
            says: "nobody says when holds lapse"),
        Case(
            testDescription: "both pay in time", lapses: "100ms", result: "not-applicable",
            says: "none of them for a hold that may have lapsed"),
        Case(
            testDescription: "the first lapsed, was sold on, and pays late", second: 120, paid: 150, lapses: "100ms",
            result: "violated", says: "1 payment came when the hold may have ended"),
        Case(
            testDescription: "the second was put on hold before the first can have lapsed", paid: 150, lapses: "100ms",
            result: "inconclusive", says: "reserve had put 2 units on hold within 30.000 ms"),
    ])
    func judged(_ entry: Case) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("attempts.csv", Self.twoOfOne(second: entry.second, paid: entry.paid))
        let verify = try sandbox.stress(
            ["verify", "--history", "attempts.csv", "--units", "1", "--remaining", "0", "--format", "json"]
                + (entry.lapses.map { ["--lapses", $0] } ?? []))
        #expect(verify.exitCode == 1, "\(verify.errors)\(verify.output)")
        let record = try JSON(Data(verify.output.utf8))
        let check = record.check("held-then-sold")
        #expect(check["result"].text == entry.result, "\(check["detail"])")
        #expect(check["detail"].text?.contains(entry.says) == true, "\(check["detail"])")
        #expect(record.check("no-oversell")["result"].text == "violated")
    }

    @Test("one after the other is a right sale, where the first hold had time to lapse", arguments: ["100ms", "200ms"])
    func rightTwin(_ lapses: String) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file(
            "attempts.csv",
            Self.header + Self.row(1, 1, "reserve", 0, 10, "held") + Self.row(2, 2, "reserve", 105, 120, "held")
                + Self.row(3, 2, "pay", 125, 130, "won") + Self.row(4, 1, "pay", 125, 140, "conflict"))
        let verify = try sandbox.stress([
            "verify", "--history", "attempts.csv", "--units", "1", "--remaining", "0", "--lapses", lapses, "--format",
            "json",
        ])
        let record = try JSON(Data(verify.output.utf8))
        // What is on hold is away until it may lapse.
        #expect(verify.exitCode == (lapses == "100ms" ? 0 : 1), "\(verify.errors)\(verify.output)")
        #expect(record.check("linearizable")["result"].text == (lapses == "100ms" ? "upheld" : "violated"))
    }

    @Test(
        "what --lapses cannot mean is refused",
        arguments: [
            (["--lapses", "0"], "found 0"), (["--lapses", "soon"], "--lapses"), (["--lapses", "5"], "no unit"),
        ])
    func refused(_ flags: [String], _ words: String) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("attempts.csv", Self.twoOfOne(second: 20, paid: 50))
        let verify = try sandbox.stress(["verify", "--history", "attempts.csv", "--units", "1"] + flags)
        #expect(verify.exitCode == 64 && verify.errors.contains(words), "\(verify.errors)")
        let folder = try sandbox.stress(["verify", "results/latest", "--lapses", "5s"])
        #expect(folder.exitCode == 64 && folder.errors.contains("--lapses is for --history"), "\(folder.errors)")
    }
}
