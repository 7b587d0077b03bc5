import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

/// What becomes of an allocation, of its steps and of the workers in them when the command that asked for it is ended.
struct ClusterCommandTests {
    private let sandbox: Sandbox
    /// Only its Redis is used, which nodes of a cluster reach at another address than this machine's own.
    private let hosts: TestHosts
    private let slurm: TestSlurm

    init() throws {
        sandbox = try Sandbox()
        sandbox.stress = StressBinary.small
        hosts = try TestHosts(1, redis: true)
        slurm = try TestSlurm()
    }

    private func start(_ allocation: String, _ flags: [String]) throws -> Program {
        try sandbox.start(
            ["run", "--slurm", allocation, "--redis", hosts.redis ?? ""] + flags, environment: slurm.environment)
    }

    private static let long = [
        "--threads", "2", "--units", "5000", "--buyers", "20000", "--think-time", "20ms..40ms", "--quiet",
    ]

    /// No step, no allocation, no worker.
    @Test func aRunThatIsKilled() throws {
        let run = try start("-N3 -n6", Self.long)
        #expect(
            TestProcess.eventually(withinSeconds: 60) { sandbox.history.count { $0.outcome == .won } > 40 },
            "\(run.errors)")
        #expect(slurm.jobs.count == 1 && !slurm.processesOfJobs.isEmpty)
        run.signal(SIGKILL)
        _ = run.wait()
        #expect(
            TestProcess.eventually(withinSeconds: 10) { slurm.jobs.isEmpty && slurm.processesOfJobs.isEmpty },
            "\(slurm.jobs) \(slurm.processesOfJobs.map { TestProcess.arguments(of: $0) })")
        sandbox.expectNothingLeft()
    }

    /// Ctrl-C ends the waiting for nodes that are another's, and the job that waited; a kill does, too.
    @Test(arguments: [SIGINT, SIGKILL])
    func anAllocationThatIsPending(_ signal: Int32) throws {
        try slurm.run(["salloc", "-N3", "-n12", "--no-shell"])
        let others = slurm.jobs
        let run = try start("-N1 -n4", Self.long.dropLast())
        #expect(TestProcess.eventually(withinSeconds: 20) { slurm.jobs.count == 2 }, "\(run.errors)")
        run.signal(signal)
        let ending = run.wait(seconds: 20)
        #expect(ending == (signal == SIGINT ? .init(exitCode: 130) : .init(signal: SIGKILL)), "\(run.errors)")
        #expect(TestProcess.eventually(withinSeconds: 10) { slurm.jobs == others }, "\(slurm.jobs)")
        sandbox.expectNothingLeft()
    }
}
