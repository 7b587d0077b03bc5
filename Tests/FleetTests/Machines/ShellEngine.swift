import FlashSale
import TestSupport

@testable import Fleet

/// An engine whose machines are shells of this one: each starts a worker that believes to be elsewhere.
struct ShellEngine: FleetEngine {
    /// Where all that they start works, and keeps what passes.
    var folder: String
    /// How many machines there are; workers are dealt to them in turn.
    var machines: Int
    /// What the shell of a worker does; `$worker` is the command that a machine runs.
    var script: @Sendable (_ worker: Int) -> String = { _ in "exec $worker" }
    /// What it says of a link that has ended.
    var words: String?

    mutating func prepare(workers: Int) throws(RunError) {}

    func launch(worker: Int) -> WorkerLaunch {
        WorkerLaunch(
            engine: .ssh, machine: "host-\(worker % machines)", executable: "/bin/sh",
            arguments: [
                "-c",
                "cd '\(folder)'; export TMPDIR='\(folder)'; worker='\(StressBinary.path) worker --remote'; "
                    + script(worker),
            ])
    }

    func reason(worker: Int, exitCode: Int32?, errors: String) -> String? { words }

    mutating func close() {}
}
