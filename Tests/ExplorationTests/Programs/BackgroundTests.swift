import Exploration
import FlashSale
import TestSupport
import Testing

/// Services that do more than to answer.
struct BackgroundTests {
    @Test("a thread that asks every 3 ms whether Redis is alive changes nothing", arguments: [1, 2])
    func heartbeat(_ instances: Int) throws {
        let trial = try Shops.service(
            "heartbeat.py", [ProgramTrial.python, "heartbeat.py", "{port}"], instances: instances)
        let found = try trial.explore()
        #expect(found.end == .complete && found.counts.givenUp == 0 && found.counts.unsteady == nil, "\(found)")
        #expect(found.notes == [] && found.violated.contains(.noOversell) == (instances == 2), "\(found)")
    }

    @Test("orders over pub/sub are served one by one by one listener")
    func listener() throws {
        let found = try Shops.service("listener.py", [ProgramTrial.python, "listener.py", "{port}"], instances: 1)
            .explore()
        #expect(found.end == .complete && found.counts.unsteady == nil && found.counts.givenUp == 0, "\(found)")
        #expect(found.bad == 0 && found.violations.count > 1, "\(found)")
    }

    @Test("each of two listeners serves an order, so that one purchase takes two units")
    func listeners() throws {
        var bounds = ExplorationBounds()
        bounds.executions = 20
        let found = try Shops.service("listener.py", [ProgramTrial.python, "listener.py", "{port}"], instances: 2)
            .explore(buyers: 1, units: 2, bounds)
        #expect(found.violated.contains(.exactAccounting), "\(found)")
    }

    @Test("a write after the answer is a step, and is told of", arguments: [true, false])
    func lateWrite(_ isLate: Bool) throws {
        let trial = try Shops.service(
            "late.py", [ProgramTrial.python, "late.py", "{port}"], instances: 1, orders: "SMEMBERS winners")
        if !isLate {
            let program = try Shops.text("late.py").replacing("answer.call_on_close(lambda: ", with: "(")
            try trial.folder.file("late.py", program)
        }
        let found = try trial.explore()
        #expect(found.end == .complete && found.counts.unsteady == nil && found.bad == 0, "\(found)")
        #expect(found.remarks.map(\.name) == (isLate ? [.answeredEarly] : []), "\(found.remarks)")
    }

    @Test("who is connected to another store is told that nothing is explored there", arguments: [true, false])
    func otherStores(_ isConnected: Bool) throws {
        let store = ScriptedServer { $0.waitForEnd() }
        let other = isConnected ? "other = socket.create_connection(('127.0.0.1', \(store.port)))\n" : ""
        let found = try ProgramTrial(
            ["buy.py": Fixtures.plainClient + other + Fixtures.getAndSet],
            .processes([ProgramTrial.python, "-S", "-E", "buy.py"])
        ).explore()
        #expect(found.remarks.map(\.name) == (isConnected ? [.otherConnections] : []), "\(found.remarks)")
        #expect(found.remarks.allSatisfy { $0.detail.contains("127.0.0.1:\(store.port)") }, "\(found.remarks)")
        #expect(found.violated.contains(.noOversell))
    }
}
