internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation

/// The flags that put workers into a cluster of Slurm's or of Kubernetes'.
struct ClusterOptions: ParsableArguments {
    @Option(
        // They begin with a dash.
        parsing: .unconditional,
        help: ArgumentHelp(
            "Start the workers in a Slurm allocation that these options of salloc make, such as '-N3 -n12'. Inside of an allocation nothing has to be said: it is used where --redis names a server.",
            valueName: "options"))
    var slurm: String?

    @Option(
        name: .customLong("slurm-wait"),
        help: ArgumentHelp("How long Slurm may take to give the allocation.", valueName: "time"))
    var slurmWait = "10m"

    @Option(
        help: ArgumentHelp(
            "Start the workers in pods that are there, by their namespace and label, such as default/app=stress: one in each, or more where --procs is higher. `stress manifest` prints such pods.",
            valueName: "namespace/label"))
    var kubernetes: String?

    @Option(
        name: .customLong("kubernetes-container"),
        help: ArgumentHelp(
            "The container of each pod in which stress is. Default: the only one, or the pod's default, or the one named stress.",
            valueName: "name"))
    var container: String?

    func validate() throws {
        if slurm != nil, kubernetes != nil {
            throw ValidationError(
                "--slurm and --kubernetes exclude each other: workers are in one place or in the other")
        }
        if container != nil, kubernetes == nil {
            throw ValidationError(
                "--kubernetes-container names a container of the pods of --kubernetes, which is not there")
        }
        do throws(RunError) {
            if let slurm { _ = try SlurmArguments(slurm) }
            if let kubernetes { _ = try KubernetesPlace(kubernetes) }
        } catch {
            throw ValidationError(error.message)
        }
        _ = try waitSeconds()
    }

    private func waitSeconds() throws(ValidationError) -> Int {
        guard let range = try? DurationText.microsecondRange(slurmWait), range.min == range.max,
            (1...86_400).contains(range.min / 1_000_000)
        else { throw ValidationError("--slurm-wait \(slurmWait): a duration from 1s to 1d is wanted, such as 10m") }
        return range.min / 1_000_000
    }

    /// - Throws: where flags say in two ways where workers are, or something of what is nowhere.
    func refuse(beside machines: MachineOptions) throws {
        let isGiven = slurm != nil || kubernetes != nil
        if isGiven, machines.areOthers {
            throw ValidationError(
                "\(slurm != nil ? "--slurm" : "--kubernetes") and \(machines.hosts != nil ? "--hosts" : "--hostfile") exclude each other: "
                    + "workers are in one place or in the other")
        }
        let isWithinJob = ProcessInfo.processInfo.environment["SLURM_JOB_ID"]?.isEmpty == false
        guard isGiven || machines.areOthers || isWithinJob || machines.remoteBinary == nil else {
            throw ValidationError(
                "--remote-binary is for workers on other machines, which --hosts, --hostfile, --slurm or --kubernetes names"
            )
        }
    }

    /// Whether others than this machine reach the sale. A private server is on this machine's loopback, so that an allocation is not used
    /// for it by itself.
    private static func isReached(_ place: Coordinator.Place) -> Bool {
        switch place {
        case .server, .elsewhere: true
        case .embedded, .starting: false
        }
    }

    /// How many workers there are where nobody says: as many as the allocation has tasks. Nil where that is not known beforehand.
    ///
    /// - Throws: ``RunError`` with 64 for an allocation that cannot be used.
    func usualProcs(at place: Coordinator.Place) throws(RunError) -> Int? {
        if let slurm { return try SlurmArguments(slurm).tasks }
        guard kubernetes == nil, Self.isReached(place) else { return nil }
        return try SlurmAllocation(environment: ProcessInfo.processInfo.environment)?.tasks
    }

    /// What starts the workers.
    ///
    /// - Parameters:
    ///   - remoteBinary: what the user said of where our binary is there.
    ///   - note: is told what the user should know before the doors open.
    /// - Returns: nil where workers are started here.
    /// - Throws: ``RunError`` with 64 for an allocation that cannot be used.
    func engine(
        at place: Coordinator.Place, remoteBinary: String?, note: @escaping @Sendable (String) -> Void
    ) throws(RunError) -> (any FleetEngine)? {
        if let kubernetes {
            return KubernetesEngine(
                try KubernetesPlace(kubernetes), container: container, remoteBinary: remoteBinary, note: note)
        }
        if let slurm {
            // validate() has read it once, so it cannot be wrong here.
            let seconds = (try? waitSeconds()) ?? 600
            return SlurmEngine(
                .asked(try SlurmArguments(slurm), waitSeconds: seconds), remoteBinary: remoteBinary, note: note)
        }
        guard Self.isReached(place) else {
            if ProcessInfo.processInfo.environment["SLURM_JOB_ID"]?.isEmpty == false {
                note(
                    "this Slurm job's nodes are not used, since the private server is on this machine alone; --redis with a server that "
                        + "all of them reach puts workers there")
            }
            return nil
        }
        guard let allocation = try SlurmAllocation(environment: ProcessInfo.processInfo.environment) else { return nil }
        return SlurmEngine(.given(allocation), remoteBinary: remoteBinary, note: note)
    }
}
