internal import CLinux
internal import FlashSale
internal import Foundation
internal import Host

/// A worker as the coordinator sees it: a child process, its two pipes, and what it has said.
final class WorkerProcess {
    let index: Int
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var reader: LineReader
    private(set) var hasEnded = false

    private(set) var ready: WorkerMessage.Ready?
    private(set) var warmedUp: WorkerMessage.WarmedUp?
    private(set) var hasHeld = false
    private(set) var progress: WorkerMessage.Progress?
    private(set) var report: WorkerMessage.Report?
    private(set) var failure: RunError?
    /// Why it is lost, in words for the user.
    private(set) var lost: String?
    /// Whether its output has ended.
    private(set) var isSilent = false
    /// Why it was killed, in words for the user.
    var wasKilled: String?
    /// Whether a fault ended it.
    var wasEndedByFault = false
    /// Whether a fault has stopped it for a while, so that it says nothing.
    var isFrozen = false
    /// Whether a signal ended it that neither we nor a mistake of ours sends.
    private(set) var wasEndedFromOutside = false
    /// CLOCK_MONOTONIC of the last time that it said something, or was started.
    var lastHeard = Clock.nanoseconds()

    /// Starts the worker. To be called on the main thread: it ends with the thread that started it.
    ///
    /// - Throws: ``RunError`` with 69 if the system has no room for the process, with 70 if it cannot be started otherwise.
    init(index: Int, executable: String) throws(RunError) {
        self.index = index
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = ["worker"]
        process.standardInput = input
        process.standardOutput = output
        reader = LineReader(descriptor: output.fileHandleForReading.fileDescriptor)
        do {
            try process.run()
        } catch {
            let hasNoRoom = [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(Int32(clamping: (error as NSError).code))
            throw RunError(
                hasNoRoom ? .unavailable : .bug,
                "worker \(index) cannot be started (\(executable)): \(error.localizedDescription)")
        }
        // It has a process group of its own, which the terminal's Ctrl-Z does not reach.
        Suspension.follow(process.processIdentifier)
    }

    var processID: Int32 { process.processIdentifier }
    /// Can be read when the worker has said something, or is gone.
    var descriptor: Int32 { reader.descriptor }

    /// What its supervision looks at.
    var seen: Supervision.Worker {
        .init(
            isSilent: isSilent, hasReported: report != nil, hasFailed: report?.failure != nil, lastHeard: lastHeard,
            answered: progress?.answered ?? 0, isFrozen: isFrozen)
    }

    /// Sends a message. A worker that is gone is noticed when its output ends.
    func tell(_ message: CoordinatorMessage) {
        // Nobody stops who cannot hear.
        if message.stop != nil { thaw() }
        guard let line = try? JSONEncoder().encode(message) else { return }
        _ = LineWriter.write(Array(line), to: input.fileHandleForWriting.fileDescriptor)
    }

    /// Reads what there is. A line that is no message ends the worker.
    func listen() {
        lastHeard = Clock.nanoseconds()
        switch reader.read() {
        case .end:
            isSilent = true
            waitForEnd()
        case .tooLong: kill(because: "it wrote a line of more than \(LineReader.limitBytes) bytes")
        case .lines(let lines):
            for line in lines where wasKilled == nil { take(line) }
        }
    }

    private func take(_ line: ArraySlice<UInt8>) {
        guard let message = try? JSONDecoder().decode(WorkerMessage.self, from: Data(line)) else {
            return kill(because: "it wrote something that is no message: \(ForeignText.shown(line, limit: 80))")
        }
        if let said = message.ready { ready = said }
        if let said = message.warmedUp { warmedUp = said }
        if message.held != nil { hasHeld = true }
        if let said = message.progress { progress = said }
        if let said = message.failure { failure = said }
        if let said = message.report {
            report = said
            failure = said.failure ?? failure
        }
    }

    /// Ends the worker at once.
    func kill(because reason: String) {
        guard !hasEnded else { return }
        wasKilled = wasKilled ?? reason
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    /// Checks whether the process is gone although a child of its own still holds its output open.
    func look() {
        guard !isSilent, exit(wait: false) != nil else { return }
        let now = Clock.nanoseconds()
        // What it said before its end is read first.
        guard let first = goneSince else {
            goneSince = now
            return
        }
        if now > first + 200_000_000 {
            isSilent = true
            waitForEnd()
        }
    }

    private var goneSince: UInt64?

    /// Waits until the process is gone, and says how it ended if it never reported.
    private func waitForEnd() {
        guard !hasEnded else { return }
        let deadline = Clock.nanoseconds() + 5_000_000_000
        var ending = exit(wait: false)
        while ending == nil, Clock.nanoseconds() < deadline {
            Clock.sleep(until: Clock.nanoseconds() + 1_000_000)
            ending = exit(wait: false)
        }
        if ending == nil {
            Foundation.kill(process.processIdentifier, SIGKILL)
            ending = exit(wait: true)
        }
        hasEnded = true
        Suspension.forget(process.processIdentifier)
        guard report == nil || wasKilled != nil else { return }
        report = nil
        switch ending {
        case _ where wasKilled != nil: lost = wasKilled
        case .signal(let number):
            lost = "it was ended by signal \(number)\(Self.name(ofSignal: number))"
            wasEndedFromOutside = ![SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP].contains(number)
        case .code(let code): lost = "it ended without a report (exit code \(code))"
        case nil: lost = "it ended without a report"
        }
    }

    enum Ending {
        case code(Int32)
        case signal(Int32)
    }

    /// How the process ended; nil while it lives. Foundation notices too late if a child of the worker inherited what
    /// it listens to, so this asks the system, and leaves the reaping to Foundation.
    func exit(wait: Bool) -> Ending? {
        var info = siginfo_t()
        var result: Int32
        repeat {
            result = waitid(P_PID, id_t(process.processIdentifier), &info, WEXITED | WNOWAIT | (wait ? 0 : WNOHANG))
        } while result != 0 && errno == EINTR
        if result != 0 {
            // Foundation has reaped it already, and will tell in a moment.
            guard !process.isRunning else { return nil }
            return process.terminationReason == .uncaughtSignal
                ? .signal(process.terminationStatus) : .code(process.terminationStatus)
        }
        guard info._sifields._sigchld.si_pid != 0 else { return nil }
        let status = info._sifields._sigchld.si_status
        return info.si_code == Int32(CLD_EXITED) ? .code(status) : .signal(status)
    }

    private static func name(ofSignal signal: Int32) -> String {
        switch signal {
        case SIGKILL: " (SIGKILL)"
        case SIGTERM: " (SIGTERM)"
        case SIGSEGV: " (SIGSEGV)"
        case SIGABRT: " (SIGABRT)"
        case SIGILL, SIGTRAP: " (a Swift trap)"
        default: ""
        }
    }

    /// Closes the pipes and makes sure that the process is gone, whatever happened before.
    func dismiss() {
        try? input.fileHandleForWriting.close()
        if !hasEnded {
            Foundation.kill(process.processIdentifier, SIGKILL)
            waitForEnd()
        }
        try? output.fileHandleForReading.close()
    }
}
