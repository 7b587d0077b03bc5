internal import CLinux
internal import FlashSale
internal import Foundation
internal import Host

/// An allocation that we asked Slurm for, and that goes back when we end, however that comes.
final class AllocationRequest {
    private let keeper: OutsideProgram
    private let name: String
    private let programs: OutsidePrograms

    /// - Parameter salloc: its path.
    init(_ arguments: SlurmArguments, salloc: String, _ programs: OutsidePrograms) throws(RunError) {
        self.programs = programs
        name = "stress-" + String((0..<12).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement()! })
        keeper = try OutsideProgram(
            programs.starter, ["keep-allocation", salloc, name] + arguments.words, environment: programs.environment)
    }

    /// Waits until Slurm has given it.
    ///
    /// - Parameters:
    ///   - squeue: its path, which tells what a job waits for.
    ///   - note: is told what is waited for.
    /// - Throws: ``RunError`` with 69 where it was refused, or did not come in time; with 130 if somebody asked to stop.
    func wait(seconds: Int, squeue: String?, note: (String) -> Void) throws(RunError) -> SlurmAllocation {
        let deadline = Clock.nanoseconds() + UInt64(seconds) * 1_000_000_000
        var told: String?
        var nextLook = Clock.nanoseconds() + 1_000_000_000
        while true {
            let hasEnded = keeper.look(milliseconds: 100)
            try Interruption.check()
            if let allocation = try granted() { return allocation }
            if hasEnded { throw RunError(.unavailable, SlurmTrouble.refusal(keeper.errors)) }
            let now = Clock.nanoseconds()
            guard now > nextLook || now > deadline else { continue }
            nextLook = now + 5_000_000_000
            let reason = try pendingReason(squeue)
            guard now < deadline else {
                throw RunError(
                    .unavailable,
                    "Slurm has not given the allocation within \(seconds) seconds: \(SlurmTrouble.pending(reason)); ask for less, or wait longer "
                        + "with --slurm-wait")
            }
            if reason != told {
                note("Slurm: \(SlurmTrouble.pending(reason)); waiting for at most \(seconds) seconds, Ctrl-C ends that")
                told = reason
            }
        }
    }

    private func granted() throws(RunError) -> SlurmAllocation? {
        let lines = keeper.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > AllocationKeeperProcess.names.count else { return nil }
        if let found = SlurmAllocation(
            jobID: lines[0], nodeList: lines[1], tasksPerNode: lines[2], cpusPerTask: lines[3])
        {
            return found
        }
        throw RunError(
            .unavailable,
            "wanted nodes and tasks of the allocation from Slurm, such as n[1-3] and 4(x3), found '\(ForeignText.shown(lines[1]))' and "
                + "'\(ForeignText.shown(lines[2]))'")
    }

    /// What squeue says that the job waits for, such as `Resources`; nil where it says nothing.
    private func pendingReason(_ squeue: String?) throws(RunError) -> String? {
        guard let squeue else { return nil }
        let ending = try programs.run(
            squeue, ["--noheader", "--me", "--name=\(name)", "--format=%r"], milliseconds: 5000)
        guard let ending, ending.hasSucceeded else { return nil }
        return ending.output.split(separator: "\n").first.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// Gives it back, and waits until that is done.
    func close() {
        keeper.closeInput()
        // Beyond that the keeper goes on alone.
        _ = try? keeper.wait(milliseconds: 5000, isPatient: true)
        keeper.abandon()
    }

    /// Whether Slurm took it back before we gave it.
    var hasBeenRevoked: Bool {
        _ = keeper.look(milliseconds: 0)
        return keeper.errors.contains("has been revoked")
    }
}
