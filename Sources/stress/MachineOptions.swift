internal import ArgumentParser
internal import FlashSale
internal import Fleet
internal import Foundation
internal import Host

/// The flags that say on which machines the workers are.
struct MachineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Start the workers on these machines, through ssh: a:4,user@b:4,[fe80::1]:2,ssh://c:2222:4, with the number of workers each takes behind a colon; 1 without. The first machine's come first. Another port, a jump host or a key is best named in ~/.ssh/config.",
            valueName: "host:n,…"))
    var hosts: String?

    @Option(
        help: ArgumentHelp(
            "The same from a file as Open MPI's: a host a line, with slots=4 behind it; 1 without.", valueName: "file"),
        completion: .file())
    var hostfile: String?

    @Option(
        help: ArgumentHelp(
            "The program that reaches those machines, with its options, such as 'ssh -i key'. Default: $STRESS_SSH, otherwise ssh.",
            valueName: "command"))
    var ssh: String?

    @Option(
        help: ArgumentHelp(
            "Where stress is on each of those machines, nodes or pods. Default: this program is sent to machines that lack it, into ~/.cache/stress, and to nodes of Slurm's, into /tmp until the run ends; in pods /usr/bin/stress.",
            valueName: "path"),
        completion: .file())
    var remoteBinary: String?

    /// Whether workers are on other machines.
    var areOthers: Bool { hosts != nil || hostfile != nil }

    func validate() throws {
        guard hosts == nil || hostfile == nil else {
            throw ValidationError("--hosts and --hostfile name the machines in two ways; one of them is wanted")
        }
        guard areOthers || ssh == nil else {
            throw ValidationError("--ssh is for workers on other machines, which --hosts or --hostfile names")
        }
        if let hosts {
            do throws(HostList.Problem) {
                _ = try HostList(option: hosts)
            } catch {
                throw ValidationError("--hosts: \(error.message)")
            }
        }
    }

    /// The machines that the flags name; nil where the workers are on this one.
    ///
    /// - Throws: ``RunError`` with 64 for a list that cannot be read.
    func list() throws(RunError) -> HostList? {
        do throws(HostList.Problem) {
            if let hosts { return try HostList(option: hosts) }
        } catch {
            throw RunError(.usage, "--hosts: \(error.message)")
        }
        guard let hostfile else { return nil }
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: hostfile))
        } catch {
            throw RunError(
                .usage, "--hostfile \(hostfile): a file with a host a line is wanted: \(error.localizedDescription)")
        }
        do throws(HostList.Problem) {
            return try HostList(file: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw RunError(.usage, "--hostfile \(hostfile), \(error.message)")
        }
    }

    /// How many workers there are: those that are wanted, or as many as the machines have slots, or 4.
    ///
    /// - Throws: ``RunError`` with 64 for more than there are slots, or than a run may have.
    func workers(wanted: Int?, on list: HostList?) throws(RunError) -> Int {
        guard let list else { return wanted ?? LoadOptions.usualProcs }
        let count = wanted ?? list.slots
        guard count <= list.slots else {
            throw RunError(
                .usage,
                "--procs \(count): there are \(list.slots) slots on \(list.hosts.count) hosts; give them more (host:\(count)), or want "
                    + "fewer workers")
        }
        guard Scenario.Bounds.procs.contains(count) else {
            throw RunError(
                .usage,
                "the hosts have \(count) slots, and a run has at most \(Scenario.Bounds.procs.upperBound) workers; say with --procs how "
                    + "many are wanted")
        }
        return count
    }

    /// What starts workers on those machines; nil where they are on this one.
    ///
    /// - Throws: ``RunError`` with 64 where the machines cannot be read, or ssh is not there.
    func engine() throws(RunError) -> (any FleetEngine)? {
        guard let list = try list() else { return nil }
        let environment = ProcessInfo.processInfo.environment
        return try SSHEngine(
            list, by: SSHCommand(ssh, environment: environment), executable: OwnBinary.path, remoteBinary: remoteBinary,
            environment: environment)
    }
}
