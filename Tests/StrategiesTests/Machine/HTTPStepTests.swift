import FlashSale
import Strategies
import Testing

/// Requests to a service: what goes out, and what the answers mean.
@Suite struct HTTPStepTests {
    /// An answer as the machine gets it.
    private static func answer(_ status: Int, _ body: String = "", _ headers: [String] = []) -> Reply {
        var reply = Reply()
        reply.reset(toHTTP: status, names: headers.count / 2)
        for word in headers { reply.append(.string, word) }
        reply.append(.string, body)
        return reply
    }

    private static func machine(_ steps: String...) throws -> StrategyMachine {
        StrategyMachine(
            try Played.program(
                yaml: """
                    strategy: mine
                    limit: 1
                    buy: [ \(steps.joined(separator: ", ")) ]
                    stock: { http: GET /stock }
                    """))
    }

    /// Plays an attempt; what went out, and how it ended.
    private static func play(
        _ machine: inout StrategyMachine, _ answers: [Reply]
    ) -> (requests: [String], result: StrategyMachine.Result?) {
        var requests: [String] = []
        var rest = answers[...]
        var action = machine.begin(.init(buyer: 3, purchase: 4, attempt: 5, quantity: 2))
        while true {
            switch action {
            case .send:
                requests.append(String(decoding: machine.output, as: UTF8.self))
                guard let next = rest.popFirst() else { return (requests, machine.lose()) }
                action = machine.receive(next)
            case .receive, .think, .follow, .goToShelf: return (requests, nil)
            case .finish(let result): return (requests, result)
            }
        }
    }

    private static let buy = """
        { http: "POST /items/7/buy?by={buyer}", headers: { Authorization: "Bearer test-{buyer}" },
          body: { json: { user: "u{buyer}", quantity: "{quantity}", note: 'say "hi"', list: [ 1, true, "1", null, -1.5e+3, 1.e5, 007 ], id: '"{attempt}"' } },
          outcomes: [
            { when: status == 200, then: won, remaining: json.left },
            { when: status == 409, then: sold-out },
            { when: json.error == "limit", then: duplicate },
            { when: header.retry-after >= 1, then: conflict },
            { when: body == "try again", then: conflict },
            { when: body /busy/, then: conflict },
            { when: status in 400..499, then: failed } ] }
        """

