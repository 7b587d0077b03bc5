import FlashSale
import Strategies
import Testing

/// `and` and `or`, `%`, `draw:`, and numbers that need no braces.
@Suite struct LanguageGapsTests {
    private static let draw = "draw: { seat: \"1..{units}\" }"

    @Test(
        "several conditions; this attempt is number 5, of buyer 3, for 2 of 10 units",
        arguments: [
            ("left > 0 and quantity == 2", ["1", "x"], true), ("left > 0 and quantity == 3", ["1", "x"], false),
            ("left > 5 or quantity == 2", ["1", "x"], true), ("left > 5 or quantity == 3", ["1", "x"], false),
            // `and` binds closer.
            ("left == 1 or left == 2 and quantity == 3", ["1", "x"], true),
            ("left == 2 and quantity == 3 or left == 1", ["1", "x"], true),
            ("quantity == 3 and left == 1 or left == 2", ["1", "x"], false),
            ("kind == 'vip' and left > 0", ["1", "vip"], true), ("kind == 'a and b'", ["1", "a and b"], true),
            ("kind == 'a or b' and left == 1", ["1", "a or b"], true), ("not kind or left > 0", ["0"], true),
            ("not kind and left > 0", ["0"], false), ("kind and left == 1", ["1", "x"], true),
            // What was not captured holds by itself neither way, and does not spoil the other part.
            ("kind == 'vip' or left == 0", ["0"], true), ("kind != 'vip' and left == 0", ["0"], false),
            ("{left - 1} == 0 and {buyer} == 3", ["1", "x"], true),
            ("buyer % 2 == 1", ["0"], true), ("buyer % 3 == 0", ["0"], true), ("buyer % 4 == 0", ["0"], false),
            ("left % units == 3", ["13", "x"], true), ("left % 4 == 3", ["-1"], true),
            ("buyer % 2 + 1 == 2", ["0"], true), ("10 - buyer % 2 == 9", ["0"], true), ("7 % 4 == 3", ["0"], true),
        ] as [(String, [Said], Bool)])
    func conditions(condition: String, replies: [Said], expected: Bool) throws {
        let program = try Played.program(
            buy: "{ send: 'GET {stock}', as: left }", "{ if: left > 0, send: 'GET {lock}', as: kind }",
            "{ if: \"\(condition)\", finish: won }", "{ finish: sold-out }")
        #expect(Played.play(program, replies, quantity: 2).result == .init(expected ? .won : .soldOut))
    }

    @Test("a remainder in a command, in a key and in what is left")
    func remainders() throws {
        let yaml = Played.yaml(
            buy: [
                "{ send: 'GET {shard}', as: left }",
                "{ send: 'SET {lock} a{attempt % 4}b {left % 7 + 1} {units % 3}' }",
                "{ send: 'DECR {shard}', outcomes: [ { when: any, then: won, remaining: '{reply % 5}' } ] }",
            ]
        ).replacing("lock: \"{sale}:l\"", with: "lock: \"{sale}:l\", shard: \"{sale}:s:{buyer % 2}\"")
        let played = Played.play(try Played.program(yaml: yaml), [20, .ok, 13])
        #expect(played.writes == ["GET {t}:s:1", "SET {t}:l a1b 7 1", "DECR {t}:s:1"])
        #expect(played.result == .init(.won, remaining: 3))
    }

    @Test("a number that is drawn is the same all over an attempt, and another one in the next")
    func draws() throws {
        let program = try Played.program(
            buy: "{ send: 'SETBIT {stock} {seat} 1', outcomes: [ { when: 1, then: sold-out } ] }",
            "{ send: 'HSET {lock} {seat} {buyer}' }",
            "{ if: seat % 2 == 0, send: 'SET {lock} even{seat}' }", "{ finish: won, remaining: '{units - seat}' }",
            head: Self.draw)
        var machine = StrategyMachine(program)
        var again = StrategyMachine(program)
        var seen: Set<Int> = []
        for attempt in 1...100 {
            machine.context.attempt = attempt
            let first = Self.seat(&machine, attempt)
            #expect(first == Self.seat(&again, attempt))
            seen.insert(first)
        }
        #expect(seen == Set(1...10))
    }

    /// Plays an attempt that draws a seat, which it names at every step.
    private static func seat(_ machine: inout StrategyMachine, _ attempt: Int) -> Int {
        _ = machine.begin(.init(buyer: 3, purchase: 4, attempt: attempt))
        let words = Played.commands(Array(machine.output)).split(separator: " ")
        let seat = Int(words[2]) ?? 0
        var replies: [Said] = [0, 1]
        if seat % 2 == 0 { replies.append(.ok) }
        let played = Played.play(&machine, replies, attempt: attempt)
        #expect(played.writes[0] == "SETBIT {t}:s \(seat) 1" && played.writes[1] == "HSET {t}:l \(seat) 3")
        if seat % 2 == 0 { #expect(played.writes[2] == "SET {t}:l even\(seat)") }
        #expect(played.result == .init(.won, remaining: 10 - seat))
        return seat
    }

    @Test("a file that draws nothing draws the same random numbers as ever")
    func seeds() throws {
        let buy = "{ send: 'SET {lock} {random} {random 1..1000}', outcomes: [ { when: ok, then: won } ] }"
        let plain = Played.play(try Played.program(buy: buy), [.ok])
        let drawing = Played.play(try Played.program(buy: buy, head: Self.draw), [.ok])
        #expect(plain.writes[0].split(separator: " ")[2] == drawing.writes[0].split(separator: " ")[2])
    }

    @Test(
        "what a draw may be drawn from",
        arguments: [
            ("1..{units}", 10, 1...10), ("0..{units - 1}", 10, 0...9), ("5..5", 10, 5...5), ("-3..3", 1, -3...3),
            ("{units}..{units + 5}", 2, 2...7), ("1..{units - 5}", 3, nil),
        ] as [(String, Int, ClosedRange<Int>?)])
    func ranges(text: String, units: Int, expected: ClosedRange<Int>?) throws {
        let yaml = Played.yaml(buy: ["{ finish: won }"], head: "draw: { seat: \"\(text)\" }")
        let strategy = try StrategyFile.parse(yaml, file: "x")
        #expect(strategy.draws[0].range(units: units) == expected)
        #expect((strategy.emptyDraw(units: units) == nil) == (expected != nil))
    }

    @Test("remaining: 0 needs no braces, and a pause between attempts is read")
    func plainNumbers() throws {
        let program = try Played.program(
            buy:
                "{ send: 'DECR {stock}', outcomes: [ { when: 0, then: won, remaining: 0 }, { when: any, then: sold-out } ] }",
            head: "backoff: 1ms..5ms")
        #expect(Played.play(program, [0]).result == .init(.won, remaining: 0))
        #expect(program.backoffMicroseconds == .init(min: 1000, max: 5000))
        #expect(try Played.program(buy: "{ finish: won }").backoffMicroseconds.max == 0)
    }

    @Test(
        "how many units every purchase takes where no command says how many are wanted",
        arguments: [
            ("quantity: 2", "DECR {stock}", 2), ("quantity: 1..2", "DECR {stock}", nil),
            ("units: 5", "DECR {stock}", nil),
            ("quantity: 2", "DECRBY {stock} {quantity}", nil),
        ] as [(String, String, Int?)])
    func fixedQuantity(load: String, command: String, expected: Int?) throws {
        let yaml = Played.yaml(
            buy: ["{ send: '\(command)', outcomes: [ { when: any, then: won } ] }"], head: "load: { \(load) }")
        #expect(try StrategyFile.parse(yaml, file: "x").fixedQuantity == expected)
    }
}
