import Foundation
import Glibc

/// A Slurm of a test's own: munge with its own key and socket, a controller, and several nodes, all on this machine and in a folder of its
/// own. A guard ends all of it, with every process that a job of it started, when the test is done or its process is gone.
package final class TestSlurm {
    package let folder: String
    /// `n1`, `n2` and so on.
    package let nodes: [String]
    private let guardian: Program

    /// - Parameters:
    ///   - nodes: how many.
    ///   - cpus: of each node.
    ///   - hidden: a folder that the last node does not have, as a machine of its own would not; that takes root's rights.
    /// - Throws: what kept it from starting.
    package init(nodes count: Int = 3, cpus: Int = 4, hidden: String? = nil) throws {
        Self.sweep()
        folder = "\(Self.prefix)\(UUID().uuidString)"
        nodes = (1...count).map { "n\($0)" }
        guardian = try Program(
            "/bin/sh", ["-c", TestSlurmScript.text, folder, "\(count)", "\(cpus)", hidden ?? ""], folder: "/",
            files: "/tmp", environment: ["PATH": Self.searchPath], input: .pipe, output: .path("/dev/null"),
            errors: .path("/dev/null"))
        let isReady = TestProcess.eventually(withinSeconds: 60) { [folder] in
            access("\(folder)/ready", F_OK) == 0 || access("\(folder)/failed", F_OK) == 0
        }
        guard isReady, access("\(folder)/ready", F_OK) == 0 else {
            let log = ["log", "ctl.log", "munged.log"].map { name in
                ((try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? "no \(name)").suffix(800)
            }
            close()
            throw Program.Failure(description: "Slurm does not start: \(log.joined(separator: "\n"))")
        }
    }

    deinit { close() }

    /// Ends it and waits until nothing is left.
    package func close() {
        guardian.closeInput()
        _ = guardian.wait(seconds: 20)
    }

    private static let prefix = "/tmp/stress-test-slurm-"
    private static let searchPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

    /// Removes what a guard left that was killed itself.
    private static func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for name in names where "/tmp/\(name)".hasPrefix(prefix) {
            let folder = "/tmp/\(name)"
            let text = (try? String(contentsOfFile: "\(folder)/guard", encoding: .utf8)) ?? ""
            guard let guardian = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
                !TestProcess.arguments(of: guardian).contains(folder)
            else { continue }
            for process in TestProcess.marked("\(folder)/slurm.conf") { Glibc.kill(process, SIGKILL) }
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    // MARK: What tests do with it

    /// What Slurm's programs have to find in their environment.
    package var environment: [String: String] { ["SLURM_CONF": "\(folder)/slurm.conf", "PATH": Self.searchPath] }

    /// Runs one of Slurm's programs, and returns what it printed.
    @discardableResult
    package func run(_ words: [String]) throws -> String {
        let program = try Program(
            "/usr/bin/env", words, folder: "/", files: folder, environment: environment)
        guard program.wait() == .init(exitCode: 0) else {
            throw Program.Failure(description: "\(words.joined(separator: " ")): \(program.errors)")
        }
        return program.output
    }

    /// The numbers of all jobs that are not over.
    package var jobs: [String] {
        ((try? run(["squeue", "--noheader", "--format=%i"])) ?? "").split(separator: "\n").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    package func cancelAll() throws { for job in jobs { try run(["scancel", job]) } }

    /// Kills a node's daemon, as when the machine is lost: no step can be started there, and nobody hears of those that run.
    package func kill(node: String) throws {
        guard let process = daemon(node) else { throw Program.Failure(description: "\(node) does not run") }
        Glibc.kill(process, SIGKILL)
    }

    /// Ends munge, as on a machine where it does not run.
    package func killMunge() throws {
        guard let process = daemon("munge") else { throw Program.Failure(description: "munge does not run") }
        Glibc.kill(process, SIGKILL)
        _ = TestProcess.eventually { TestProcess.hasEnded(process) }
        unlink("\(folder)/munge.socket")
    }

    private func daemon(_ name: String) -> Int32? {
        let text = try? String(contentsOfFile: "\(folder)/\(name).process", encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Living processes that jobs have started, by what their environment says. Its own daemons are none of them.
    package var processesOfJobs: [Int32] {
        TestProcess.marked("\(folder)/slurm.conf").filter { TestProcess.environment(of: $0)["SLURM_STEP_ID"] != nil }
    }
}
