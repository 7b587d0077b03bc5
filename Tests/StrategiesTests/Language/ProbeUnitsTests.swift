import FlashSale
import Strategies
import Testing

@Suite struct ProbeUnitsTests {
    private static func call(_ text: String) -> Strategy.Call {
        .command(.init(arguments: [Template(text: text)], line: 1))
    }

    private static let one = Strategy.Probe([.init(.call(call("a")))])
    private static let difference = Strategy.Probe([.init(.call(call("a"))), .init(.call(call("b")), isSubtracted: true)])
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
            }
        }
        #expect(names == expected)
        #expect(probe.belowZeroIsSoldOut == belowZero)
    }
}
