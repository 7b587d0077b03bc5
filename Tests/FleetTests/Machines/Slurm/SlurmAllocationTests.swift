import FlashSale
import Fleet
import Testing

struct SlurmAllocationTests {
    private let job = [
        "SLURM_JOB_ID": "4", "SLURM_JOB_NODELIST": "n[1-3]", "SLURM_TASKS_PER_NODE": "4(x2),3",
        "SLURM_CPUS_PER_TASK": "2",
    ]

    @Test func isReadFromTheEnvironment() throws {
        let found = try #require(try SlurmAllocation(environment: job))
        #expect(found.jobID == "4" && found.cpusPerTask == 2 && found.tasks == 11 && !found.isWithinStep)
        #expect(found.nodes.map(\.name) == ["n1", "n2", "n3"] && found.nodes.map(\.tasks) == [4, 4, 3])
        #expect(found.description == "job 4: 11 tasks on 3 nodes (n[1-3])")
        #expect(try SlurmAllocation(environment: ["PATH": "/bin"]) == nil)
        #expect(try SlurmAllocation(environment: ["SLURM_JOB_ID": ""]) == nil)
    }

    /// The batch script and an interactive shell are steps of Slurm's own.
    @Test(arguments: [("0", true), ("12", true), ("4294967291", false), ("4294967290", false)])
    func aTaskOfSrunsSharesItsProcessors(_ step: String, _ isWithin: Bool) throws {
        let found = try SlurmAllocation(
            environment: job.merging(["SLURM_STEP_ID": step, "SLURM_STEP_NUM_TASKS": "1"]) { $1 })
        #expect(found?.isWithinStep == isWithin)
    }

    @Test func oneOfSeveralTasksIsRefused() {
        let error = #expect(throws: RunError.self) {
            try SlurmAllocation(environment: job.merging(["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4"]) { $1 })
        }
        #expect(error?.status == .usage && error?.message.contains("one of 4 tasks") == true)
    }

    @Test(arguments: [
        ("n[1-3]", ""), ("n[1-3]", "4"), ("n[1-3]", "4(x2)"), ("", "4(x3)"), ("n[1-3]", "4(x"), ("n[1-3]", "0(x3)"),
        ("n[1-3]", "4(x3),"), ("n[1-3]", "4x3"),
    ])
    func whatDoesNotFitIsRefused(_ nodes: String, _ tasks: String) {
        let error = #expect(throws: RunError.self) {
            try SlurmAllocation(
                environment: ["SLURM_JOB_ID": "4", "SLURM_JOB_NODELIST": nodes, "SLURM_TASKS_PER_NODE": tasks])
        }
        #expect(error?.status == .usage)
    }

    /// One node after the other, as long as it has tasks.
    @Test(
        arguments: [
            (1, ["n1"]), (4, ["n1", "n2", "n3", "n1"]), (6, ["n1", "n2", "n3", "n1", "n3", "n3"]), (7, nil),
        ] as [(Int, [String]?)])
    func workersAreDealt(_ workers: Int, _ places: [String]?) throws {
        let found = try #require(
            SlurmAllocation(jobID: "4", nodeList: "n[1-3]", tasksPerNode: "2,1,3", cpusPerTask: nil))
        #expect(found.places(for: workers) == places)
    }

    @Test(
        arguments: [
            ("-N3 -n12", 12), ("--ntasks=8", 8), ("-n 5", 5), ("-N 2 --ntasks-per-node=4", 8), ("-N3", 3),
            ("-p main", nil), ("-N1-3", nil),
        ] as [(String, Int?)])
    func tasksAreKnownFromTheOptions(_ text: String, _ tasks: Int?) throws {
        #expect(try SlurmArguments(text).tasks == tasks)
    }

    @Test(arguments: ["", "bash", "-N3 -- bash", "-N3 --no-shell", "-N3 -J x", "-N3 --job-name=x", "-N 'x"])
    func whatIsNoOptionIsRefused(_ text: String) {
        let error = #expect(throws: RunError.self) { try SlurmArguments(text) }
        #expect(error?.status == .usage && error?.message.contains("--slurm: ") == true)
    }
}
