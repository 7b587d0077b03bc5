package import FlashSale
internal import Foundation
internal import Host

/// Workers in an allocation of Slurm's: one srun for each, since one for many would break lines.
package struct SlurmEngine: FleetEngine {
    /// Where the allocation comes from.
    package enum Source: Sendable, Equatable {
        /// The job that we run in.
        case given(SlurmAllocation)
        /// One that salloc makes for us.
        case asked(SlurmArguments, waitSeconds: Int)
    }

    private let source: Source
    /// What the user said of where our binary is on the nodes.
    private let remoteBinary: String?
    /// Our binary here.
    private let executable: String
    private let environment: [String: String]
    private let note: @Sendable (String) -> Void

    private var tools: SlurmTools?
    private var request: AllocationRequest?
    private(set) var allocation: SlurmAllocation?
    private var places: [String] = []
    private var sent: SentBinary?

    /// - Parameters:
    ///   - remoteBinary: where our binary is on every node; nil to look for it there, and to send it where it is not.
    ///   - note: is told what the user should know before the doors open: a sentence.
    package init(
        _ source: Source, remoteBinary: String? = nil, executable: String = OwnBinary.path,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.source = source
        self.remoteBinary = remoteBinary
        self.executable = executable
        self.environment = environment
        self.note = note
    }

    package mutating func prepare(workers: Int) throws(RunError) {
        let tools = try SlurmTools(OutsidePrograms(starter: executable, environment: environment))
        self.tools = tools
        let allocation: SlurmAllocation
        switch source {
        case .given(let given): allocation = given
        case .asked(let arguments, let seconds):
            let request = try AllocationRequest(arguments, salloc: try tools.path("salloc"), tools.programs)
            self.request = request
            allocation = try request.wait(seconds: seconds, squeue: tools.optional("squeue"), note: note)
        }
        self.allocation = allocation
        guard let places = allocation.places(for: workers) else {
            throw RunError(
                .usage,
                "--procs \(workers): the Slurm \(allocation.description) has no room for more than \(allocation.tasks.counted("worker")); name "
                    + "at most as many, or ask for more tasks (-n)")
        }
        self.places = places
        note("Slurm: \(allocation.description), \(workers.counted("worker"))")
        guard remoteBinary == nil else { return }
        // Only where workers are.
        let nodes = allocation.nodes.map(\.name).filter(places.contains)
        sent = try SentBinary.provide(executable, on: nodes, of: allocation, with: tools)
    }

    /// Where our binary is on the nodes.
    private var path: String { remoteBinary ?? sent?.path ?? executable }

    package func launch(worker: Int) -> WorkerLaunch {
        guard let tools, let allocation, places.indices.contains(worker) else {
            preconditionFailure("worker \(worker) was not prepared")
        }
        let node = places[worker]
        let words = tools.step(of: allocation, on: [node], isShared: allocation.isWithinStep) + ["--unbuffered"]
        return WorkerLaunch(
            engine: .slurm, machine: node, executable: executable,
            arguments: ["die-with-parent", String(getpid())] + words + [path, "worker", "--remote"])
    }

    package func reason(worker: Int, exitCode: Int32?, errors: String) -> String? {
        guard places.indices.contains(worker) else { return nil }
        // salloc hears first of a job that was cancelled.
        if request?.hasBeenRevoked == true { return "the Slurm job was cancelled, or its time limit was reached" }
        return SlurmTrouble.reason(node: places[worker], path: path, exitCode: exitCode, errors: errors)
    }

    package mutating func close() {
        sent?.remove()
        sent = nil
        request?.close()
        request = nil
    }
}
