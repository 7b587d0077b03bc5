import FlashSale
import Strategies
import Testing

/// `phases:` and `held:` in a strategy file.
@Suite struct PhasesLanguageTests {
    static let example = """
        strategy: mine
        lapses: 1s
        keys: { stock: "{sale}:stock", holds: "{sale}:holds" }
        open: [ "SET {stock} {units}" ]
        phases:
          reserve:
            - send: RPOP {stock}
              outcomes:
                - { when: nil, then: sold-out }
                - { when: any, then: won }
              as: token
          pay:
            share: 60%
            after: 20ms..200ms
            at-least-once: 2.5%
            elsewhere: true
            steps:
              - send: SREM {holds} {token}
                outcomes: [ { when: 1, then: won }, { when: 0, then: conflict } ]
          cancel:
            share: 20%
            after: 5ms
            at-least-once: true
            crossing: 10%
            steps:
              - send: SREM {holds} x{token}
                outcomes: [ { when: 1, then: won }, { when: 0, then: failed } ]
        stock: LLEN {stock}
        held: SCARD {holds}
        close: [ "DEL {stock} {holds}" ]
        """

    @Test func read() throws {
        let strategy = try StrategyFile.parse(Self.example, file: "mine.yaml")
        let plan = try #require(strategy.phasePlan)
        #expect(
            plan.pay
                == .init(
                    share: 6000, afterMicroseconds: .init(min: 20_000, max: 200_000), repeated: 250, elsewhere: true))
        #expect(plan.cancel == .init(share: 2000, afterMicroseconds: .init(min: 5000, max: 5000), repeated: 10_000))
        #expect(plan.crossing == 1000)
        // What each phase's own word for done means.
        #expect(strategy.buy.flatMap(\.rules).map(\.outcome) == [.soldOut, .held])
        #expect(strategy.later.map(\.phase) == [.pay, .cancel])
        #expect(strategy.later[0].steps.flatMap(\.rules).map(\.outcome) == [.won, .conflict])
        #expect(strategy.later[1].steps.flatMap(\.rules).map(\.outcome) == [.returned, .failed])
        #expect(strategy.rules.givesBack && strategy.held != nil && !strategy.canBeRehearsed)
    }

    @Test("buy: may stand beside phases:")
    func besideBuy() throws {
        let text = Self.example.replacing("phases:\n  reserve:\n", with: "buy:\n")
            .replacing("  pay:\n", with: "phases:\n  pay:\n")
        let (own, other) = (
            try StrategyFile.parse(text, file: "mine.yaml"), try StrategyFile.parse(Self.example, file: "mine.yaml")
        )
        #expect(own.phasePlan == other.phasePlan && own.buy.map(\.rules.count) == other.buy.map(\.rules.count))
    }

    static let mistakes: [Mistake] = [
        Mistake("lapses: 1s\n", to: "", line: 5, says: "a purchase that is left alone never ends"),
        Mistake("lapses: 1s", to: "lapses: 11m", line: 2, says: "10 minutes at most"),
        Mistake("share: 60%", to: "share: 90%", line: 6, says: "110% together"),
        Mistake("share: 60%", to: "share: 60", line: 13, says: "pay: share: a share from 0% to 100%"),
        Mistake("share: 60%", to: "share: 101%", line: 13, says: "pay: share: a share from 0% to 100%"),
        Mistake("after: 20ms..200ms", to: "after: 200ms..20ms", line: 14, says: "the wrong way round"),
        Mistake("after: 20ms..200ms", to: "after: soon", line: 14, says: "pay: after: a duration"),
        Mistake("after: 20ms..200ms", to: "after: 2h", line: 14, says: "an hour at most"),
        Mistake("  pay:\n", to: "  refund:\n", line: 12, says: "refund"),
        Mistake("  cancel:\n", to: "  give-back:\n", line: 20, says: "give-back"),
        Mistake("elsewhere: true", to: "elsewhere: yes", line: 16, says: "true or false"),
        Mistake(
            "        outcomes: [ { when: 1, then: won }, { when: 0, then: conflict } ]", to: "", line: 18,
            says: "the last step of pay has no outcomes"),
        Mistake(
            "then: won }, { when: 0, then: conflict", to: "then: duplicate }, { when: 0, then: won", line: 19,
            says: "limit"),
        Mistake("{ when: any, then: won }", to: "{ when: any, then: held }", line: 10, says: "held is no outcome"),
        Mistake(
            "{ when: 1, then: won }, { when: 0, then: conflict }", to: "{ when: 1, then: won, remaining: reply }",
            line: 18, says: "remaining: belongs to the outcome"),
        Mistake("keys:", to: "shards: 3\nkeys:", line: 3, says: "do not go together yet"),
        Mistake("keys:", to: "cart: 2\nkeys:", line: 3, says: "do not go together yet"),
        Mistake("open:", to: "idempotent: purchase\nopen:", line: 4, says: "do not go together yet"),
        Mistake("open:", to: "buy: [ think ]\nopen:", line: 4, says: "say the same thing"),
    ]

    @Test("each mistake has its line", arguments: mistakes) func wrong(_ mistake: Mistake) throws {
        try mistake.check(in: Self.example)
    }

    @Test("a file in which nobody pays never ends a purchase")
    func nobodyPays() throws {
        let start = try #require(Self.example.firstRange(of: "  pay:\n")).lowerBound
        let end = try #require(Self.example.firstRange(of: "  cancel:\n")).lowerBound
        let error = #expect(throws: StrategyFileError.self) {
            _ = try StrategyFile.parse(Self.example.replacingCharacters(from: start, to: end), file: "mine.yaml")
        }
        #expect(
            error?.message.contains("no purchase would ever end, since nothing pays") == true,
            "\(error?.description ?? "")")
    }

    private static let service = """
        strategy: mine
        lapses: 1s
        phases:
          reserve: [ { http: POST /holds, outcomes: [ { when: status == 201, then: won } ], as: { hold: json.hold } } ]
          pay:
            share: 60%
            after: 20ms
            steps: [ { http: "POST /holds/{hold}/pay", outcomes: [ { when: status == 200, then: won } ] } ]
        stock: { http: GET /stock }
        """

    @Test("a file whose phases ask a service needs no keys:, wherever the steps to reserve stand")
    func service() throws {
        let strategy = try StrategyFile.parse(Self.service, file: "mine.yaml")
        #expect(strategy.asksService && !strategy.usesServer && strategy.later.count == 1)
        let beside = Self.service.replacing("phases:\n  reserve:", with: "buy:").replacing(
            "\n  pay:", with: "\nphases:\n  pay:")
        #expect(try StrategyFile.parse(beside, file: "mine.yaml").phasePlan == strategy.phasePlan)
        // The twin asks Redis.
        let own = Self.service.replacing("http: POST /holds,", with: "send: GET stock,").replacing(
            "http: \"POST /holds/{hold}/pay\"", with: "send: GET stock")
        let error = #expect(throws: StrategyFileError.self) { try StrategyFile.parse(own, file: "mine.yaml") }
        #expect(error?.message.contains("needs the key keys") == true, "\(error?.description ?? "")")
    }

    @Test("held: belongs to phases:")
    func heldAlone() {
        let text = """
            strategy: mine
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy: [ { send: "DECR {stock}", outcomes: [ { when: ">= 0", then: won } ] } ]
            stock: GET {stock}
            held: GET {stock}
            close: [ "DEL {stock}" ]
            """
        let error = #expect(throws: StrategyFileError.self) { _ = try StrategyFile.parse(text, file: "mine.yaml") }
        #expect(error?.line == 6)
    }
}

extension String {
    fileprivate func replacingCharacters(from start: Index, to end: Index) -> String {
        String(self[..<start]) + self[end...]
    }
}
