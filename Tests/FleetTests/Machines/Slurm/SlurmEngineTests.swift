import FlashSale
import Fleet
import Foundation
import Synchronization
import TestSupport
import Testing

/// The engine on a Slurm of the test's own, with programs in the place of workers.
struct SlurmEngineTests {
    private let files: TestFolder
    private let notes = Notes()

    init() throws { files = try TestFolder("slurm-engine") }

    /// What the engine told its user.
    final class Notes: Sendable {
        private let all = Mutex<[String]>([])
        var texts: [String] { all.withLock { $0 } }
        func take(_ note: String) { all.withLock { $0.append(note) } }
    }

    private func engine(
        _ slurm: TestSlurm, _ arguments: String = "-N3 -n12", waitSeconds: Int = 30, binary: String? = nil,
        executable: String = StressBinary.small
    ) throws -> SlurmEngine {
        SlurmEngine(
            .asked(try SlurmArguments(arguments), waitSeconds: waitSeconds), remoteBinary: binary,
            executable: executable,
            environment: slurm.environment, note: { [notes] in notes.take($0) })
    }

    /// Says where it is, and then what it hears.
    private func echo() throws -> String {
        try files.script("echo", "echo \"$SLURMD_NODENAME $*\"; exec cat")
    }

    private func start(_ engine: SlurmEngine, _ worker: Int, _ slurm: TestSlurm) throws -> CarriedWorker {
        try CarriedWorker(engine.launch(worker: worker), environment: slurm.environment, files: files)
    }

    /// 3 × 4 workers at once, each on its node with a step of its own; bytes go through as they are, the end of the input arrives, and
    /// the job goes back.
    @Test func aWorkerIsAStep() throws {
        let slurm = try TestSlurm()
        var engine = try engine(slurm, binary: try echo())
        try engine.prepare(workers: 12)
        #expect(notes.texts.last?.contains("12 tasks on 3 nodes (n[1-3]), 12 workers") == true, "\(notes.texts)")
        #expect(slurm.jobs.count == 1)
        let workers = try (0..<12).map { try start(engine, $0, slurm) }
        for (index, worker) in workers.enumerated() {
            let node = ["n1", "n2", "n3"][index % 3]
            #expect(engine.launch(worker: index).machine == node)
            #expect(worker.says("\(node) worker --remote\n"), "\(worker.program.errors)")
        }
        let bytes = String(decoding: (0..<200_000).map { UInt8($0 % 128) }, as: UTF8.self)
        workers[5].program.tell(bytes)
        #expect(workers[5].says(bytes))
        for worker in workers {
            worker.program.closeInput()
            #expect(worker.program.wait() == .init(exitCode: 0), "\(worker.program.errors)")
        }
        engine.close()
        #expect(TestProcess.eventually(withinSeconds: 5) { slurm.jobs.isEmpty && slurm.processesOfJobs.isEmpty })
    }

