import FlashSale
import Strategies
import Testing

/// What a client of a service does once, and what its attempts have of it.
@Suite struct SignInTests {
    private static let yaml = """
        strategy: mine
        sign-in:
          - http: POST /login
            body: { json: { user: "u{client}" } }
            as: { token: json.token, cookie: cookie.session }
        buy:
          - http: POST /buy
            headers: { Authorization: "Bearer {token}", Cookie: "session={cookie}", X-Client: "{client}" }
            as: { left: json.left }
            outcomes:
              - { when: status == 200, then: won }
        stock: { http: GET /stock }
        """

    private static func scenario(_ strategy: Strategy) -> Scenario {
        Scenario(
            strategy: .init(name: strategy.name, yaml: yaml), units: 10, buyers: 10, procs: 1, threads: 1, seed: 7)
    }

    private static func answer(_ status: Int, _ body: String, _ headers: [String] = []) -> Reply {
        var reply = Reply()
        reply.reset(toHTTP: status, names: headers.count / 2)
        for word in headers { reply.append(.string, word) }
        reply.append(.string, body)
        return reply
    }

    /// Signs a machine in: what it asked, and how that ended.
    private static func signIn(
        _ machine: inout StrategyMachine, _ answer: Reply
    ) -> (request: String, result: Outcome?) {
        var context = AttemptContext(buyer: 0, purchase: 0, attempt: 0)
        context.client = 12
        guard case .send = machine.begin(context) else { return ("", nil) }
        let request = String(decoding: machine.output, as: UTF8.self)
        guard case .finish(let result) = machine.receive(answer) else { return (request, nil) }
        return (request, result.outcome)
    }

    private static func machine() throws -> StrategyMachine {
        let strategy = try StrategyFile.parse(yaml, file: "mine.yaml")
        return StrategyMachine(
            try #require(StrategyProgram.signIn(of: strategy, saleTag: "{t}", scenario: scenario(strategy))))
    }

    @Test func everyAttemptHasIt() throws {
        var signedIn = try Self.machine()
        let (request, outcome) = Self.signIn(
            &signedIn, Self.answer(200, #"{"token":"t-9"}"#, ["cookie:session", "abc"]))
        #expect(request.hasSuffix(#"{"user":"u12"}"#) && outcome == .won)
        let strategy = try StrategyFile.parse(Self.yaml, file: "mine.yaml")
        var machine = StrategyMachine(
            StrategyProgram(strategy, saleTag: "{t}", readOnlyCommands: [], scenario: Self.scenario(strategy)))
        machine.signIn(from: signedIn)
        for attempt in 1...3 {
            machine.context.attempt = attempt
            #expect(machine.begin() == .send)
            let request = String(decoding: machine.output, as: UTF8.self)
            #expect(request.contains("Authorization: Bearer t-9\r\nCookie: session=abc\r\nX-Client: 12\r\n"))
            #expect(machine.receive(Self.answer(200, "{}")) == .finish(AttemptResult(.won)))
        }
    }

    /// Without a token there is nothing to buy with.
    @Test(arguments: [(401, "{}"), (200, "{}"), (200, "no json")]) func isNotTakenForOne(
        _ status: Int, _ body: String
    ) throws {
        var machine = try Self.machine()
        let ending = Self.signIn(&machine, Self.answer(status, body, ["cookie:session", "abc"]))
        #expect(ending.result != .won)
    }

    @Test func fewSalesHaveOne() throws {
        let strategy = try StrategyFile.parse(
            "strategy: a\nbuy: [ { http: GET /b, outcomes: [ { when: any, then: won } ] } ]\nstock: { http: GET /s }\n",
            file: "mine.yaml")
        #expect(StrategyProgram.signIn(of: strategy, saleTag: "{t}", scenario: Self.scenario(strategy)) == nil)
    }
}
