import Foundation
import TestSupport
import Testing

/// Scripts that answer with more than anybody needs.
struct OversizedReplyRunTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What a buyer who won is answered.
        var answer: String
        /// What the report says of its size; nil where it is read.
        var size: String?
    }

    static let cases = [
        Case(
            testDescription: "two million numbers",
            answer: "local t = {}; for i = 1, 2000000 do t[i] = 1 end; return t",
            size: "an array of 2,000,000 elements"),
        Case(
            testDescription: "lists of lists",
            answer: "local t = {}; for i = 1, 300 do t[i] = {}; for j = 1, 1000 do t[i][j] = j end end; return t",
            size: "more than the 1 MiB"),
        Case(
            testDescription: "a text of 20 million bytes", answer: "return string.rep('x', 20000000)",
            size: "a text of 20,000,000 bytes"),
        Case(testDescription: "a text of a million bytes", answer: "return string.rep('x', 1000000)", size: nil),
    ]

    private static func yaml(_ answer: String) -> String {
        """
        strategy: talkative
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        scripts:
          buy: |
            if tonumber(redis.call('GET', KEYS[1])) < 1 then return 0 end
            redis.call('DECR', KEYS[1])
            \(answer)
        buy:
          - script: buy
            keys: [ "{stock}" ]
            outcomes: [ { when: 0, then: sold-out }, { when: "/^x/", then: won }, { when: array, then: won } ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    }

    @Test(arguments: cases) func inARun(_ row: Case) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("mine.yaml", Self.yaml(row.answer))
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "2", "--clients", "2", "--strategy", "mine.yaml", "--units", "8",
            "--buyers",
            "40", "--no-rehearsal",
        ])
        let record = try sandbox.record()
        #expect(run.exitCode == (row.size == nil ? 0 : 2), "\(run.errors)")
        #expect(record["verdict"].text == (row.size == nil ? "upheld" : "inconclusive"))
        #expect(run.output.utf8.count + run.errors.utf8.count < 20_000)
        #expect(record["totals"]["won"].number == (row.size == nil ? 8 : 0))
        #expect(record["totals"]["unknown"].number == (row.size == nil ? 0 : 8))
        if let size = row.size {
            #expect(record.finding("hole")?.contains("A buyer's reply was \(size)") == true)
        } else {
            #expect(record.finding("hole") == nil)
        }
        sandbox.expectNothingLeft()
    }

    @Test(arguments: cases.filter { $0.size != nil }) func inARehearsal(_ row: Case) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("mine.yaml", Self.yaml(row.answer))
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(check.exitCode == 2, "\(check.errors)")
        #expect(check.output.utf8.count + check.errors.utf8.count < 20_000)
        let words = check.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("hole the reply (\(row.size ?? "")"), "\(check.output)")
        sandbox.expectNothingLeft()
    }
}
