internal import FlashSale

/// What Slurm's programs say when something is wrong, in words that say what to do. The texts are those of Slurm 22.05, cut down to
/// what other versions say, too.
package enum SlurmTrouble {
    /// Why salloc gave no allocation.
    package static func refusal(_ errors: String) -> String {
        if let known = service(errors) { return known }
        let said = lastWords(errors)
        let known: [(String, String)] = [
            (
                "Invalid partition name",
                "Slurm has no such partition: `sinfo` shows those that it has; name one with -p in --slurm"
            ),
            (
                "Requested partition configuration not available",
                "the partition has not so many nodes or processors, or may not give them to one job: `sinfo -N` shows what it has; ask for "
                    + "less in --slurm"
            ),
            (
                "Requested node configuration is not available",
                "no nodes are as they are asked for: `sinfo -N -l` shows what there is"
            ),
            ("Node count specification invalid", "the number of nodes asked for is none that the partition gives"),
            ("Invalid node name", "Slurm has no node of such a name: `sinfo -N` shows those that it has"),
            ("Invalid feature specification", "no node has such a feature (-C)"),
            ("Invalid account", "Slurm does not let this user run jobs on such an account or partition (-A, -p)"),
            ("Invalid qos", "Slurm has no such quality of service, or not for this user (-q)"),
            ("has been revoked", "the job was cancelled while it waited, by somebody or by its time limit"),
            ("unrecognized option", "one of the options in --slurm is none of salloc's: `salloc --help` shows them"),
            ("is not a valid", "a value in --slurm is none that salloc takes"),
        ]
        for (text, sentence) in known where errors.contains(text) { return "\(sentence) (\(said))" }
        return "Slurm gave no allocation: \(said.isEmpty ? "salloc ended without a word" : said)"
    }

    /// What a job waits for.
    ///
    /// - Parameter reason: as squeue writes it; nil where it is not known.
    package static func pending(_ reason: String?) -> String {
        switch reason {
        case "Resources": "the job waits until enough nodes and processors are free"
        case "Priority": "the job waits behind others of a higher priority"
        case "PartitionNodeLimit":
            "the job waits for more nodes than the partition gives to one job, and would for ever"
        case "PartitionConfig": "the job waits for more than the partition has, and would for ever"
        case "PartitionTimeLimit": "the job waits for more time than the partition gives, and would for ever"
        case "PartitionDown", "PartitionInactive": "the job waits for a partition that is switched off"
        case "ReqNodeNotAvail", "BadConstraints", "Reservation":
            "the job waits for nodes that are down or reserved (\(reason ?? ""))"
        case .some(let reason) where !reason.isEmpty && reason != "None": "the job waits: \(ForeignText.shown(reason))"
        default: "the job waits for its allocation"
        }
    }

    /// Why a worker's srun has ended, without the end of a sentence; nil where it says nothing of its own.
    ///
    /// - Parameters:
    ///   - node: where the worker was to run.
    ///   - path: of our binary there.
    package static func reason(node: String, path: String, exitCode: Int32?, errors: String) -> String? {
        if let known = service(errors) { return known }
        if errors.contains("DUE TO NODE FAILURE") || errors.contains("Node failure on") {
            return "Slurm lost the node \(node)"
        }
        if errors.contains("DUE TO TIME LIMIT") { return "the time limit of the Slurm job was reached" }
        if errors.contains("CANCELLED AT") { return "the Slurm job, or this step of it, was cancelled" }
        if errors.contains("has expired") || errors.contains("Invalid job id") || errors.contains("already completing")
        {
            return "the Slurm job is over: it was cancelled, or its time limit was reached"
        }
        if errors.contains("No such file or directory"), errors.contains("execve()") {
            return "\(path) is not there on the node \(node); name where stress is with --remote-binary"
        }
        if errors.contains("Permission denied"), errors.contains("execve()") {
            return "\(path) may not be executed on the node \(node)"
        }
        if errors.contains("Exec format error") {
            return "\(path) is no program for the processors of the node \(node)"
        }
        if let missing = library(errors) {
            return
                "stress cannot start on the node \(node), which lacks \(missing); make one that needs nothing with scripts/package"
        }
        if errors.contains("Requested nodes are busy") || errors.contains("temporarily disabled") {
            return "the node \(node) had no free processors or memory of the job for another task"
        }
        if errors.contains("Invalid node name") || errors.contains("not in this allocation")
            || errors.contains("nodes are not in")
            || errors.contains("Requested node configuration is not available")
        {
            return "the node \(node) is not in the Slurm job"
        }
        for (text, sentence) in [
            ("Out Of Memory", "had no memory left for it"), ("Segmentation fault", "saw it crash"),
        ]
        where errors.contains(text) {
            return "the node \(node) \(sentence)"
        }
        let said = lastWords(errors)
        return said.isEmpty ? nil : "srun ended\(exitCode.map { " with \($0)" } ?? ""): \(said)"
    }

    /// What is wrong with Slurm itself.
    private static func service(_ errors: String) -> String? {
        if errors.contains("Munge encode failed") || errors.contains("Munge decode failed")
            || errors.contains("If munged is up")
        {
            return
                "munge does not answer, which Slurm proves with who asks: is munged running on this machine? (\(munge(errors)))"
        }
        if errors.contains("authentication error") || errors.contains("Invalid authentication credential") {
            return
                "Slurm does not accept our munge's credentials: do this machine and the controller have the same key and time?"
        }
        if errors.contains("Unable to contact slurm controller") {
            return "Slurm's controller does not answer: `scontrol ping` shows where it should be"
        }
        if errors.contains("Could not establish a configuration source") {
            return
                "Slurm's programs find no configuration on this machine: start on a login node of the cluster, or set SLURM_CONF"
        }
        return nil
    }

    private static func munge(_ errors: String) -> String {
        let line = errors.split(separator: "\n").first {
            $0.contains("Munge encode failed") || $0.contains("Munge decode failed")
        }
        return ForeignText.shown(String(line ?? "no socket"))
    }

    /// The library that the dynamic linker did not find, or what of it.
    private static func library(_ errors: String) -> String? {
        if errors.contains("error while loading shared libraries: "),
            let range = errors.firstRange(of: "error while loading shared libraries: ")
        {
            return ForeignText.shown(String(errors[range.upperBound...].prefix { $0 != ":" && $0 != "\n" }), limit: 100)
        }
        guard let range = errors.firstRange(of: "version `GLIBC_") else { return nil }
        return "a newer C library (" + errors[range.upperBound...].prefix { $0.isNumber || $0 == "." } + ")"
    }

    /// The last line that is no comment on another's end.
    private static func lastWords(_ errors: String) -> String {
        let lines = errors.split(separator: "\n").map(String.init)
        let line = lines.last {
            !$0.contains("SLURM_JOB_ID environment variable") && !$0.contains("for more information")
        }
        return line.map { ForeignText.shown($0) } ?? ""
    }
}
