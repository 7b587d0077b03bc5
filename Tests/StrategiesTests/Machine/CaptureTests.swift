import FlashSale
import Strategies
import Testing

/// What attempts remember of their replies.
@Suite struct CaptureTests {
    /// Sends back what it captured as text.
    private static func echo(_ path: String) throws -> StrategyProgram {
        try Played.program(
            buy: "{ send: 'GET {stock}', as: { got: \"\(path)\" } }",
            "{ send: [ SET, '{lock}', '{got}', 'n-{got}' ], outcomes: [ { when: ok, then: won } ] }")
    }

    @Test(
        "a part of a reply, as text",
        arguments: [
            ("reply", 7, "7"), ("reply", -7, "-7"), ("reply", 0, "0"), ("reply", "7", "7"), ("reply", "007", "007"),
            ("reply", "", ""), ("reply", .ok, "OK"), ("reply", "a \"b\"", "a \"b\""), ("reply", "售罄", "售罄"),
            ("reply", "9223372036854775807", "9223372036854775807"), ("reply", .integer(Int.min), "\(Int.min)"),
            ("reply", "{\"a\":1}", "{\"a\":1}"),
            ("reply[0]", ["x", "y"], "x"), ("reply[1]", ["x", 5], "5"), ("reply[1][0]", [[1, 2], ["z"]], "z"),
            ("reply[2]", [[1, [2]], [3], "z"], "z"),
            ("json.left", "{\"left\":5}", "5"), ("json.left", "{\"left\": 1e2 }", "100"),
            ("json.left", "{\"left\":\"five\"}", "five"), ("json.left", .status("{\"left\":5}"), "5"),
            ("json.a[1].b", "{\"a\":[0,{\"b\":\"x\"}]}", "x"), ("json[0]", "[\"x\"]", "x"),
            ("json.text", #"{"text":"a\n\"\u00e9\ud83d\ude00\/"}"#, "a\n\"é😀/"),
            ("json.ok", "{\"ok\":true}", "true"), ("json.ok", "{\"ok\":false}", "false"),
            ("json.id", "{\"id\":1234567890123456789}", "1234567890123456789"),
        ] as [(String, Said, String)])
    func taken(path: String, reply: Said, expected: String) throws {
        let played = Played.play(try Self.echo(path), [reply, .ok])
        #expect(played.writes.last == "SET {t}:l \(expected) n-\(expected)")
        #expect(played.result == .init(.won))
    }

    @Test(
        "what cannot be captured ends the attempt",
        arguments: [
            ("reply", .null), ("reply", []), ("reply", ["7"]), ("reply[0]", "7"), ("reply[0]", []), ("reply[1]", [1]),
            ("reply[0]", [.null]), ("reply[0]", [[1]]), ("reply[0]", [.error("ERR")]), ("reply[0][1]", [1, 2]),
            ("reply[9223372036854775807]", [1]),
            ("json.left", "{}"), ("json.left", "{\"left\":null}"), ("json.left", "{\"left\":[1]}"),
            ("json.left", "{\"left\":{}}"), ("json.left", "{\"left\":1.5}"), ("json.left", "left"), ("json.left", 5),
            ("json.left", ["{\"left\":5}"]), ("json.left", .null), ("json[1]", "[1]"), ("json[0]", "[]"),
        ] as [(String, Said)])
    func notTaken(path: String, reply: Said) throws {
        var machine = StrategyMachine(try Self.echo(path))
        #expect(Played.play(&machine, [reply]).result == .init(.failed, isHole: true))
        #expect(machine.firstError == reply.reply.description)
        // After a write, nobody knows.
        let written = try Played.program(
            buy: "{ send: 'INCR {stock}', as: { got: \"\(path)\" } }",
            "{ send: 'SET {lock} {got}', outcomes: [ { when: ok, then: won } ] }")
        #expect(Played.play(written, [reply]).result == .init(.unknown, isHole: true))
    }

    @Test("several captures of one reply, and one that fails among them")
    func several() throws {
        let program = try Played.program(
            buy: "{ script: buy, as: { code: \"reply[0]\", left: \"reply[1]\", token: \"reply[2][0]\" } }",
            "{ if: code == 1, finish: sold-out }",
            "{ send: 'SET {lock} {token}', outcomes: [ { when: ok, then: won, remaining: '{left}' } ] }")
        var machine = StrategyMachine(program)
        let won = Played.play(&machine, [[0, "4", ["t"]], .ok])
        #expect(won.writes.last == "SET {t}:l t")
        #expect(won.result == .init(.won, remaining: 4))
        #expect(Played.play(&machine, [[1, 4, ["t"]]]).result == .init(.soldOut))
        #expect(Played.play(&machine, [[0, 4, []]]).result == .init(.unknown, isHole: true))
    }

    @Test(
        "where a number is needed, nothing else is captured",
        arguments: ["{left - 1}", "{quantity + left}"],
        ["many", "", "1.5", " 7", "+7", "9007199254740993", "-9223372036854775808", "99999999999999999999"])
    func numbers(use: String, reply: String) throws {
        let program = try Played.program(
            buy: "{ send: 'GET {stock}', as: left }",
            "{ send: 'SET {lock} \(use)', outcomes: [ { when: ok, then: won } ] }")
        #expect(Played.play(program, [.string(reply)]).result == .init(.failed, isHole: true))
        #expect(Played.play(program, ["9007199254740992", .ok]).result == .init(.won))
    }

    @Test(
        "any use as a number makes a capture one",
        arguments: [
            "{ if: left < 5, send: 'GET {lock}' }",
            "{ send: 'GET {lock}', outcomes: [ { when: '< {left}', then: won } ] }",
            "{ if: quantity > 5, finish: won, remaining: '{left}' }",
            "{ send: 'GET {lock}', outcomes: [ { when: 'json.a < {left}', then: won } ] }",
            "{ send: 'GET {lock}', outcomes: [ { when: '[0] < {left}', then: won } ] }",
        ])
    func becomesNumber(step: String) throws {
        let program = try Played.program(buy: "{ send: 'GET {stock}', as: left }", step, "{ finish: won }")
        #expect(Played.play(program, ["many"]) == Played(writes: ["GET {t}:s"], result: .init(.failed, isHole: true)))
    }

    // MARK: Not taken in this attempt

    @Test("a command that needs what was not captured ends the attempt")
    func lack() throws {
        let read = "{ if: quantity > 1, send: 'GET {stock}', as: left }"
        let write = "{ send: 'SET {stock} {left - 1}', outcomes: [ { when: ok, then: won } ] }"
        for (steps, replies, expected) in [
            ("\(read), \(write)", [], Outcome.failed), ("{ send: 'INCR {lock}' }, \(read), \(write)", [1], .unknown),
            ("{ send: 'GET {lock}' }, \(read), \(write)", ["1"], .failed),
            ("\(read), { atomically: [ 'SET {stock} {left}' ], outcomes: [ { when: any, then: won } ] }", [], .failed),
            ("\(read), { script: buy, keys: [ '{left}' ], outcomes: [ { when: any, then: won } ] }", [], .failed),
            ("\(read), { script: buy, args: [ 'x{left}' ], outcomes: [ { when: any, then: won } ] }", [], .failed),
        ] as [(String, [Said], Outcome)] {
            var machine = StrategyMachine(try Played.program(buy: steps))
            #expect(Played.play(&machine, replies).result == .init(expected))
            #expect(machine.firstError?.contains("has not captured") == true)
        }
    }

    @Test("a capture of the attempt before is never used")
    func stale() throws {
        let read = "{ if: quantity > 1, send: 'GET {stock}', as: left }"
        for (steps, last) in [
            ("{ send: 'SET {lock} {left}', outcomes: [ { when: any, then: won } ] }", Played(result: .init(.failed))),
            (
                "{ send: 'GET {lock}' }, { send: 'GET {left}', outcomes: [ { when: any, then: won } ] }",
                Played(writes: ["GET {t}:l"], result: .init(.failed))
            ),
            (
                "{ send: 'GET {lock}', outcomes: [ { when: '< {left}', then: sold-out }, { when: any, then: won } ] }",
                Played(writes: ["GET {t}:l"], result: .init(.won))
            ),
            (
                "{ send: 'GET {lock}', outcomes: [ { when: any, then: won, remaining: '{left}' } ] }",
                Played(writes: ["GET {t}:l"], result: .init(.won))
            ),
            ("{ finish: won, remaining: '{left}' }", Played(result: .init(.won))),
            ("{ finish: won, remaining: '{left - 1}' }", Played(result: .init(.won))),
            ("{ if: left >= 0, finish: sold-out }, { finish: won }", Played(result: .init(.won))),
            ("{ if: left, finish: sold-out }, { finish: won }", Played(result: .init(.won))),
        ] {
            var machine = StrategyMachine(try Played.program(buy: "\(read), \(steps)"))
            // Enough replies for each of them: the first attempt takes 7 and may end in any way.
            var action = machine.begin(.init(buyer: 1, purchase: 1, attempt: 1, quantity: 2))
            while action == .send || action == .receive { action = machine.receive(Said.string("7").reply) }
            let replies = [Said](repeating: "1", count: last.writes.count)
            #expect(Played.play(&machine, replies) == last, "\(steps)")
        }
    }

    @Test(
        "remaining units from the reply and from what is known",
        arguments: [
            ("reply", 4, 4), ("reply", "4", 4), ("reply", "four", nil), ("reply", [4], nil), ("\"reply[0]\"", [4], 4),
            ("\"reply[1][0]\"", [4, [5]], 5), ("\"reply[1]\"", [4], nil), ("json.left", "{\"left\":4}", 4),
            ("json.left", "{\"left\":\"4\"}", 4), ("json.left", "{\"left\":null}", nil), ("json.left", "{}", nil),
            ("\"json[0].left\"", "[{\"left\":4}]", 4), ("'{units - reply}'", 4, 6),
            ("'{json.left - 1}'", "{\"left\":4}", 3),
            ("'{reply}'", 4, 4), ("'{left - quantity}'", 4, 5), ("'{left}'", 4, 7), ("'{reply[0] + left}'", [4], 11),
            ("'{reply - 1}'", .integer(Int.min), nil), ("'{0 - reply}'", .integer(Int.min), nil),
        ] as [(String, Said, Int?)])
    func remaining(text: String, reply: Said, expected: Int?) throws {
        let program = try Played.program(
            buy: "{ send: 'GET {stock}', as: left }",
            "{ send: 'GET {lock}', outcomes: [ { when: any, then: won, remaining: \(text) } ] }")
        #expect(Played.play(program, ["7", reply], quantity: 2).result == .init(.won, remaining: expected))
    }
}
