package import FlashSale

/// What Slurm has given a job: nodes, and how many tasks each may have.
package struct SlurmAllocation: Equatable, Sendable {
    package struct Node: Equatable, Sendable {
        package var name: String
        package var tasks: Int
    }

    package var jobID: String
    /// As Slurm writes them: `n[1-3]`.
    package var nodeList: String
    package var nodes: [Node]
    /// Processors of each task, where the job says so.
    package var cpusPerTask: Int?
    /// Whether we run in a task that srun started, whose processors are taken while we wait.
    package var isWithinStep = false

    package var tasks: Int { nodes.reduce(0) { $0 + $1.tasks } }

    /// In words: `job 14: 12 tasks on 3 nodes (n[1-3])`.
    package var description: String {
        "job \(jobID): \(tasks.counted("task")) on \(nodes.count.counted("node")) (\(nodeList))"
    }

    /// The allocation that an environment tells of.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: ``RunError`` with 64 for one that cannot be used: it was not made for tasks, or several of us were started in it.
    package init?(environment: [String: String]) throws(RunError) {
        guard let job = environment["SLURM_JOB_ID"] ?? environment["SLURM_JOBID"], !job.isEmpty else { return nil }
        let step = environment["SLURM_STEP_ID"].flatMap { UInt32($0) }
        // Those from 0xFFFFFFF0 on are Slurm's own: the batch script, an interactive shell.
        let isWithinStep = step.map { $0 < 0xFFFF_FFF0 } ?? false
        if isWithinStep, let tasks = environment["SLURM_STEP_NUM_TASKS"].flatMap({ Int($0) }), tasks > 1 {
            throw RunError(
                .usage,
                "srun started this as one of \(tasks) tasks, and each would be a run of its own: start stress once, without srun, in the "
                    + "job's script or shell; it starts its workers in the allocation itself")
        }
        guard
            let allocation = Self(
                jobID: job, nodeList: environment["SLURM_JOB_NODELIST"] ?? environment["SLURM_NODELIST"] ?? "",
                tasksPerNode: environment["SLURM_TASKS_PER_NODE"] ?? "",
                cpusPerTask: environment["SLURM_CPUS_PER_TASK"])
        else {
            throw RunError(
                .usage,
                "wanted nodes and tasks of the Slurm job \(job) in SLURM_JOB_NODELIST and SLURM_TASKS_PER_NODE, such as n[1-3] and 4(x3), "
                    + "found '\(environment["SLURM_JOB_NODELIST"] ?? "")' and '\(environment["SLURM_TASKS_PER_NODE"] ?? "")'; make the "
                    + "allocation with a number of tasks: salloc -N3 -n12")
        }
        self = allocation
        self.isWithinStep = isWithinStep
    }

    /// - Returns: nil where the texts say nothing that can be used.
    package init?(jobID: String, nodeList: String, tasksPerNode: String, cpusPerTask: String?) {
        guard !jobID.isEmpty, jobID.allSatisfy({ $0.isASCII && ($0.isNumber || "_+.".contains($0)) }),
            let names = NodeList.expand(nodeList), let tasks = Self.counts(tasksPerNode), names.count == tasks.count
        else { return nil }
        self.jobID = jobID
        self.nodeList = nodeList
        nodes = zip(names, tasks).map { Node(name: $0, tasks: $1) }
        self.cpusPerTask = cpusPerTask.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// `4(x2),3` is 4, 4, 3.
    static func counts(_ text: String) -> [Int]? {
        var counts: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let number = part.prefix { $0.isNumber }
            guard let count = Int(number), (1...65_536).contains(count) else { return nil }
            let rest = part.dropFirst(number.count)
            guard !rest.isEmpty else {
                counts.append(count)
                continue
            }
            guard rest.hasPrefix("(x"), rest.hasSuffix(")"), let times = Int(rest.dropFirst(2).dropLast()),
                (1...NodeList.limit).contains(times), counts.count + times <= NodeList.limit
            else { return nil }
            counts += Array(repeating: count, count: times)
        }
        return counts.isEmpty ? nil : counts
    }

    /// On which node each of so many workers is: one node after the other gets one, as long as it has tasks, as srun deals them.
    ///
    /// - Returns: nil where there are more workers than tasks.
    package func places(for workers: Int) -> [String]? {
        guard workers <= tasks else { return nil }
        var places: [String] = []
        var round = 0
        while places.count < workers {
            for node in nodes where node.tasks > round && places.count < workers { places.append(node.name) }
            round += 1
        }
        return places
    }
}
