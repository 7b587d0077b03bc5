internal import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import Host
import SaleTestSupport
import Strategies
import TestSupport
import Testing

@testable import Fleet

/// Whole sales with workers in a Slurm of the tests' own, and in pods of a `kubectl` that starts programs here.
struct ClusterRunTests {
    private let sale: SmallSale

    init() throws {
        sale = try SmallSale(procs: 12, threads: 2, units: 200, buyers: 800)
        sale.scenario.attempts = 50
    }

    private func slurm(_ slurm: TestSlurm) throws -> SlurmEngine {
        SlurmEngine(
            .asked(try SlurmArguments("-N3 -n12"), waitSeconds: 30), executable: StressBinary.small,
            environment: slurm.environment, note: { _ in })
    }

    private func run(
        _ engine: any FleetEngine, strategy name: String, showProgress: @escaping (RunProgress) -> Void = { _ in }
    ) throws -> (CompletedRun, Verdict) {
        let yaml = BuiltinStrategies.yaml(named: name) ?? ""
        var scenario = sale.scenario
        scenario.strategy = .init(name: name, yaml: yaml)
        if name == "naive" { scenario.thinkTimeMicroseconds = .init(min: 500, max: 2000) }
        let results = try RunFolder(parent: sale.folder.path + "/results", strategy: name, started: Date())
        var coordinator = Coordinator(
            scenario: scenario, strategy: try StrategyFile.parse(yaml, file: name),
            place: .server(sale.server.endpoint), folder: results, run: "by0hand", executable: StressBinary.small,
            engine: engine, showProgress: showProgress)
        coordinator.allowsLoopback = true
        let run = try coordinator.run()
        return (run, Checks.judge(run.facts))
    }

    private func expectNothingLeft(of slurm: TestSlurm) throws {
        #expect(TestProcess.eventually(withinSeconds: 5) { slurm.jobs.isEmpty && slurm.processesOfJobs.isEmpty })
        #expect(try sale.keys == 0)
    }

    @Test(arguments: [("optimistic", CheckResult.Result.upheld), ("naive", .violated)])
    func aSaleInASlurmJob(_ name: String, _ result: CheckResult.Result) throws {
        let slurm = try TestSlurm()
        let (run, verdict) = try run(try self.slurm(slurm), strategy: name)
        #expect(verdict.result == result, "\(verdict.checks.filter { $0.result != .upheld })")
        #expect(run.facts.recorded.workers.allSatisfy { $0.lost == nil && $0.reported != nil && !$0.isIncomplete })
        let machines = try #require(run.measured.machines)
        #expect(machines.map(\.name) == ["n1", "n2", "n3"] && machines.allSatisfy { $0.workers.count == 4 })
        try expectNothingLeft(of: slurm)
    }

    @Test(arguments: [("optimistic", CheckResult.Result.upheld), ("naive", .violated)])
    func aSaleInPods(_ name: String, _ result: CheckResult.Result) throws {
        let kubectl = try TestKubectl(pods: ["w-0", "w-1", "w-2"])
        let engine = KubernetesEngine(
            try KubernetesPlace("shop/app=stress"), remoteBinary: StressBinary.small, executable: StressBinary.small,
            environment: ["PATH": kubectl.path], note: { _ in })
        let (run, verdict) = try run(engine, strategy: name)
        #expect(verdict.result == result, "\(verdict.checks.filter { $0.result != .upheld })")
        #expect(run.facts.recorded.workers.allSatisfy { $0.lost == nil && $0.reported != nil && !$0.isIncomplete })
        let machines = try #require(run.measured.machines)
        #expect(machines.map(\.name) == ["w-0", "w-1", "w-2"] && machines.allSatisfy { $0.workers.count == 4 })
        #expect(try sale.keys == 0)
    }

    /// Long enough for something to happen in its middle.
    private func prolong() {
        (sale.scenario.buyers, sale.scenario.units) = (6000, 5000)
        sale.scenario.thinkTimeMicroseconds = .init(min: 4000, max: 8000)
        sale.scenario.timeoutMilliseconds = 1000
    }

    /// Does something, once, when so many have bought.
    private func once(_ act: @escaping () -> Void) -> (RunProgress) -> Void {
        var isDone = false
        return { progress in
            guard progress.won > 100, !isDone else { return }
            isDone = true
            act()
        }
    }

    /// All workers are lost at once: what had come is judged, and nobody is accused.
    @Test func aJobThatIsCancelledInMidRun() throws {
        prolong()
        let slurm = try TestSlurm()
        let (run, verdict) = try run(
            try self.slurm(slurm), strategy: "optimistic", showProgress: once { try? slurm.cancelAll() })
        #expect(verdict.result == .inconclusive, "\(verdict.checks.filter { $0.result == .violated })")
        let lost = run.facts.recorded.workers.compactMap(\.lost)
        #expect(
            lost.count == 12 && lost.allSatisfy { $0.contains("cancelled") || $0.contains("job is over") }, "\(lost)")
        #expect(run.facts.recorded.history.count > 100)
        try expectNothingLeft(of: slurm)
    }

    /// A node whose daemon is killed in mid-run: its workers go on or are lost, and nobody is accused.
    @Test func aNodeThatIsLostInMidRun() throws {
        prolong()
        let slurm = try TestSlurm()
        let (run, verdict) = try run(
            try self.slurm(slurm), strategy: "optimistic", showProgress: once { try? slurm.kill(node: "n3") })
        #expect(verdict.result != .violated, "\(verdict.checks.filter { $0.result == .violated })")
        #expect(run.facts.recorded.workers.prefix(2).allSatisfy { $0.lost == nil })
        #expect(TestProcess.eventually(withinSeconds: 5) { slurm.processesOfJobs.isEmpty })
        #expect(try sale.keys == 0)
    }

    /// A pod that is gone when its worker is to be started ends the run before the doors open.
    @Test func aPodThatIsGone() throws {
        let kubectl = try TestKubectl(pods: ["w-0"])
        try kubectl.fail("exec", "Error from server (NotFound): pods \"w-0\" not found\n")
        let engine = KubernetesEngine(
            try KubernetesPlace("shop/app=stress"), remoteBinary: StressBinary.small, executable: StressBinary.small,
            environment: ["PATH": kubectl.path], note: { _ in })
        let error = #expect(throws: RunError.self) { try run(engine, strategy: "optimistic") }
        #expect(
            error?.status == .unavailable && error?.message.contains("the pod w-0 is gone") == true,
            "\(error?.message ?? "")")
        #expect(try sale.keys == 0)
    }
}
