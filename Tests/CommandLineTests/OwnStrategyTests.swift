import Foundation
import TestSupport
import Testing

/// Strategies that a user wrote.
struct OwnStrategyTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    /// A plain DECR, which is right, with its orders in the same transaction.
    private static let decrement = """
        strategy: mine
        summary: DECR below zero means that nothing was left
        keys:
          stock: "{sale}:left"
          orders: "{sale}:who"
        open:
          - SET {stock} {units}
        buy:
          - send: GET {stock}
            outcomes:
              - { when: "<= 0", then: sold-out }
          - send: WATCH {stock}
          - send: GET {stock}
            outcomes:
              - { when: "<= 0", then: sold-out }
          - think: 1ms
          - atomically:
              - DECR {stock}
              - HSET {orders} {attempt} {buyer}
            outcomes:
              - { when: nil, then: conflict }
              - { when: array, then: won, remaining: "reply[0]" }
        stock: GET {stock}
        ledger: { read: "HGETALL {orders}", holds: attempt-to-buyer, atomic: true }
        close:
          - DEL {stock} {orders}

        """

    @Test(arguments: ["./mine.yaml", "sub/mine.yml", "no extension"])
    func runsAFile(_ name: String) throws {
        _ = try sandbox.folder.folder("sub")
        try sandbox.folder.file(name, Self.decrement)
        let run = try sandbox.run(["--strategy", name])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["strategy"].text == "mine")
        #expect(record["scenario"]["strategy"]["yaml"].text == Self.decrement)
        #expect(sandbox.resultFolders.first?.hasSuffix("-mine") == true)
        #expect(record["totals"]["won"].number == record["sale"]["ledger_orders"].number)
    }

    /// Its last step knows no reply that ever comes.
    @Test func aReplyThatNothingMatchesIsAHole() throws {
        let text = Self.decrement
            .replacingOccurrences(of: "{ when: nil, then: conflict }", with: "{ when: error NOPE, then: failed }")
            .replacingOccurrences(
                of: "{ when: array, then: won, remaining", with: "{ when: \"[0] >= 1000\", then: won, remaining")
        try sandbox.folder.file("hole.yaml", text)
        let run = try sandbox.run(["--strategy", "hole.yaml"])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["verdict"].text == "inconclusive")
        let unknown = record["totals"]["unknown"].number ?? 0
        #expect(unknown > 0 && record["totals"]["won"].number == 0)
        // The reply itself is told, so that the author can add the missing rule.
        let finding = try #require(record.finding("hole"))
        #expect(finding.contains("(nil)") || finding.contains("[(integer)"))
        #expect(run.output.hasPrefix("INCONCLUSIVE"))
    }

    /// The first sales are what the file knows, and later ones are not: the verdict is capped all the same.
    @Test func someHolesAreEnough() throws {
        let text = Self.decrement.replacingOccurrences(
            of: "{ when: array, then: won, remaining", with: "{ when: \"[0] >= 190\", then: won, remaining")
        try sandbox.folder.file("hole.yaml", text)
        let run = try sandbox.run(["--strategy", "hole.yaml", "--think-time", "2ms"])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["totals"]["won"].number == 10)
        #expect(record.finding("hole")?.contains("[(integer) 1") == true)
    }

    // MARK: Refused

    private func refusal(_ text: String, _ name: String = "bad.yaml") throws -> String {
        try sandbox.folder.file(name, text)
        return try refusal(of: name)
    }

    private func refusal(of name: String, exitCode: Int32 = 64) throws -> String {
        let run = try sandbox.run(["--strategy", name])
        #expect(run.exitCode == exitCode)
        #expect(run.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
        return run.errors
    }

    @Test func aMistakeIsShownWithItsPlace() throws {
        let text = Self.decrement.replacingOccurrences(of: "  - think: 1ms", with: "  - think: quickly")
        let errors = try refusal(text)
        let line =
            1 + text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("quickly") }!
        #expect(errors.contains("bad.yaml:\(line):"))
        #expect(errors.contains("quickly"))
    }

    @Test(arguments: [
        ("then: conflict", "then: conflcit", "conflict"), ("strategy: mine", "strategy: \"Mine, all mine\"", "name"),
        ("WATCH {stock}", "WATCH {stok}", "stok"), ("  - DEL", "  - FLUSHALL\n  - DEL", "FLUSHALL"),
        ("buy:", "buy: [", "YAML"), ("stock: GET", "stok: GET", "stok"), ("keys:", "keys: &a", "anchors"),
    ])
    func refuses(part: String, replacement: String, mentioned: String) throws {
        let text = Self.decrement.replacingOccurrences(of: part, with: replacement)
        #expect(text != Self.decrement)
        let errors = try refusal(text)
        #expect(errors.contains("bad.yaml:"), "\(errors)")
        // The place is a line of the file.
        let place = errors.components(separatedBy: "bad.yaml:").last?.prefix { $0.isNumber }
        #expect(Int(place ?? "") != nil, "\(errors)")
        #expect(errors.contains(mentioned), "\(errors)")
    }

    @Test(arguments: ["missing.yaml", "./missing", "no/such/folder/mine.yml"])
    func saysThatAFileDoesNotExist(_ name: String) throws {
        let errors = try refusal(of: name)
        #expect(errors.contains(name) && errors.contains("does not exist"))
    }

    @Test func refusesWhatIsNoStrategyFile() throws {
        #expect(try refusal("").contains("bad.yaml"))
        #expect(try refusal("- 1\n- 2\n").contains("bad.yaml"))
        #expect(try refusal(String(repeating: "# long\n", count: 60_000)).contains("bytes"))
        try Data([0xff, 0xfe, 0x00]).write(to: URL(fileURLWithPath: sandbox.path + "/bytes.yaml"))
        #expect(try refusal(of: "bytes.yaml").contains("UTF-8"))
        _ = try sandbox.folder.folder("folder.yaml")
        #expect(try refusal(of: "folder.yaml").contains("folder.yaml"))
    }

    @Test func refusesACommandThatTheServerDoesNotHave() throws {
        let errors = try refusal(Self.decrement.replacingOccurrences(of: "DECR {stock}", with: "DECREASE {stock}"))
        #expect(errors.contains("DECREASE") && errors.contains("bad.yaml:18"), "\(errors)")
    }

    @Test func refusesAKeyThatIsNotTheSales() throws {
        let errors = try refusal(
            Self.decrement.replacingOccurrences(of: "HSET {orders} {attempt}", with: "HSET everybody:orders {attempt}"))
        #expect(errors.contains("everybody:orders") && errors.contains("{sale}"), "\(errors)")
    }

    /// A whole file as large as allowed is larger than a pipe, and reaches the workers all the same.
    @Test func takesALongFile() throws {
        try sandbox.folder.file(
            "long.yaml", Self.decrement + String(repeating: "# why this scheme is right: patience\n", count: 6500))
        #expect(try sandbox.run(["--strategy", "long.yaml"]).exitCode == 0)
    }
}
