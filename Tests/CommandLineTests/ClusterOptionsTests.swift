import Foundation
import TestSupport
import Testing

/// The flags that put workers into clusters.
struct ClusterOptionsTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: [
        (["--slurm", "-N1", "--kubernetes", "a/b=c"], "exclude each other"),
        (["--slurm", "-N1", "--hosts", "a"], "exclude each other"),
        (["--kubernetes", "a/b=c", "--hosts", "a"], "exclude each other"),
        (["--slurm", "bash"], "wanted options of salloc"),
        (["--kubernetes", "a"], "wanted NAMESPACE/LABEL"), (["--kubernetes-container", "a"], "--kubernetes"),
        (["--slurm", "-N1", "--slurm-wait", "soon"], "--slurm-wait soon"),
        (["--remote-binary", "/x"], "--remote-binary is for workers"),
    ])
    func mistakesAreRefused(_ flags: [String], _ words: String) throws {
        let end = try sandbox.run(flags)
        #expect(end.exitCode == 64 && end.errors.contains(words), "\(end.errors)")
        sandbox.expectNothingLeft()
    }

    /// A private server is out of reach of other nodes.
    @Test(arguments: [["--slurm", "-N1 -n2"], ["--kubernetes", "a/b=c"]])
    func aPrivateServerIsRefused(_ flags: [String]) throws {
        let end = try sandbox.run(flags)
        #expect(end.exitCode == 64 && end.errors.contains("--redis redis://HOST:6379"), "\(end.errors)")
        sandbox.expectNothingLeft()
    }

    /// Who only tries something within a job gets what they would get elsewhere, and hears why.
    @Test func aJobAroundUsIsNotUsedForAPrivateServer() throws {
        let job = ["SLURM_JOB_ID": "4", "SLURM_JOB_NODELIST": "n[1-3]", "SLURM_TASKS_PER_NODE": "4(x3)"]
        let end = try sandbox.run(environment: job)
        #expect(end.exitCode == 0 && end.errors.contains("this Slurm job's nodes are not used"), "\(end.errors)")
        #expect(try sandbox.record()["scenario"]["procs"].number == 2)
    }
}
