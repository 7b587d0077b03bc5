import FlashSale
import Strategies
import Testing

@testable import Shop
@testable import Stores

/// Orders in the rows of another store.
@Suite struct LedgerTableTests {
    private static func rule(_ rest: String) throws -> Strategy.LedgerRule {
        let yaml = """
            strategy: mine
            buy: [ { http: GET /buy, outcomes: [ { when: any, then: won } ] } ]
            stock: { http: GET /stock }
            ledger: { sql: SELECT 1, at: $DB, \(rest) }
            """
        return try #require(try StrategyFile.parse(yaml, file: "mine.yaml").ledger)
    }

    private static func table(_ columns: [String], _ rows: [[String?]]) -> StoreTable {
        var table = StoreTable(columns: columns, columnCount: max(columns.count, rows.first?.count ?? 0))
        for cell in rows.joined() {
            if let cell { table.append(cell.utf8) } else { table.appendNull() }
        }
        return table
    }

    private static func ledger(_ rule: Strategy.LedgerRule, _ table: StoreTable) throws -> Ledger {
        var reading = LedgerReading(by: rule)
        try reading.read(table, place: "mine.yaml:4")
        return reading.sorted()
    }

    @Test func columnsAreToldFromTheLeft() throws {
        let rule = try Self.rule(#"holds: [ attempt, "u{buyer}", quantity, "{any}" ]"#)
        let ledger = try Self.ledger(
            rule,
            Self.table(
                ["id", "name", "n", "note"],
                [["12", "u3", "2", "x"], ["11", "u4", "1", nil], ["9", "someone", "1", "x"], ["8", "u5", nil, "x"]]))
        #expect(
            ledger.orders == [.init(attempt: 11, buyer: 4, quantity: 1), .init(attempt: 12, buyer: 3, quantity: 2)])
        #expect(ledger.unreadable == ["9 someone 1 x", "8 u5 NULL x"])
        // A table keeps every row: the same order twice is two.
        #expect(!ledger.mergesRepeats)
    }

    @Test func columnsAreToldByName() throws {
        let rule = try Self.rule(#"fields: { purchase: order_id, user: "u{buyer}" }"#)
        let ledger = try Self.ledger(rule, Self.table(["user", "at", "ORDER_ID"], [["u3", "now", "7"]]))
        #expect(ledger.orders == [.init(purchase: 7, buyer: 3)])
    }

    @Test func aUnitThatNobodyHasIsNoOrder() throws {
        let rule = try Self.rule("holds: [ unit, buyer ]")
        let ledger = try Self.ledger(rule, Self.table(["code", "user"], [["A1", "3"], ["A2", "4"]]))
        #expect(ledger.orders.map(\.unit).count == 2 && ledger.unreadable.isEmpty)
    }

    @Test func aNumberCountsThem() throws {
        let rule = try Self.rule("holds: count")
        #expect(try Self.ledger(rule, Self.table(["n"], [["17"]])).countOnly == 17)
        #expect(throws: RunError.self) { try Self.ledger(rule, Self.table(["n"], [["many"]])) }
    }

    @Test(
        arguments: [
            (#"holds: [ attempt, buyer ]"#, ["id"], [["1"]], "tells of 2 columns, and the answer has 1 (id)"),
            (
                #"holds: [ attempt ]"#, ["id", "user"], [["1", "2"]],
                "tells of 1 column, and the answer has 2 (id, user)"
            ),
            (#"fields: { attempt: order }"#, ["id", "user"], [["1", "2"]], "wants a column order"),
            (#"fields: { attempt: order }"#, ["id"], [], "wants a column order"),
            (#"fields: { attempt: order }"#, [], [["1"]], "it has no names"),
        ] as [(String, [String], [[String]], String)]) func aColumnThatIsMissingIsNamed(
            _ rest: String, _ columns: [String], _ rows: [[String]], _ says: String
        ) throws
    {
        let rule = try Self.rule(rest)
        let error = try #require(throws: RunError.self) { try Self.ledger(rule, Self.table(columns, rows)) }
        #expect(error.status == .usage && error.message.hasPrefix("mine.yaml:4: "))
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test(arguments: ["holds: [ attempt, buyer ]", "fields: { attempt: order }"]) func anEmptyTableHasNoOrders(
        _ rest: String
    ) throws {
        #expect(try Self.ledger(Self.rule(rest), Self.table([], [])).orders.isEmpty)
    }
}
