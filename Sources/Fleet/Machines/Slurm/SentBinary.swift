internal import FlashSale
internal import Foundation
internal import Host

/// Our binary on nodes that did not have it where it is here: sent by sbcast, and removed when we end or the job does.
final class SentBinary {
    /// Where it is on the nodes.
    let path: String
    /// A step on the nodes, which removes the file when its input ends or Slurm ends it.
    private let remover: OutsideProgram

    private init(path: String, remover: OutsideProgram) {
        self.path = path
        self.remover = remover
    }

    /// Looks whether the nodes have our binary, and sends it where one has it not.
    ///
    /// - Returns: nil where all have it at the same path as this machine: file systems are shared.
    /// - Throws: ``RunError`` with 69 where that cannot be found out, or the file cannot be sent.
    static func provide(
        _ executable: String, on nodes: [String], of allocation: SlurmAllocation, with tools: SlurmTools
    ) throws(RunError) -> SentBinary? {
        let digest = try digest(of: executable, tools.programs)
        let step = tools.step(of: allocation, on: nodes, isShared: true)
        let script = "printf '%s %s\\n' \"$SLURMD_NODENAME\" \"$(sha256sum < \"$1\" 2> /dev/null)\""
        let look = try run(step + ["/bin/sh", "-c", script, "sh", executable], tools, nodes, "look for \(executable)")
        let found = answers(look.output)
        if nodes.allSatisfy({ found[$0] == digest }) { return nil }

        // Of its own for each run: others may send theirs to the same nodes.
        let random = (0..<8).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement()! }
        let path = "/tmp/stress-\(digest.prefix(16))-" + String(random)
        let remover = try remove(path, step, tools.programs)
        do throws(RunError) {
            let sbcast = [try tools.path("sbcast"), "--force", "--jobid=\(allocation.jobID)", executable, path]
            let sending = try run(sbcast, tools, nodes, "send stress with sbcast")
            guard sending.hasSucceeded else {
                throw RunError(
                    .unavailable,
                    "stress cannot be sent to the nodes with sbcast: \(ForeignText.shown(sending.errors.isEmpty ? "no reason was said" : sending.errors)); "
                        + "name where the nodes have it with --remote-binary")
            }
            let again = answers(
                try run(step + ["/bin/sh", "-c", script, "sh", path], tools, nodes, "check what was sent").output)
            if let node = nodes.first(where: { again[$0] != digest }) {
                throw RunError(
                    .unavailable,
                    "what was sent to \(path) on the node \(node) is not what was to be sent: is there room in its /tmp? Name where the nodes "
                        + "have stress with --remote-binary")
            }
        } catch {
            Self.end(remover)
            throw error
        }
        return SentBinary(path: path, remover: remover)
    }

    /// The lines `NODE DIGEST  -`.
    private static func answers(_ text: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 2 { found[String(words[0])] = String(words[1]) }
        }
        return found
    }

    private static func digest(of path: String, _ programs: OutsidePrograms) throws(RunError) -> String {
        guard let sum = programs.find("sha256sum"),
            let ending = try programs.run(sum, ["--", path], milliseconds: 60_000), ending.hasSucceeded
        else {
            throw RunError(.unavailable, "sha256sum is wanted to know \(path) on the nodes, and does not work here")
        }
        // A name with a backslash in it puts one before the digest.
        return String(ending.output.drop { $0 == "\\" }.prefix { $0 != " " })
    }

    private static func run(
        _ words: [String], _ tools: SlurmTools, _ nodes: [String], _ what: String
    ) throws(RunError) -> OutsideProgram.Ending {
        guard let ending = try tools.programs.run(words[0], Array(words.dropFirst()), milliseconds: 60_000) else {
            throw RunError(
                .unavailable,
                "Slurm could not \(what) on \(nodes.joined(separator: ", ")) within 60 seconds; `sinfo -N` shows whether a node is down"
            )
        }
        guard ending.hasSucceeded || ending.errors.isEmpty else {
            let reason = SlurmTrouble.reason(
                node: nodes.joined(separator: ","), path: words.last ?? "", exitCode: ending.exitCode,
                errors: ending.errors)
            throw RunError(.unavailable, "Slurm could not \(what): \(reason ?? "no reason was said")")
        }
        return ending
    }

    /// A job that is cancelled ends its steps with SIGTERM first. A shell hears of it while it waits for a
    /// child, not while it reads; and what runs beside it reads nothing but what it was given by a number.
    private static func remove(
        _ path: String, _ step: [String], _ programs: OutsidePrograms
    ) throws(RunError) -> OutsideProgram {
        let script = "trap 'rm -f \"$1\"; exit 0' HUP INT TERM; exec 3<&0; cat <&3 > /dev/null & wait $!; rm -f \"$1\""
        return try programs.start(step[0], Array(step.dropFirst()) + ["/bin/sh", "-c", script, "sh", path])
    }

    private static func end(_ remover: OutsideProgram) {
        remover.closeInput()
        _ = try? remover.wait(milliseconds: 5000, isPatient: true)
        remover.kill()
    }

    func remove() { Self.end(remover) }
}
