import Exploration
import FlashSale
import Foundation
import TestSupport
import Testing

/// Services of the user's, in every order.
struct ServiceSaleTests {
    private static func service(_ instances: Int, _ words: [String], _ files: [String: String]) throws -> ProgramTrial {
        let request = ProgramSettings.Request("POST", "http://127.0.0.1:{port}/buy?user={buyer}")
        return try ProgramTrial(
            files, .service(.init(words: words, instances: instances, request: request)), won: "json .ok == true")
    }

    @Test("a service that ends by itself is started again, and that is told")
    func death() throws {
        let program = Fixtures.flask.replacing(
            "return jsonify", with: "if n == 0: os._exit(3)\n    return jsonify")
        let found = try Self.service(1, [ProgramTrial.python, "shop.py", "{port}"], ["shop.py": program]).explore()
        #expect(found.notes.contains { $0.contains("ended with") } && found.bad == 0, "\(found)")
        #expect(found.outcomes.allSatisfy { $0.contains(.won) && $0.contains(.unknown) }, "\(found)")
    }

    @Test("a lock within a service holds for one instance, and not for two", arguments: [1, 2])
    func threads(_ instances: Int) throws {
        let trial = try Self.service(
            instances, [ProgramTrial.python, "shop.py", "{port}"], ["shop.py": Fixtures.flask])
        let found = try trial.explore()
        #expect(TestProcess.eventually { TestProcess.using(trial.folder.path).isEmpty })
        #expect(found.end == .complete && found.counts.givenUp == 0, "\(found)")
        #expect(found.violated.contains(.noOversell) == (instances == 2), "\(found)")
    }

    @Test("a connection that requests share loses their WATCH for one instance, and not for two", arguments: [1, 2])
    func sharedConnection(_ instances: Int) throws {
        let trial = try Self.service(instances, ["node", "shop.js", "{port}"], ["shop.js": Fixtures.node])
        var found = try trial.explore()
        // On a machine too busy to let it answer, that is noted, and nothing is upheld.
        if found.notes.contains(where: { $0.contains("waits for what nobody brings") }) { found = try trial.explore() }
        #expect(found.end == .complete && found.counts.givenUp == 0, "\(found)")
        #expect(found.violated.contains(.noOversell) == (instances == 1), "\(found)")
    }

    @Test("orders that are queued are served one by one by one worker, and sold twice by two", arguments: [1, 2])
    func queue(_ workers: Int) throws {
        let program = Fixtures.queue.replacing(
            "WORKERS", with: "for _ in range(\(workers)): threading.Thread(target=work, daemon=True).start()")
        var bounds = ExplorationBounds()
        bounds.executions = 100
        let found = try Self.service(1, [ProgramTrial.python, "shop.py", "{port}"], ["shop.py": program]).explore(
            bounds)
        #expect(found.violated.contains(.noOversell) == (workers == 2), "\(found)")
        #expect(found.counts.unsteady == nil && found.counts.givenUp == 0, "\(found)")
        #expect(workers == 2 || found.end == .complete, "\(found)")
    }

    @Test("what a service writes after its answer is a step as well")
    func lateWrite() throws {
        let late = Fixtures.node.replacing(
            "const ok = await buy()",
            with: "const ok = Number(await ask('GET', 'count')) > 0; if (ok) setImmediate(() => ask('DECR', 'count'))")
        let found = try Self.service(1, ["node", "shop.js", "{port}"], ["shop.js": late]).explore()
        #expect(found.end == .complete && found.violated.contains(.noOversell), "\(found)")
        #expect(found.violations.allSatisfy { !$0.contains(.exactAccounting) || $0.contains(.noOversell) }, "\(found)")
    }
}
