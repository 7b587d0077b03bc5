import FlashSale
import Strategies
import Testing

/// Purchases of several items: what goes out for carts of each size, and what is kept of what they were told.
@Suite struct CartStepTests {
    private static let names = ["tea", "a&b", "c", "d"]

    private static func program(
        _ steps: String, cart: Scenario.Range? = .init(min: 1, max: 3), quantity: Scenario.Range = .init(min: 1, max: 3)
    ) throws -> (program: StrategyProgram, carts: CartPicker?) {
        let yaml = """
            strategy: mine
            keys: { stock: "{sale}:{item}:s", all: "{sale}:all" }
            scripts: { buy: return 1 }
            open: [ "SET {stock} {units}" ]
            buy: \(steps)
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        let strategy = try StrategyFile.parse(yaml, file: "test.yaml")
        var scenario = Scenario(
            strategy: .init(name: "mine", yaml: yaml), units: 40, buyers: 1000, quantity: quantity, procs: 1,
            threads: 1,
            seed: 7)
        scenario.items = ItemsForSale(items: names.map { .init(item: $0, units: 10) }, cart: cart)
        let program = StrategyProgram(strategy, saleTag: "{t}", readOnlyCommands: Played.readOnly, scenario: scenario)
        return (program, CartPicker(scenario))
    }

    /// What the machine writes first for a purchase, as commands.
    private static func write(_ machine: inout StrategyMachine, purchase: Int) -> String {
        guard machine.begin(.init(buyer: 1, purchase: purchase, attempt: purchase, quantity: 9)) == .send else {
            return ""
        }
        return Played.commands(Array(machine.output))
    }

    @Test("each: item repeats what names the item or its quantity for each line, and counts the keys")
    func repeats() throws {
        let (program, carts) = try Self.program(
            #"[ { script: buy, each: item, keys: ["{all}", "{stock}"], args: ["{attempt}", "{item}", "{quantity}"], outcomes: [ { when: 1, then: won } ] } ]"#
        )
        let picker = try #require(carts)
        var machine = StrategyMachine(program)
        var sizes: Set<Int> = []
        for purchase in 1...200 {
            let lines = picker.lines(ofPurchase: purchase)
            sizes.insert(lines.count)
            let keys = lines.map { "{t}:\(Self.names[$0.item]):s" }
            let arguments =
                ["\(purchase)"] + lines.map { Self.names[$0.item] } + lines.map { "\($0.quantity)" }
            let expected = (["EVAL", "return 1", "\(1 + lines.count)", "{t}:all"] + keys + arguments).joined(
                separator: " ")
            #expect(Self.write(&machine, purchase: purchase).replacing("\"", with: "") == expected)
        }
        #expect(sizes == [1, 2, 3])
    }

    @Test("lists, JSON and single lines say what the cart has")
    func lists() throws {
        let (program, carts) = try Self.program(
            #"[ { send: 'SET {all} {items}|{quantities}|{cart}|{lines}|{item 1}={quantity 1}|{stock 1}', outcomes: [ { when: ok, then: won } ] } ]"#
        )
        let picker = try #require(carts)
        var machine = StrategyMachine(program)
        for purchase in 1...50 {
            let lines = picker.lines(ofPurchase: purchase)
            let items = lines.map { Self.names[$0.item] }
            let json = zip(items, lines).map { #"{"item":"\#($0)","quantity":\#($1.quantity)}"# }.joined(separator: ",")
            let text = Self.write(&machine, purchase: purchase).replacing("\\\"", with: "\"")
            let expected =
                items.joined(separator: ",") + "|" + lines.map { "\($0.quantity)" }.joined(separator: ",")
                + "|[\(json)]|\(lines.count)|\(items[0])=\(lines[0].quantity)|{t}:\(items[0]):s"
            #expect(text.contains(expected), "\(text)")
        }
    }

    @Test("a step that names a line is left out where the cart has fewer")
    func leavesOut() throws {
        let (program, carts) = try Self.program(
            #"[ { send: "DECRBY {stock 1} {quantity 1}", as: a }, { send: "DECRBY {stock 2} {quantity 2}", as: b }, { send: "PING", outcomes: [ { when: any, then: won } ] } ]"#
        )
        let picker = try #require(carts)
        var machine = StrategyMachine(program)
        for purchase in 1...50 {
            let lines = picker.lines(ofPurchase: purchase)
            let replies = [Said.integer(5)] + (lines.count > 1 ? [.integer(6)] : []) + [.status("PONG")]
            var action = machine.begin(.init(buyer: 1, purchase: purchase, attempt: purchase, quantity: 1))
            var written: [String] = []
            for reply in replies {
                #expect(action == .send)
                written.append(Played.commands(Array(machine.output)))
                action = machine.receive(reply.reply)
            }
            #expect(action == .finish(.init(.won)))
            let expected =
                lines.prefix(2).map { "DECRBY {t}:\(Self.names[$0.item]):s \($0.quantity)" } + ["PING"]
            #expect(written.map { $0.replacing("\"", with: "") } == expected)
        }
    }

    @Test("what is left of each line's item is kept as the attempt was told it")
    func remainders() throws {
        let (program, carts) = try Self.program(
            #"[ { script: buy, each: item, keys: ["{stock}"], outcomes: [ { when: "reply[0] == 1", then: won, remaining: "each reply[1]" } ] } ]"#
        )
        let picker = try #require(carts)
        var machine = StrategyMachine(program)
        for purchase in 1...50 {
            let lines = picker.lines(ofPurchase: purchase)
            _ = machine.begin(.init(buyer: 1, purchase: purchase, attempt: purchase, quantity: 3))
            let left = lines.indices.map { 10 - $0 }
            let action = machine.receive(Said.array([.integer(1), .array(left.map { .integer($0) })]).reply)
            guard case .finish(let result) = action else {
                Issue.record("\(action)")
                continue
            }
            #expect(result.outcome == .won && result.namesUnits && result.remaining == nil)
            let text = left.map { "\($0)" }.joined(separator: ",")
            #expect(Array(machine.unitNames) == [UInt8(text.utf8.count)] + Array(text.utf8))
            // One that leaves a line out is a reply that nobody can judge.
            _ = machine.begin(.init(buyer: 1, purchase: purchase, attempt: purchase, quantity: 3))
            let short = machine.receive(Said.array([.integer(1), .array([])]).reply)
            guard case .finish(let hole) = short else {
                Issue.record("\(short)")
                continue
            }
            #expect(hole.outcome == .won && hole.isHole)
        }
    }

    @Test("without carts a purchase is a cart of one line")
    func withoutCarts() throws {
        let (program, carts) = try Self.program(
            #"[ { script: buy, each: item, keys: ["{stock}"], args: ["{cart}", "{quantity 1}"], outcomes: [ { when: "reply[0] == 1", then: won, remaining: "each reply[1]" } ] }, { send: "GET {stock 2}", outcomes: [ { when: any, then: won } ] } ]"#,
            cart: nil)
        #expect(carts == nil)
        var machine = StrategyMachine(program)
        var context = StrategyMachine.Context(buyer: 1, purchase: 4, attempt: 4, quantity: 2)
        context.item = 0
        #expect(machine.begin(context) == .send)
        let text = Played.commands(Array(machine.output)).replacing("\\\"", with: "\"").replacing("\"", with: "")
        #expect(text == "EVAL return 1 1 {t}:tea:s [{item:tea,quantity:2}] 2")
        #expect(
            machine.receive(Said.array([.integer(1), .array([.integer(7)])]).reply)
                == .finish(.init(.won, remaining: 7)))
    }
}
