import FlashSale
import Strategies
import Testing

@Suite struct ProbeUnitsTests {
    private static func call(_ text: String) -> Strategy.Call {
        .command(.init(arguments: [Template(text: text)], line: 1))
    }

    private static let one = Strategy.Probe([.init(.call(call("a")))])
    private static let difference = Strategy.Probe([
        .init(.call(call("a"))), .init(.call(call("b")), isSubtracted: true),
    ])
    private static let sum = Strategy.Probe(["a", "b", "c"].map { .init(.call(call($0))) })

    @Test(
        "the units left, from what the commands gave",
        arguments: [
            (one, [7], 7), (one, [-1], -1), (one, [Int.min], Int.min),
            (difference, [10, 3], 7), (difference, [3, 10], -7), (difference, [0, 0], 0),
            (difference, [Int.min, 1], nil), (difference, [0, Int.min], nil), (difference, [-1, Int.min], Int.max),
            (sum, [1, 2, 3], 6), (sum, [-1, 0, 1], 0), (sum, [Int.max, 1, -1], nil), (sum, [Int.max, 0, 0], Int.max),
        ] as [(Strategy.Probe, [Int], Int?)])
    func units(probe: Strategy.Probe, numbers: [Int], expected: Int?) {
        #expect(probe.calls.count == numbers.count)
        #expect(probe.units(from: numbers, of: 10) == expected)
    }

    @Test(
        "numbers of the file among those of the server; there are 10 units",
        arguments: [
            ("{ total: '{units}', minus: 'GET {lock}' }", [3], 7), ("{ total: 100, minus: 'GET {lock}' }", [3], 97),
            ("{ total: '{units - 1}', minus: 'GET {lock}' }", [3], 6),
            ("{ total: 'GET {stock}', minus: { sum: [ 'LLEN {lock}', 'SCARD {lock}', 1 ] } }", [9, 2, 3], 3),
            ("{ total: { sum: [ 'GET {stock}', '{units}' ] }, minus: 'GET {lock}' }", [5, 1], 14),
            ("{ sum: [ 'GET {stock}', { read: 'GET {lock}', missing: 0 } ] }", [5, 0], 5),
        ] as [(String, [Int], Int)])
    func constants(text: String, numbers: [Int], expected: Int) throws {
        let yaml = Played.yaml(buy: ["{ finish: won }"]).replacing("stock: GET {stock}", with: "stock: \(text)")
        let probe = try StrategyFile.parse(yaml, file: "x").stock
        #expect(probe.calls.count == numbers.count && probe.missing(units: 10).count == numbers.count)
        #expect(probe.units(from: numbers, of: 10) == expected)
    }

    @Test("only where the file says so does a missing key stand for a number")
    func missing() throws {
        func missing(_ text: String) throws -> [Int?] {
            let yaml = Played.yaml(buy: ["{ finish: won }"]).replacing("stock: GET {stock}", with: "stock: \(text)")
            return try StrategyFile.parse(yaml, file: "x").stock.missing(units: 10)
        }
        #expect(try missing("GET {stock}") == [nil])
        #expect(try missing("{ read: 'GET {stock}', missing: '{units}' }") == [10])
        #expect(try missing("{ total: '{units}', minus: { read: 'GET {lock}', missing: 0 } }") == [0])
        #expect(try missing("{ sum: [ 'GET {stock}', { read: 'GET {lock}', missing: 0 } ] }") == [nil, 0])
    }

    @Test(
        "each way to write it",
        arguments: [
            ("GET {stock}", ["GET"], false), ("[ GET, '{stock}' ]", ["GET"], false),
            ("{ read: 'GET {stock}' }", ["GET"], false),
            ("{ read: 'GET {stock}', below-zero: sold-out }", ["GET"], true),
            ("{ total: 'GET {stock}', minus: 'LLEN {lock}' }", ["GET", "LLEN"], false),
            ("{ minus: 'LLEN {lock}', below-zero: sold-out, total: 'GET {stock}' }", ["GET", "LLEN"], true),
            ("{ sum: [ 'GET {stock}', 'LLEN {lock}', 'SCARD {lock}' ] }", ["GET", "LLEN", "SCARD"], false),
            ("{ script: buy, keys: [ '{stock}' ] }", ["script buy"], false),
            ("{ read: { function: left } }", ["function left"], false),
            ("{ total: 'GET {stock}', minus: { script: buy } }", ["GET", "script buy"], false),
        ])
    func parses(text: String, expected: [String], belowZero: Bool) throws {
        let yaml = Played.yaml(buy: ["{ finish: won }"]).replacing("stock: GET {stock}", with: "stock: \(text)")
        let probe = try StrategyFile.parse(yaml, file: "x").stock
        let names = probe.calls.map { call in
            switch call {
            case .command(let command): command.name
            case .script(let call): call.callee.title
            case .query(let query): query.at ?? ""
            }
        }
        #expect(names == expected)
        #expect(probe.belowZeroIsSoldOut == belowZero)
    }
}
