import FlashSale
import Strategies
import Testing

/// Mistakes in steps that ask a program, or start one.
@Suite struct ProgramMistakesTests {
    private static let asking = """
        strategy: driver
        keys: { stock: "{sale}:s" }
        open: [ "SET {stock} {units}" ]
        buy:
          - program: ["python3", "driver.py"]
            each: thread
            concurrent: true
            outcomes:
              - { when: json.code == 0, then: won, remaining: json.left }
              - { when: json.code == 1, then: sold-out }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    private static let starting = """
        strategy: commands
        keys: { stock: "{sale}:s" }
        open: [ "SET {stock} {units}" ]
        buy:
          - command: ["./buy.sh", "{buyer}"]
            outcomes:
              - { when: exit == 0, then: won, remaining: json.left }
              - { when: exit in 1..3, then: sold-out }
        finally:
          - command: ["./leave.sh"]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    private static let askingMistakes: [Mistake] = [
        Mistake("[\"python3\", \"driver.py\"]", to: "python3 driver.py", line: 5, says: "as a list, such as"),
        Mistake("[\"python3\", \"driver.py\"]", to: "{ run: a }", line: 5, says: "as a list, such as"),
        Mistake("[\"python3\", \"driver.py\"]", to: "[]", line: 5, says: "as a list, such as"),
        Mistake("\"driver.py\"]", to: "[a]]", line: 5, says: "should be text"),
        Mistake("\"driver.py\"]", to: "\"a\\0b\"]", line: 5, says: "a NUL character"),
        Mistake("each: thread", to: "each: process", line: 6, says: "client, thread or worker is wanted"),
        Mistake("each: thread", to: "each: client", line: 7, says: "goes with each: thread or each: worker"),
        Mistake("concurrent: true", to: "concurrent: yes", line: 7, says: "true or false is wanted"),
        Mistake("- program: [\"python3\", \"driver.py\"]", to: "- send: GET {stock}", line: 7, says: "no concurrent:"),
        Mistake("json.code == 0, then: won", to: "exit == 0, then: nothing", line: 9, says: "nothing is no outcome"),
        Mistake(
            "stock: GET", to: "finally: [ { program: [a] } ]\nstock: GET", line: 11, says: "asks no program"),
        Mistake(
            "stock: GET", to: "  - program: [a]\nstock: GET", line: 11, says: "asks its program once (line 5)"),
        Mistake(
            "stock: GET", to: "  - send: DEL {stock}\nstock: GET", line: 11, says: "for the program to send"),
        Mistake(
            "stock: GET", to: "  - { command: [a], outcomes: [ { when: any, then: won } ] }\nstock: GET", line: 11,
            says: "cannot stand in one file"),
    ]

    private static let startingMistakes: [Mistake] = [
        Mistake("\"./buy.sh\"", to: "\"./{buyer}.sh\"", line: 5, says: "has no value in braces"),
        Mistake("\"{buyer}\"", to: "\"{byer}\"", line: 5, says: "did you mean {buyer}"),
        Mistake("[\"./buy.sh\", \"{buyer}\"]", to: "[]", line: 5, says: "as a list, such as"),
        Mistake("when: exit == 0", to: "when: 0", line: 7, says: "starts with exit, text or json.FIELD"),
        Mistake("when: exit == 0", to: "when: exit", line: 7, says: "an exit code is compared"),
        Mistake("when: exit == 0", to: "when: status == 200", line: 7, says: "starts with exit, text or json.FIELD"),
        Mistake("remaining: json.left", to: "remaining: reply", line: 7, says: "exit, text or json.left"),
    ]

    @Test(arguments: askingMistakes) func isPointedAt(_ mistake: Mistake) throws { try mistake.check(in: Self.asking) }

    @Test(arguments: startingMistakes) func ofACommandIsPointedAt(_ mistake: Mistake) throws {
        try mistake.check(in: Self.starting)
    }

    @Test func theExamplesThemselvesAreRight() throws {
        let asking = try StrategyFile.parse(Self.asking, file: "mine.yaml")
        #expect(asking.program?.words == ["python3", "driver.py"])
        #expect(asking.program?.each == .thread && asking.program?.isConcurrent == true)
        #expect(asking.buysByProgram && asking.usesQuantity)
        let starting = try StrategyFile.parse(Self.starting, file: "mine.yaml")
        #expect(starting.commandCalls.map(\.program) == ["./buy.sh", "./leave.sh"])
        #expect(starting.buysByProgram && starting.program == nil)
    }

    @Test func aProgramWithoutOutcomesHasThoseOfTheProtocol() throws {
        let lines = Self.asking.split(separator: "\n").filter { !$0.contains("outcomes:") && !$0.contains("{ when:") }
        let plain = try StrategyFile.parse(lines.joined(separator: "\n"), file: "mine.yaml")
        let rules = plain.buy[0].rules
        #expect(rules.map(\.outcome) == [.won, .won, .won, .soldOut, .conflict, .failed, .unknown])
        #expect(!rules.contains { !$0.isOfProtocol })
        // Nobody can judge "you have it already" without a limit; and whether units come back is for the file to say.
        #expect(!plain.givesBack)
    }
}
