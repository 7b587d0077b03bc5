import FlashSale
import Strategies
import Testing

/// Questions to a program and commands: what goes out, and what the answers mean.
@Suite struct ProgramStepTests {
    /// The line of a program.
    private static func line(_ text: String) -> Reply {
        var reply = Reply()
        reply.append(.string, text)
        return reply
    }

    private static func end(_ exit: Int, _ lastLine: String = "") -> Reply {
        var reply = Reply()
        Array(lastLine.utf8).withUnsafeBytes { reply.reset(toExit: exit, lastLine: $0) }
        return reply
    }

    private static func machine(_ steps: String...) throws -> StrategyMachine {
        StrategyMachine(try Played.program(yaml: Played.yaml(buy: steps)))
    }

    /// Plays an attempt; what went out, and how it ended.
    private static func play(
        _ machine: inout StrategyMachine, _ answers: Reply...
    ) -> (sent: [String], result: StrategyMachine.Result?) {
        var sent: [String] = []
        var rest = answers[...]
        var action = machine.begin(.init(buyer: 3, purchase: 4, attempt: 5, quantity: 2))
        while true {
            switch action {
            case .send:
                sent.append(String(decoding: machine.output, as: UTF8.self))
                guard let next = rest.popFirst() else { return (sent, machine.lose()) }
                action = machine.receive(next)
            case .receive, .think, .follow, .goToShelf: return (sent, nil)
            case .finish(let result): return (sent, result)
            }
        }
    }

    private static let plain = "{ program: [ python3, driver.py ] }"

