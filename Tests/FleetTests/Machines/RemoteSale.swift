import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

@testable import Fleet

/// A small sale with workers that are elsewhere, as far as they and the coordinator know.
struct RemoteSale {
    let sale: SmallSale

    init() throws {
        sale = try SmallSale(procs: 4, threads: 2, units: 200, buyers: 800)
        sale.scenario.attempts = 50
    }

    /// Where all that is on the machines works.
    var there: String { sale.folder.path + "/there" }

    /// Long enough for something to happen in its middle.
    func prolong() {
        (sale.scenario.buyers, sale.scenario.units) = (1200, 500)
        sale.scenario.thinkTimeMicroseconds = .init(min: 4000, max: 8000)
        sale.scenario.timeoutMilliseconds = 1000
    }

    func engine(
        _ machines: Int, _ script: @escaping @Sendable (Int) -> String = { _ in "exec $worker" }
    ) throws -> ShellEngine {
        ShellEngine(folder: try sale.folder.folder("there"), machines: machines, script: script)
    }

    /// Does something, once, when so many have bought.
    static func once(won: Int = 100, _ act: @escaping () -> Void) -> (RunProgress) -> Void {
        var isDone = false
        return { progress in
            guard progress.won > won, !isDone else { return }
            isDone = true
            act()
        }
    }

    /// - Parameters:
    ///   - yaml: of the strategy; nil for a built-in one.
    ///   - endpoint: of the server, for others than its own user.
    func run(
        _ engine: ShellEngine, strategy name: String = "optimistic", yaml: String? = nil,
        endpoint: RedisEndpoint? = nil, showProgress: @escaping (RunProgress) -> Void = { _ in }
    ) throws -> (run: CompletedRun, verdict: Verdict) {
        let yaml = yaml ?? BuiltinStrategies.yaml(named: name) ?? ""
        var scenario = sale.scenario
        scenario.strategy = .init(name: name, yaml: yaml)
        let results = try RunFolder(parent: sale.folder.path + "/results", strategy: name, started: Date())
        var coordinator = Coordinator(
            scenario: scenario, strategy: try StrategyFile.parse(yaml, file: name),
            place: .server(endpoint ?? sale.server.endpoint), folder: results, run: "by0hand",
            executable: StressBinary.path, engine: engine, showProgress: showProgress)
        coordinator.allowsLoopback = true
        let run = try coordinator.run()
        return (run, Checks.judge(run.facts))
    }

    /// Nothing of ours is left on the machines after some seconds, and no key on the server.
    func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(
            TestProcess.eventually(withinSeconds: 5) { TestProcess.using(there).isEmpty },
            sourceLocation: sourceLocation)
        #expect(try sale.keys == 0, sourceLocation: sourceLocation)
    }
}

extension Verdict {
    func result(_ name: CheckName) -> CheckResult.Result? { checks.first { $0.name == name }?.result }

    /// For the user of a test that fails.
    var unlikeUpheld: String {
        checks.filter { $0.result != .upheld }.map { "\($0.name) \($0.result): \($0.detail)" }.joined(separator: "\n")
    }
}
