import FlashSale
import Shop
import Testing

/// What was sent beside what the server counted: which differences are a finding, and which have a reason.
@Suite struct CommandComparisonTests {
    typealias Numbers = SentCommands.Numbers

    /// An attempt of WATCH, GET, MULTI (SET) EXEC, and 100 of them of which 40 wrote.
    private static let most = SentCommands([
        "WATCH": Numbers(direct: 1), "GET": Numbers(direct: 1), "MULTI": Numbers(direct: 1), "SET": Numbers(queued: 1),
        "EXEC": Numbers(direct: 1), "UNWATCH": Numbers(direct: 1),
    ])
    private static let sent = SentCommands([
        "WATCH": Numbers(direct: 100), "GET": Numbers(direct: 100), "MULTI": Numbers(direct: 40),
        "SET": Numbers(queued: 40), "EXEC": Numbers(direct: 40), "UNWATCH": Numbers(direct: 60),
    ])
    private static let counted = ["WATCH": 100, "GET": 100, "MULTI": 40, "SET": 30, "EXEC": 40, "UNWATCH": 60]

    private static func compare(
        _ change: [String: Int], doubt: CommandComparison.Doubt = .init(), reach: ScriptReach = .commands([])
    ) -> CommandComparison {
        CommandComparison(
            sent: sent, mostPerAttempt: most, counted: counted.merging(change) { $1 }, reach: reach, doubt: doubt)
    }

    struct Case: CustomTestStringConvertible {
        var change: [String: Int]
        var doubt = CommandComparison.Doubt()
        var reach = ScriptReach.commands([])
        var findings: [FindingName]

        var testDescription: String { "\(change) \(doubt) \(reach)" }
    }

    @Test(arguments: [
        Case(change: [:], findings: []),
        // A transaction may give up, but never runs twice.
        Case(change: ["SET": 0], findings: []),
        Case(change: ["SET": 41], findings: [.commandsDiffer]),
        Case(change: ["GET": 101], findings: [.commandsDiffer]),
        Case(change: ["GET": 99], findings: [.commandsDiffer]),
        Case(change: ["GET": 0], findings: [.commandsDiffer]),
        // What broke off may not have arrived.
        Case(change: ["GET": 98], doubt: .init(brokenOff: 2), findings: []),
        Case(change: ["GET": 97], doubt: .init(brokenOff: 2), findings: [.commandsDiffer]),
        Case(change: ["GET": 101], doubt: .init(brokenOff: 2), findings: [.commandsDiffer]),
        // A lost worker's commands were counted by the server only.
        Case(change: ["GET": 105, "SET": 45], doubt: .init(untold: 5), findings: []),
        Case(change: ["GET": 106], doubt: .init(untold: 5), findings: [.commandsDiffer]),
        Case(change: ["GET": 99], doubt: .init(untold: 5), findings: [.commandsDiffer]),
        // A server that does not count what it refuses may count fewer.
        Case(change: ["GET": 90], doubt: .init(refusalsAreCounted: false), findings: []),
        Case(change: ["GET": 101], doubt: .init(refusalsAreCounted: false), findings: [.commandsDiffer]),
        // Somebody else.
        Case(change: ["LPUSH": 1], findings: [.foreignCommands]),
        Case(change: ["LPUSH": 1, "GET": 200], findings: [.foreignCommands, .commandsDiffer]),
        Case(change: ["LPUSH": 1], doubt: .init(brokenOff: 50, untold: 50), findings: [.foreignCommands]),
        // Our own connections, and replicas.
        Case(change: ["INFO": 3, "PING": 9, "CLIENT": 400, "AUTH": 1, "SELECT": 1, "REPLCONF": 7], findings: []),
        // Scripts.
        Case(change: ["LPUSH": 1], reach: .commands(["LPUSH"]), findings: []),
        Case(change: ["GET": 300], reach: .commands(["GET"]), findings: []),
        Case(change: ["GET": 99], reach: .commands(["GET"]), findings: [.commandsDiffer]),
        Case(change: ["RPUSH": 1], reach: .commands(["LPUSH"]), findings: [.foreignCommands]),
        Case(change: ["RPUSH": 1, "GET": 300], reach: .anything, findings: []),
        Case(change: ["EVALSHA": 1], reach: .anything, findings: [.foreignCommands]),
        Case(change: ["WATCH": 101], reach: .anything, findings: [.commandsDiffer]),
    ])
    func differences(_ given: Case) {
        #expect(
            Self.compare(given.change, doubt: given.doubt, reach: given.reach).findings.map(\.name) == given.findings)
    }

    @Test func theNumbersSideBySide() {
        let comparison = Self.compare(["LPUSH": 7, "INFO": 3])
        #expect(comparison.byName["SET"] == .init(sent: 40, queued: 40, counted: 30))
        #expect(comparison.byName["GET"] == .init(sent: 100, queued: 0, counted: 100))
        #expect(comparison.byName["LPUSH"] == .init(sent: 0, queued: 0, counted: 7))
        #expect(comparison.byName["INFO"] == nil)
        #expect(comparison.executed == 100 + 100 + 40 + 30 + 40 + 60)
    }

    @Test func whatOthersDidIsNotOurs() {
        #expect(Self.compare(["GET": 5000]).executed == Self.compare([:]).executed)
        #expect(Self.compare(["GET": 103], doubt: .init(untold: 5)).executed == Self.compare([:]).executed + 3)
    }

    @Test func theWordsNameTheCommands() throws {
        let findings = Self.compare(["GET": 1234, "A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 6000]).findings
        try #require(findings.count == 2)
        #expect(findings[0].detail.contains("6,000 F, 5 E, 4 D, 3 C, 2 B and 1 more name."))
        #expect(findings[1].detail.contains("GET 1,234 instead of 100."))
    }
}
