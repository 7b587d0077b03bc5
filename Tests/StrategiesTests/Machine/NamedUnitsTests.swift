import FlashSale
import Strategies
import Testing

/// Which units an outcome names, from every place where a file can look for them.
@Suite struct NamedUnitsMachineTests {
    struct Case: CustomTestStringConvertible, Sendable {
        /// What stands after `unit:`.
        var unit: String
        var reply: Said
        var quantity = 1
        /// The names; nil where they cannot be had.
        var names: [String]?
        var testDescription: String { "\(unit) of \(reply.reply.description) for \(quantity)" }

        init(_ unit: String, _ reply: Said, quantity: Int = 1, _ names: [String]?) {
            self.unit = unit
            self.reply = reply
            self.quantity = quantity
            self.names = names
        }
    }

    private static let longest = String(repeating: "x", count: 255)

    static let cases: [Case] = [
        Case("reply", "A7", ["A7"]),
        Case("reply", 17, ["17"]),
        Case("reply", -9_223_372_036_854_775_807, ["-9223372036854775807"]),
        Case("reply", .status("A7"), ["A7"]),
        Case("reply", .string(longest), [longest]),
        Case("reply", .string(longest + "x"), nil),
        Case("reply", "", nil),
        Case("reply", ["A7", "A8"], quantity: 2, ["A7", "A8"]),
        Case("reply", ["A7", 8], quantity: 3, ["A7", "8"]),
        Case("reply", ["A7", "A8"], nil),
        Case("reply", [], nil),
        Case("reply", ["A7", .null], quantity: 2, nil),
        Case("reply", ["A7", ["A8"]], quantity: 2, nil),
        Case("\"reply[1]\"", [0, "座位 7"], ["座位 7"]),
        Case("\"reply[1]\"", [0, ["A7", "A8"]], quantity: 2, ["A7", "A8"]),
        Case("\"reply[2]\"", [0, "A7"], nil),
        Case("\"reply[0][1]\"", [[1, "x;y"]], ["x;y"]),
        Case("json.seat", "{\"seat\": \"A7\"}", ["A7"]),
        Case("json.seat", "{\"seat\": \"\\u0041\\\"7\"}", ["A\"7"]),
        Case("json.seat", "{\"seat\": 7}", ["7"]),
        Case("json.seat", "{\"seat\": null}", nil),
        Case("json.seat", "{\"place\": 7}", nil),
        Case("json.seats", "{\"seats\": [\"A7\", 8]}", quantity: 2, ["A7", "8"]),
        Case("json.seats", "{\"seats\": [\"A7\", [8]]}", quantity: 2, nil),
        Case("json.seats", "{\"seats\": [\"A7\", \"A8\", \"A9\"]}", quantity: 2, nil),
        Case("json.seats", "{\"seats\": []}", quantity: 2, nil),
        Case("'row-{attempt}'", 1, ["row-5"]),
        Case("'A{reply}'", 7, ["A7"]),
        Case("'A{reply}'", "seven", ["Aseven"]),
        Case("'A{reply - 1}'", 7, ["A6"]),
        Case("'A{reply - 1}'", "seven", nil),
        Case("'{reply[0]}/{reply[1]}'", ["B", 7], ["B/7"]),
        Case("'{json.row}{json.seat}'", "{\"row\": \"B\", \"seat\": 7}", ["B7"]),
        Case("[ 'reply[0]', 'reply[1]' ]", ["A7", "A8"], quantity: 2, ["A7", "A8"]),
        Case("[ 'reply[0]', 'reply[1]' ]", ["A7"], quantity: 2, nil),
    ]

    private static func program(_ unit: String, quantity: Int) throws -> StrategyProgram {
        let yaml = Played.yaml(buy: ["{ send: LPOP {stock}, outcomes: [ { when: any, then: won, unit: UNIT } ] }"])
            .replacing("{ send: LPOP {stock}", with: "{ send: 'LPOP {stock}'").replacing("UNIT", with: unit)
        let strategy = try StrategyFile.parse(yaml, file: "test.yaml")
        let scenario = Scenario(
            strategy: .init(name: "mine", yaml: yaml), units: 10, buyers: 10,
            quantity: .init(min: 1, max: max(3, quantity)), procs: 1, threads: 1)
        return StrategyProgram(strategy, saleTag: "{t}", readOnlyCommands: [], scenario: scenario)
    }

    private static func names(_ machine: borrowing StrategyMachine) -> [String] {
        UnitNameList(machine.unitNames)?.map { String(decoding: $0, as: UTF8.self) } ?? []
    }

    @Test(arguments: cases) func takes(_ row: Case) throws {
        var machine = StrategyMachine(try Self.program(row.unit, quantity: row.quantity))
        let played = Played.play(&machine, [row.reply], quantity: row.quantity)
        let result = try #require(played.result)
        #expect(result.outcome == .won && result.namesUnits == (row.names != nil))
        #expect(result.isHole == (row.names == nil), "a win of which nobody can say the unit")
        #expect(Self.names(machine) == row.names ?? [])
        #expect((machine.firstNameless == nil) == (row.names != nil) && machine.firstHole == nil)
    }

    @Test("bytes that are no text name nothing")
    func bytes() throws {
        var machine = StrategyMachine(try Self.program("reply", quantity: 1))
        var reply = Reply()
        [UInt8]([0x41, 0xFF]).withUnsafeBytes { reply.append(.string, bytes: $0) }
        _ = machine.begin(.init(buyer: 1, purchase: 1, attempt: 1))
        guard case .finish(let result) = machine.receive(reply) else { throw CancellationError() }
        #expect(result.outcome == .won && result.isHole && !result.namesUnits)
    }

    @Test("the names of one attempt are not those of the next")
    func again() throws {
        var machine = StrategyMachine(try Self.program("reply", quantity: 2))
        for name in ["A7", "B", longName] {
            let result = Played.play(&machine, [.string(name)]).result
            #expect(result?.namesUnits == true && Self.names(machine) == [name])
        }
        #expect(Played.play(&machine, [.null]).result?.isHole == true)
        #expect(Self.names(machine) == [])
    }

    private var longName: String { String(repeating: "é", count: 127) }

    @Test("an outcome without unit: names nothing, and is no hole")
    func others() throws {
        let program = try Played.program(
            buy: "{ send: 'LPOP {stock}', outcomes: [ { when: nil, then: sold-out }, { when: any, then: won } ] }")
        #expect(!program.namesUnits)
        let result = Played.play(program, ["A7"]).result
        #expect(result == StrategyMachine.Result(.won))
    }

    @Test("a lost answer that has no name is no hole; a captured name stays after the steps that follow")
    func captured() throws {
        let program = try Played.program(
            buy: "{ send: 'LPOP {stock}', as: code }",
            "{ send: 'SET {lock} {code}', outcomes: [ { when: error, then: unknown, unit: reply } ] }",
            "{ finish: won, unit: '{code}', remaining: '{units}' }", finally: ["{ send: 'DEL {lock}' }"])
        var machine = StrategyMachine(program)
        let won = Played.play(&machine, ["A7", .ok, 1]).result
        #expect(won?.outcome == .won && won?.namesUnits == true && Self.names(machine) == ["A7"])
        let unknown = Played.play(&machine, ["A8", .error("ERR no"), 1]).result
        #expect(unknown?.outcome == .unknown && unknown?.isHole == false && unknown?.namesUnits == false)
        let lost = Played.play(&machine, ["A9", .ok]).result
        #expect(lost?.outcome == .won && lost?.namesUnits == true && Self.names(machine) == ["A9"])
    }
}
