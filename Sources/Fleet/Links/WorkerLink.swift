internal import CLinux
internal import FlashSale
internal import Foundation
internal import Host

/// What carries messages between the coordinator and one worker: the standard input and output of a process of this machine, which is
/// the worker, or which carries the same bytes to one elsewhere (ssh, srun, kubectl); or two descriptors that somebody else serves.
final class WorkerLink {
    let launch: WorkerLaunch
    private let process: Process?
    private let input: FileHandle
    private let output: FileHandle
    /// nil where the process writes to our own standard error.
    let errors: CarrierErrors?
    private let errorPipe: Pipe?
    let sender: LinkOutput
    private var reader: FrameReader

    /// Starts a process. To be called on the main thread: a worker of this machine ends with the thread that started it.
    ///
    /// - Parameter worker: its number, for the user.
    /// - Throws: ``RunError`` with 69 if the system has no room for the process, with 70 if it cannot be started otherwise.
    init(starting launch: WorkerLaunch, worker: Int) throws(RunError) {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: launch.executable)
        process.arguments = launch.arguments
        process.standardInput = input
        process.standardOutput = output
        errorPipe = launch.isLocal ? nil : Pipe()
        if let errorPipe { process.standardError = errorPipe }
        do {
            try process.run()
        } catch {
            let hasNoRoom = [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(Int32(clamping: (error as NSError).code))
            throw RunError(
                hasNoRoom ? .unavailable : .bug,
                "worker \(worker)\(launch.place) cannot be started (\(launch.executable)): \(error.localizedDescription)"
            )
        }
        self.launch = launch
        self.process = process
        self.input = input.fileHandleForWriting
        self.output = output.fileHandleForReading
        errors = errorPipe.map { CarrierErrors($0.fileHandleForReading.fileDescriptor) }
        sender = LinkOutput(self.input.fileDescriptor)
        reader = FrameReader(descriptor: self.output.fileDescriptor, mostNoise: launch.mostNoise)
        // It has a process group of its own, which the terminal's Ctrl-Z does not reach.
        Suspension.follow(process.processIdentifier)
    }

    /// Takes two descriptors, which are closed with the link. Somebody serves a worker's part at their other ends.
    init(reading: Int32, writing: Int32, as launch: WorkerLaunch) {
        self.launch = launch
        process = nil
        errors = nil
        errorPipe = nil
        input = FileHandle(fileDescriptor: writing, closeOnDealloc: false)
        output = FileHandle(fileDescriptor: reading, closeOnDealloc: false)
        sender = LinkOutput(writing)
        reader = FrameReader(descriptor: reading, mostNoise: launch.mostNoise)
    }

    /// Of the process on this machine; 0 where there is none.
    var processID: Int32 { process?.processIdentifier ?? 0 }
    /// Can be read when the worker has said something, or is gone.
    var descriptor: Int32 { reader.descriptor }
    /// What came before the worker's greeting.
    var noise: [UInt8] { reader.parser.heardBeforeGreeting }
    /// Why nothing can be read any more, in words that follow "it".
    var damage: String? { reader.damage }

    func read() -> FrameReader.Event { reader.read() }

    // MARK: The process

    enum Ending {
        case code(Int32)
        case signal(Int32)
    }

    /// Ends the process at once.
    func kill() {
        if let process { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    /// How the process ended; nil while it lives. Foundation notices too late if a child of the worker inherited what
    /// it listens to, so this asks the system, and leaves the reaping to Foundation.
    func exit(wait: Bool) -> Ending? {
        guard let process else { return .code(0) }
        var info = siginfo_t()
        var result: Int32
        repeat {
            result = waitid(P_PID, id_t(process.processIdentifier), &info, WEXITED | WNOWAIT | (wait ? 0 : WNOHANG))
        } while result != 0 && errno == EINTR
        guard result == 0 else {
            // Foundation has reaped it already, and will tell in a moment.
            guard !process.isRunning else { return nil }
            return process.terminationReason == .uncaughtSignal
                ? .signal(process.terminationStatus) : .code(process.terminationStatus)
        }
        guard info._sifields._sigchld.si_pid != 0 else { return nil }
        let status = info._sifields._sigchld.si_status
        return info.si_code == Int32(CLD_EXITED) ? .code(status) : .signal(status)
    }

    /// Waits for the end of the process, which it is helped to after five seconds.
    func awaitEnd() -> Ending? {
        let deadline = Clock.nanoseconds() + 5_000_000_000
        var ending = exit(wait: false)
        while ending == nil, Clock.nanoseconds() < deadline {
            Clock.sleep(until: Clock.nanoseconds() + 1_000_000)
            ending = exit(wait: false)
        }
        if ending == nil {
            kill()
            ending = exit(wait: true)
        }
        if let process { Suspension.forget(process.processIdentifier) }
        errors?.drain()
        return ending
    }

    /// Says nothing any more: a worker ends when its input does.
    func closeInput() {
        sender.end()
        try? input.close()
    }

    func close() {
        closeInput()
        errors?.end()
        try? output.close()
        try? errorPipe?.fileHandleForReading.close()
    }
}

extension WorkerLaunch {
    /// Whether it is the worker itself, on this machine.
    var isLocal: Bool { machine == nil }
    /// What a remote shell may print before the worker's greeting.
    var mostNoise: Int { isLocal ? 0 : FrameParser.noiseLimitBytes }
    /// Where it is, as words behind the worker's number.
    var place: String { machine.map { " on \($0)" } ?? "" }
}