    @Test func asksInOneLine() throws {
        var machine = try Self.machine(Self.plain)
        let (sent, _) = Self.play(&machine, Self.line(#"{"id":5,"outcome":"won"}"#))
        #expect(sent.count == 1)
        let question = try #require(sent.first)
        #expect(question.hasPrefix(#"{"id":5,"buyer":3,"purchase":4,"attempt":"#), "\(question)")
        #expect(
            question.contains(#","quantity":2,"units":"#) && question.contains(#","sale":""#)
                && question.hasSuffix("\"}\n"))
        #expect(question.utf8.count { $0 == 10 } == 1)
    }

    /// Attempt 5 is the second of its purchase where a purchase makes at most three, and the first where it makes four.
    @Test(arguments: [(1, 1), (2, 1), (3, 2), (4, 1), (5, 5)])
    func tellsWhichAttemptOfItsPurchaseItIs(_ attempts: Int, _ number: Int) throws {
        let strategy = try StrategyFile.parse(Played.yaml(buy: [Self.plain]), file: "mine.yaml")
        let scenario = Scenario(
            strategy: .init(name: "mine", yaml: ""), units: 10, buyers: 10, attempts: attempts, procs: 1, threads: 1)
        var machine = StrategyMachine(
            StrategyProgram(strategy, saleTag: "{s\"1}", readOnlyCommands: [], scenario: scenario))
        let (sent, _) = Self.play(&machine, Self.line(#"{"id":5,"outcome":"won"}"#))
        #expect(
            sent == [
                #"{"id":5,"buyer":3,"purchase":4,"attempt":\#(number),"quantity":2,"units":10,"sale":"{s\"1}"}"# + "\n"
            ])
    }

    @Test(
        arguments: [
            (#"{"id":5,"outcome":"won","remaining":4}"#, Outcome.won, 4, false, false),
            (#"{"id":5,"outcome":"won"}"#, .won, nil, false, false),
            (#"{"id":5,"outcome":"won","unit":"A12"}"#, .won, nil, true, false),
            (#"{"id":5,"outcome":"won","unit":["A1","A2"],"remaining":0}"#, .won, 0, true, false),
            (#"{"id":5,"outcome":"won","unit":null}"#, .won, nil, false, false),
            // More names than units are wanted, and what is no name.
            (#"{"id":5,"outcome":"won","unit":["A","B","C"]}"#, .won, nil, false, true),
            (#"{"id":5,"outcome":"won","unit":{"row":1}}"#, .won, nil, false, true),
            (#"{"id":5,"outcome":"sold-out"}"#, .soldOut, nil, false, false),
            (#"{"id":5,"outcome":"conflict"}"#, .conflict, nil, false, false),
            (#"{"id":5,"outcome":"failed"}"#, .failed, nil, false, false),
            (#"{"id":5,"outcome":"unknown"}"#, .unknown, nil, false, false),
            // Nothing says what these mean.
            (#"{"id":5,"outcome":"sold"}"#, .unknown, nil, false, true),
            (#"{"id":5,"outcome":"duplicate"}"#, .duplicate, nil, false, false),
            (#"{"id":5,"outcome":"returned"}"#, .unknown, nil, false, true),
            (#"{"id":5,"outcome":true}"#, .unknown, nil, false, true),
            (#"{"id":5}"#, .unknown, nil, false, true),
        ] as [(String, Outcome, Int?, Bool, Bool)])
    func judgesAnAnswerOfTheProtocol(
        _ answer: String, _ outcome: Outcome, _ remaining: Int?, _ namesUnits: Bool, _ isHole: Bool
    ) throws {
        var machine = try Self.machine(Self.plain)
        let result = try #require(Self.play(&machine, Self.line(answer)).result)
        #expect(result.outcome == outcome)
        #expect(result.remaining == remaining)
        #expect(result.namesUnits == namesUnits)
        #expect(result.isHole == isHole)
    }

    /// What a program says of an attempt that it does not know the end of is the reason that the report quotes.
    @Test func keepsTheReasonOfWhatIsUnknown() throws {
        var machine = try Self.machine(Self.plain)
        _ = Self.play(&machine, Self.line(#"{"id":5,"outcome":"conflict","error":"busy"}"#))
        #expect(machine.firstError == nil)
        _ = Self.play(&machine, Self.line(#"{"id":5,"outcome":"unknown","error":"out of cheese"}"#))
        #expect(machine.firstError?.contains("out of cheese") == true)
        #expect(machine.firstHole == nil)
    }

    @Test func ownOutcomesTakeThePlaceOfTheProtocols() throws {
        var machine = try Self.machine(
            "{ program: [ a ], outcomes: [ { when: json.code == 0, then: won, remaining: json.left } ] }")
        let won = Self.play(&machine, Self.line(#"{"id":5,"code":0,"left":7}"#)).result
        #expect(won?.outcome == .won && won?.remaining == 7)
        #expect(Self.play(&machine, Self.line(#"{"id":5,"outcome":"won"}"#)).result?.isHole == true)
    }

    @Test func anAnswerThatIsLostIsUnknownAndAQuestionThatNeverLeftIsFailed() throws {
        var machine = try Self.machine(Self.plain)
        #expect(Self.play(&machine).result?.outcome == .unknown)
        _ = machine.begin(.init(buyer: 3, purchase: 4, attempt: 5))
        #expect(machine.couldNotSend().outcome == .failed)
    }

    // MARK: Commands

    private static let command = """
        { command: [ ./buy.sh, "u{buyer}", "", "{quantity + 1}" ],
          outcomes: [
            { when: exit == 0, then: won, remaining: json.left },
            { when: 'text == "sold out"', then: sold-out },
            { when: text /busy/, then: conflict },
            { when: exit in 4..6, then: failed } ] }
        """

    @Test func givesACommandItsWords() throws {
        var machine = try Self.machine(Self.command)
        let (sent, _) = Self.play(&machine, Self.end(0))
        #expect(sent == ["./buy.sh\0u3\0\u{0}3\0"])
    }

    @Test(
        arguments: [
            (end(0, #"{"left":4}"#), Outcome.won, 4, false),
            (end(0), .won, nil, false),
            (end(1, "sold out"), .soldOut, nil, false),
            (end(1, "too busy now"), .conflict, nil, false),
            (end(5), .failed, nil, false),
            // Nobody knows what was done before it ended so.
            (end(1, "oops"), .unknown, nil, true),
            (end(137), .unknown, nil, true),
        ] as [(Reply, Outcome, Int?, Bool)])
    func judgesHowACommandEnds(_ end: Reply, _ outcome: Outcome, _ remaining: Int?, _ isHole: Bool) throws {
        var machine = try Self.machine(Self.command)
        let result = try #require(Self.play(&machine, end).result)
        #expect(result.outcome == outcome)
        #expect(result.remaining == remaining)
        #expect(result.isHole == isHole)
    }

    @Test func whatACommandSaysGoesIntoTheNextAndIsOneWord() throws {
        var machine = try Self.machine(
            "{ command: [ ./reserve ], as: { hold: text, code: exit } }",
            "{ command: [ ./confirm, \"{hold}\", \"{code}\" ], outcomes: [ { when: any, then: won } ] }")
        let (sent, result) = Self.play(&machine, Self.end(0, "a b\0c"), Self.end(0))
        #expect(sent == ["./reserve\0", "./confirm\0a bc\u{0}0\0"])
        #expect(result?.outcome == .won)
    }

    /// The first step ended badly, so the second is not taken.
    @Test func aStepThatEndsBadlyEndsTheAttempt() throws {
        var machine = try Self.machine(
            "{ command: [ ./reserve ] }", "{ command: [ ./confirm ], outcomes: [ { when: any, then: won } ] }")
        let (sent, result) = Self.play(&machine, Self.end(3, "no such item"))
        #expect(sent.count == 1)
        #expect(result?.outcome == .unknown && result?.isHole == true)
        #expect(machine.firstHole == "exit 3: no such item")
    }

    @Test(
        arguments: [
            (#"{"id":17,"outcome":"won"}"#, 17), (#" { "a" : [1,{"id":2}] , "id" : -3 } "#, -3), (#"{"id":1.0}"#, 1),
            (#"{"id":"17"}"#, nil), (#"{"id":17"#, nil), (#"{"id":17} x"#, nil), ("[17]", nil), ("17", nil), ("", nil),
            (#"{"outcome":"won"}"#, nil), ("{\"id\":17,}", nil), ("{\"id\":17,\"a\":tru}", nil),
        ] as [(String, Int?)])
    func findsTheIDOfAnObject(_ text: String, _ id: Int?) {
        let found = Array(text.utf8).withUnsafeBufferPointer { JSONScanner.id(ofObject: $0) }
        #expect(found == id)
    }
}