    /// Nobody has to say anything inside of an allocation.
    @Test func theAllocationAroundUsIsUsed() throws {
        let slurm = try TestSlurm(nodes: 2)
        try slurm.run(["salloc", "-N2", "-n3", "--no-shell"])
        let job = try #require(slurm.jobs.first)
        let allocation = try #require(
            SlurmAllocation(jobID: job, nodeList: "n[1-2]", tasksPerNode: "2,1", cpusPerTask: nil))
        var engine = SlurmEngine(
            .given(allocation), remoteBinary: try echo(), executable: StressBinary.small,
            environment: slurm.environment,
            note: { [notes] in notes.take($0) })
        let error = #expect(throws: RunError.self) { try engine.prepare(workers: 4) }
        #expect(error?.status == .usage && error?.message.contains("no room for more than 3 workers") == true)
        try engine.prepare(workers: 3)
        let worker = try start(engine, 2, slurm)
        #expect(worker.says("n1 worker --remote"), "\(worker.program.errors)")
        engine.close()
        #expect(slurm.jobs == [job])
    }

    @Test func aCancelledJobIsSaid() throws {
        let slurm = try TestSlurm(nodes: 2)
        var engine = try engine(slurm, "-N2 -n2", binary: try echo())
        try engine.prepare(workers: 2)
        let worker = try start(engine, 0, slurm)
        #expect(worker.says("worker --remote"))
        try slurm.cancelAll()
        let ending = worker.program.wait()
        #expect(ending != nil)
        let reason = engine.reason(worker: 0, exitCode: ending?.exitCode, errors: worker.program.errors)
        #expect(
            reason?.contains("the Slurm job") == true && reason?.contains("cancelled") == true, "\(reason ?? "none")")
        engine.close()
        #expect(TestProcess.eventually(withinSeconds: 5) { slurm.processesOfJobs.isEmpty })
    }

    /// A node whose daemon is gone: what is on the others goes on.
    @Test func aLostNodeIsSaid() throws {
        let slurm = try TestSlurm(nodes: 2)
        var engine = try engine(slurm, "-N2 -n2", binary: try echo())
        try engine.prepare(workers: 2)
        try slurm.kill(node: "n2")
        let other = try start(engine, 0, slurm)
        #expect(other.says("n1 worker --remote"))
        let worker = try start(engine, 1, slurm)
        let ending = worker.program.wait(seconds: 60)
        #expect(ending != nil)
        let reason = engine.reason(worker: 1, exitCode: ending?.exitCode, errors: worker.program.errors)
        #expect(reason != nil, "\(worker.program.errors)")
        other.program.tell("still here\n")
        #expect(other.says("still here"))
        engine.close()
    }

    @Test(arguments: [
        ("-p nosuch -N1", "no such partition"), ("-N1 -n1 -w n9", "no node of such a name"),
        ("--frobnicate", "none of salloc's"),
        ("-N1 -n1 -C fast", "no node has such a feature"), ("-N1 -n1 -I -n999", "not so many nodes"),
    ])
    func aRefusalIsSaid(_ arguments: String, _ words: String) throws {
        let slurm = try TestSlurm(nodes: 1)
        var engine = try engine(slurm, arguments)
        let error = #expect(throws: RunError.self) { try engine.prepare(workers: 1) }
        #expect(error?.status == .unavailable && error?.message.contains(words) == true, "\(error?.message ?? "")")
        engine.close()
        #expect(slurm.jobs.isEmpty)
    }

    /// An allocation that does not come is waited for, with the reason, for a bounded time; the waiting job does not stay.
    @Test func aPendingJobIsNotWaitedForForEver() throws {
        let slurm = try TestSlurm(nodes: 1)
        try slurm.run(["salloc", "-N1", "-n4", "--no-shell"])
        var engine = try engine(slurm, "-N1 -n4", waitSeconds: 3)
        let error = #expect(throws: RunError.self) { try engine.prepare(workers: 4) }
        #expect(error?.status == .unavailable && error?.message.contains("within 3 seconds") == true)
        #expect(
            notes.texts.contains { $0.contains("waits until enough nodes and processors are free") }, "\(notes.texts)")
        engine.close()
        #expect(TestProcess.eventually(withinSeconds: 5) { slurm.jobs.count == 1 })
    }

    @Test func mungeThatDoesNotRunIsSaid() throws {
        let slurm = try TestSlurm(nodes: 1)
        try slurm.killMunge()
        var engine = try engine(slurm, "-N1 -n1")
        let error = #expect(throws: RunError.self) { try engine.prepare(workers: 1) }
        #expect(error?.status == .unavailable && error?.message.contains("is munged running") == true)
        engine.close()
    }

    @Test func slurmThatIsNotThereIsSaid() throws {
        var engine = SlurmEngine(
            .asked(try SlurmArguments("-N1"), waitSeconds: 1), executable: StressBinary.small,
            environment: ["PATH": files.path], note: { _ in })
        let error = #expect(throws: RunError.self) { try engine.prepare(workers: 1) }
        #expect(error?.status == .unavailable && error?.message.contains("srun is wanted") == true)
        engine.close()
    }

    @Test func aBinaryThatIsNotThereIsSaid() throws {
        let slurm = try TestSlurm(nodes: 1)
        var engine = try engine(slurm, "-N1 -n1", binary: "/nowhere/stress")
        try engine.prepare(workers: 1)
        let worker = try start(engine, 0, slurm)
        let ending = worker.program.wait()
        let reason = engine.reason(worker: 0, exitCode: ending?.exitCode, errors: worker.program.errors)
        #expect(reason?.contains("/nowhere/stress is not there on the node n1") == true, "\(reason ?? "none")")
        engine.close()
    }

    /// A node that does not have our binary gets it, and it is removed: when we end, and when the job is cancelled.
    @Test(arguments: [false, true])
    func theBinaryIsSentAndRemoved(_ isCancelled: Bool) throws {
        let own = try TestFolder("slurm-binary")
        // It can do what ours does at the start of a program here, and is known by its digest.
        let copy = "\(own.path)/stress"
        try FileManager.default.copyItem(atPath: StressBinary.small, toPath: copy)
        let slurm = try TestSlurm(nodes: 2, hidden: own.path)
        var engine = try engine(slurm, "-N2 -n2", executable: copy)
        try engine.prepare(workers: 2)
        let path = try #require(engine.launch(worker: 1).arguments.dropLast(2).last)
        #expect(
            path.hasPrefix("/tmp/stress-") && FileManager.default.contentsEqual(atPath: path, andPath: copy), "\(path)")
        if isCancelled { try slurm.cancelAll() }
        if !isCancelled { engine.close() }
        #expect(TestProcess.eventually(withinSeconds: 8) { !FileManager.default.fileExists(atPath: path) })
        if isCancelled { engine.close() }
        #expect(TestProcess.eventually(withinSeconds: 5) { slurm.jobs.isEmpty && slurm.processesOfJobs.isEmpty })
    }

    /// Where all nodes have it at the same path, nothing is sent.
    @Test func aSharedBinaryIsUsed() throws {
        let slurm = try TestSlurm(nodes: 2)
        var engine = try engine(slurm, "-N2 -n2")
        try engine.prepare(workers: 2)
        #expect(engine.launch(worker: 1).arguments.suffix(3) == [StressBinary.small, "worker", "--remote"])
        engine.close()
    }

    /// The keeper gives back what it keeps when whoever started it is gone, in whatever way: its input ends then. A job that still waits
    /// goes, too.
    @Test(arguments: [false, true])
    func theAllocationGoesWithItsOwner(_ isPending: Bool) throws {
        let slurm = try TestSlurm(nodes: 1)
        if isPending { try slurm.run(["salloc", "-N1", "-n4", "--no-shell"]) }
        let keeper = try Program(
            "/bin/sh",
            [
                "-c",
                "sleep 1000 | \"$0\" keep-allocation /usr/bin/salloc stress-test -N1 -n4 & echo $! > keeper; wait",
                StressBinary.small,
            ],
            folder: files.path, files: files.path, environment: slurm.environment)
        let expected = isPending ? 2 : 1
        #expect(TestProcess.eventually(withinSeconds: 10) { slurm.jobs.count == expected })
        for sleeper in TestProcess.using("1000") where TestProcess.arguments(of: sleeper) == ["sleep", "1000"] {
            if TestProcess.environment(of: sleeper)["SLURM_CONF"] == slurm.environment["SLURM_CONF"] {
                kill(sleeper, SIGKILL)
            }
        }
        #expect(TestProcess.eventually(withinSeconds: 5) { slurm.jobs.count == expected - 1 })
        _ = keeper.wait()
    }
}
