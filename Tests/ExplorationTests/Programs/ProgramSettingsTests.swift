import Exploration
import FlashSale
import Foundation
import TestSupport
import Testing

/// What a user can say of the programs that are explored.
struct ProgramSettingsTests {
    private static let decrement =
        Fixtures.plainClient + """
            left = ask("DECR", "count")
            if left < 0:
                ask("INCR", "count")
                print("sold out")
                raise SystemExit(1)
            ask("RPUSH", "orders", "order of " + sys.argv[1])
            print('{"left": %d}' % left)

            """

    private static func trial(_ program: String, _ name: String = "buy.py") throws -> ProgramTrial {
        try ProgramTrial(
            [name: "import sys\n" + program], .processes([ProgramTrial.python, "-S", "-E", name, "{buyer}"]),
            orders: "LRANGE orders 0 -1")
    }

    @Test("what was left, who was told that nothing was, and the orders are judged as in a run")
    func facts() throws {
        var trial = try Self.trial(Self.decrement)
        trial.settings.soldOut = try AnswerTest("stdout /sold out/", option: "--sold-out")
        trial.settings.remaining = try AnswerValue("json .left")
        var sale = try trial.sale()
        var results: [[CheckResult]] = []
        var seen: [(stock: Int?, orders: Int?)] = []
        _ = try Explorer.explore(&sale, within: ExplorationBounds()) {
            (_: Execution, sale: inout ProgramSale) throws(RunError) -> Bool in
            results.append(Checks.ofSale(try sale.facts()))
            seen.append(try sale.look())
            #expect(sale.leftovers() == ["orders"] && sale.number(of: 1) == 2)
            return true
        }
        #expect(!results.isEmpty && seen.allSatisfy { $0 == (0, 1) })
        for name in [CheckName.noOversell, .exactAccounting, .uniqueUnits, .linearizable, .ledger] {
            #expect(results.allSatisfy { $0.first { $0.name == name }?.result == .upheld }, "\(name): \(results)")
        }
    }

    @Test("an order that nobody made is found by its buyer's number")
    func orders() throws {
        let wrong = Self.decrement.replacing("\"order of \" + sys.argv[1]", with: "\"order of 101\"")
        let found = try Self.trial(wrong).explore(buyers: 2, units: 2)
        #expect(found.end == .complete && found.violated.contains(.ledger), "\(found)")
        #expect(try Self.trial(Self.decrement).explore(buyers: 2, units: 2).bad == 0)
    }

    @Test("two purchases of one buyer go beyond a limit that is looked at outside")
    func limit() throws {
        var trial = try Self.trial(
            Fixtures.plainClient + """
                if ask("SISMEMBER", "winners", sys.argv[1]): raise SystemExit(1)
                if ask("DECR", "count") < 0: raise SystemExit(1)
                ask("SADD", "winners", sys.argv[1])

                """)
        trial.settings.orders = nil
        trial.settings.isOneBuyer = true
        trial.settings.limit = 1
        let found = try trial.explore(buyers: 2, units: 5)
        #expect(found.end == .complete && found.violated == [.purchaseLimit], "\(found)")
    }

    @Test("a program fills Redis once, and another one puts back what is elsewhere before each execution")
    func hooks() throws {
        var trial = try Self.trial(
            Fixtures.plainClient + """
                if ask("GET", "price") != "7": raise SystemExit(9)
                with open("sold", "a") as file: file.write(sys.argv[1] + "\\n")
                if ask("DECR", "count") < 0: raise SystemExit(ask("INCR", "count") + 1)

                """)
        trial.settings.orders = nil
        try trial.folder.file("fill.py", Fixtures.plainClient + "ask('SET', os.environ['KEY'], 7)")
        try trial.folder.file("reset.py", "import os\nopen('resets', 'a').write('x')\nopen('sold', 'w').close()")
        trial.settings.variables = ["KEY": "price", "SHOP_REDIS": "{redis-host}:{redis-port}"]
        trial.settings.setup = [ProgramTrial.python, "fill.py"]
        trial.settings.reset = .program([ProgramTrial.python, "reset.py"])
        let found = try trial.explore()
        #expect(
            found.end == .complete && found.bad == 0 && !found.outcomes.flatMap { $0 }.contains(.unknown), "\(found)")
        let resets = try String(contentsOfFile: "\(trial.folder.path)/resets", encoding: .utf8).count
        #expect(resets == found.counts.executions + 1)
        let sold = try String(contentsOfFile: "\(trial.folder.path)/sold", encoding: .utf8).split(separator: "\n")
        #expect(sold.sorted() == ["101", "102"])
    }

    @Test("a hook that fails ends it, with what it has said")
    func failingHook() throws {
        var trial = try Self.trial(Self.decrement)
        try trial.folder.file("fill.py", "raise SystemExit('no goods')")
        trial.settings.setup = [ProgramTrial.python, "fill.py"]
        let error = #expect(throws: RunError.self) { try trial.explore() }
        #expect(error?.status == .usage && error?.message.contains("no goods") == true, "\(error?.message ?? "")")
    }
}
