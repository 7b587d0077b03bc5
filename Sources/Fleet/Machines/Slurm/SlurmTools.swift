internal import FlashSale
internal import Foundation

/// Slurm's programs on this machine, and how steps of a job are made of them.
struct SlurmTools {
    let programs: OutsidePrograms
    private let srun: String

    /// - Throws: ``RunError`` with 69 where Slurm is not installed here.
    init(_ programs: OutsidePrograms) throws(RunError) {
        self.programs = programs
        srun = try Self.find("srun", programs)
    }

    private static func find(_ name: String, _ programs: OutsidePrograms) throws(RunError) -> String {
        if let path = programs.find(name) { return path }
        throw RunError(
            .unavailable,
            "Slurm's \(name) is wanted, and is in none of the folders of PATH: start on a login node of the cluster, or install slurm-client"
        )
    }

    func path(_ name: String) throws(RunError) -> String { try Self.find(name, programs) }
    func optional(_ name: String) -> String? { programs.find(name) }

    /// What srun would take from the environment and what would change what a worker's lines look like, or how many tasks there are.
    private static let disturbing = [
        "SLURM_LABELIO", "SLURM_STDINMODE", "SLURM_STDOUTMODE", "SLURM_STDERRMODE", "SLURM_NTASKS_PER_NODE",
        "SLURM_NTASKS_PER_CORE",
        "SLURM_NTASKS_PER_SOCKET", "SLURM_NTASKS_PER_GPU", "SLURM_MEM_PER_CPU", "SLURM_MEM_PER_GPU",
        "SLURM_MEM_PER_NODE", "SLURM_EXACT",
        "SLURM_EXCLUSIVE", "SLURM_OVERLAP", "SLURM_WHOLE", "SLURM_CPUS_PER_TASK", "SLURM_THREADS", "SLURM_MULTI_PROG",
        "SLURM_WAIT",
        "SLURM_GRES", "SLURM_DISTRIBUTION", "SLURM_OVERCOMMIT", "SLURM_TIMELIMIT", "SLURM_IMMEDIATE",
        "SLURM_UNBUFFEREDIO",
    ]

    /// The words that run a program as a step, one task on each of these nodes. The first is the path of a program.
    ///
    /// - Parameter isShared: whether the step may use what others of the job use: it is short, or does little.
    func step(of allocation: SlurmAllocation, on nodes: [String], isShared: Bool) -> [String] {
        var words = ["/usr/bin/env"] + Self.disturbing.flatMap { ["-u", $0] }
        if let configuration = programs.environment["SLURM_CONF"] { words.append("SLURM_CONF=\(configuration)") }
        words += [
            srun, "--jobid=\(allocation.jobID)", "--exact", "--nodes=\(nodes.count)", "--ntasks=\(nodes.count)",
            "--ntasks-per-node=1", "--nodelist=\(nodes.joined(separator: ","))", "--job-name=stress", "--no-kill",
            // None of its own: the first step would get all memory of the job, and others would wait for it.
            "--mem=0",
        ]
        if let cpus = allocation.cpusPerTask, !isShared { words.append("--cpus-per-task=\(cpus)") }
        if isShared { words.append("--overlap") }
        return words
    }
}