    @Test func writesARequest() throws {
        var machine = try Self.machine(Self.buy)
        let (requests, _) = Self.play(&machine, [Self.answer(200, #"{"left":4}"#)])
        #expect(
            requests == [
                "POST /items/7/buy?by=3\r\nAuthorization: Bearer test-3\r\nContent-Type: application/json\r\n\r\n"
                    + #"{"user":"u3","quantity":2,"note":"say \"hi\"","list":[1,true,"1",null,-1.5e+3,"1.e5","007"],"id":"5"}"#
            ])
    }

    @Test(
        arguments: [
            (answer(200, #"{"left":4}"#), Outcome.won, 4, false),
            (answer(200, "{}"), .won, nil, false),
            (answer(409, "gone"), .soldOut, nil, false),
            (answer(422, #"{"error":"limit"}"#), .duplicate, nil, false),
            (answer(429, "", ["retry-after", "2"]), .conflict, nil, false),
            (answer(503, "try again"), .conflict, nil, false),
            (answer(500, "we are busy now"), .conflict, nil, false),
            (answer(404, "no such item"), .failed, nil, false),
            // What nothing names: an error after which nobody knows what was done, and an answer that is none.
            (answer(500, "oops"), .unknown, nil, true),
            (answer(502), .unknown, nil, true),
            (answer(302, "", ["location", "/login"]), .unknown, nil, true),
            (answer(204), .unknown, nil, true),
        ] as [(Reply, Outcome, Int?, Bool)])
    func judgesAnAnswer(_ answer: Reply, _ outcome: Outcome, _ remaining: Int?, _ isHole: Bool) throws {
        var machine = try Self.machine(Self.buy)
        let result = try #require(Self.play(&machine, [answer]).result)
        #expect(result.outcome == outcome)
        #expect(result.remaining == remaining)
        #expect(result.isHole == isHole)
        #expect((machine.firstHole != nil) == isHole)
    }

    @Test func anAnswerOfAMethodWithoutEffectLeavesNothingUnknown() throws {
        var machine = try Self.machine("{ http: GET /left, outcomes: [ { when: status == 200, then: won } ] }")
        #expect(Self.play(&machine, [Self.answer(500)]).result?.outcome == .failed)
        #expect(Self.play(&machine, []).result?.outcome == .failed)
    }

    @Test func aLostAnswerIsUnknownAndARequestThatNeverLeftIsFailed() throws {
        var machine = try Self.machine(Self.buy)
        #expect(Self.play(&machine, []).result?.outcome == .unknown)
        _ = machine.begin(.init(buyer: 3, purchase: 4, attempt: 5))
        #expect(machine.couldNotSend().outcome == .failed)
    }

    @Test func aSecondRequestThatNeverLeftIsUnknownAfterAFirstThatDid() throws {
        var machine = try Self.machine(
            "{ http: POST /reserve, as: { hold: json.id } }",
            "{ http: POST /confirm, outcomes: [ { when: status == 200, then: won } ] }")
        _ = machine.begin(.init(buyer: 3, purchase: 4, attempt: 5))
        #expect(machine.receive(Self.answer(200, #"{"id":"h1"}"#)) == .send)
        #expect(machine.couldNotSend().outcome == .unknown)
    }

    @Test func capturesGoIntoLaterRequestsAndNeverBreakThem() throws {
        var machine = try Self.machine(
            """
            { http: POST /reserve, as: { hold: json.id, page: header.location, session: cookie.sid, code: status } }
            """,
            """
            { http: "POST /confirm/{hold}", headers: { X-Page: "{page}", Cookie: "sid={session}" },
              body: { json: { hold: "{hold}", after: "{code}", next: "{code + 1}" } },
              outcomes: [ { when: any, then: won } ] }
            """)
        let first = Self.answer(
            201, #"{"id":"a/b \"c\"\r\nX: 1"}"#,
            ["set-cookie", "sid=abc; Path=/", "cookie:sid", "abc", "location", "/p\r\nEvil: 1"])
        let (requests, result) = Self.play(&machine, [first, Self.answer(200)])
        #expect(result?.outcome == .won)
        #expect(requests.first == "POST /reserve\r\n\r\n")
        #expect(
            requests.last
                == "POST /confirm/a%2Fb%20%22c%22%0D%0AX%3A%201\r\nX-Page: /p%0D%0AEvil: 1\r\nCookie: sid=abc\r\n"
                + "Content-Type: application/json\r\n\r\n"
                + #"{"hold":"a/b \"c\"\u000d\u000aX: 1","after":"201","next":202}"#)
    }

    @Test func aFormIsEncoded() throws {
        var machine = try Self.machine(
            """
            { http: POST /buy, body: { form: { "user name": "Jo & {buyer}", q: "{quantity}" } },
              outcomes: [ { when: any, then: won } ] }
            """)
        let (requests, _) = Self.play(&machine, [Self.answer(200)])
        #expect(
            requests == [
                "POST /buy\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nuser%20name=Jo%20%26%203&q=2"
            ])
    }

    @Test func namesTheUnitThatWasSold() throws {
        var machine = try Self.machine(
            "{ http: POST /buy, outcomes: [ { when: status == 200, then: won, unit: json.seats } ] }")
        let (_, result) = Self.play(&machine, [Self.answer(200, #"{"seats":["A1","A2"]}"#)])
        #expect(result?.namesUnits == true)
        #expect(Self.play(&machine, [Self.answer(200, "{}")]).result?.isHole == true)
    }

    @Test func aMissingCaptureEndsTheAttempt() throws {
        var machine = try Self.machine(
            "{ http: POST /reserve, as: { hold: json.id } }",
            "{ http: 'POST /confirm/{hold}', outcomes: [ { when: any, then: won } ] }")
        let result = Self.play(&machine, [Self.answer(200, "no json")]).result
        #expect(result?.outcome == .unknown)
        #expect(result?.isHole == true)
    }
}
