internal import CLinux
internal import EmbeddedRedis
package import FlashSale
internal import Foundation
internal import Host
internal import ProgramTransport
internal import RedisDriver
internal import Strategies
internal import Synchronization

/// A service that the run has started, with all that it has started itself.
///
/// A keeper process stands behind it, so that all of it goes away whatever ends us: ``stop()``, the end of the last reference, or a
/// SIGKILL. Every change is proved by what /proc shows: see ``kill()``, ``restart()``, ``freeze()`` and ``thaw()``.
package final class ServiceProcess: Sendable {
    /// How long a change that needs nobody's help may take.
    static var changeMilliseconds: Int { 5000 }
    private static var portTries: Int { 5 }

    /// Where it is: its URL, without a slash at the end.
    package let url: String
    package let port: Int
    package let log: ServiceLog
    /// The process id of its keeper.
    package let keeperProcess: Int32
    let settings: ServiceSettings
    let family: ServiceFamily
    let state: Mutex<State>

    struct State: ~Copyable {
        var keeper: ServiceKeeper
        /// The process that was started; nil where it has ended.
        var process: Int32?
        /// How the one that was started last ended.
        var ending: ServiceEnding?
        /// Why none could be started.
        var failure: Int32?
        /// Whether we took it down, so that its end is no surprise.
        var isDownOnPurpose = false
        var isStopped = false
        /// What was killed last.
        var killed: [ServiceMember] = []
    }

    private init(_ settings: ServiceSettings, _ command: ServiceCommand, _ keeper: consuming ServiceKeeper) {
        self.settings = settings
        url = command.url
        port = command.port
        log = ServiceLog(path: settings.logPath, secrets: [settings.redis?.password].compactMap { $0 })
        keeperProcess = keeper.process
        family = ServiceFamily(keeper: keeper.process)
        state = Mutex(State(keeper: keeper))
    }

    deinit { stop() }

    /// Starts a service and waits until it is open (``waitUntilReady()``).
    ///
    /// - Throws: ``RunError`` with 64 where the file does not fit this machine, with 69 where the service does not open, with 73 where
    ///   its log cannot be written, with 130 for Ctrl-C. Nothing is left running then.
    package static func start(_ settings: ServiceSettings) throws(RunError) -> ServiceProcess {
        var taken: RunError?
        // A port that was free can be taken by somebody else before the service listens there.
        for _ in 0..<(settings.start.choosesPort ? portTries : 1) {
            guard let free = FreePort.find() else { throw RunError(.unavailable, "there is no free port on 127.0.0.1") }
            let command = try ServiceCommand(settings, port: free)
            guard ServicePort.listener(at: command.port, of: []) != .another else {
                taken = RunError(
                    .unavailable,
                    "the service was not started: somebody else listens at port \(command.port) already, which url: names; end that, or let "
                        + "the run choose a port ({port})")
                continue
            }
            let service = ServiceProcess(settings, command, try keeper(settings, command))
            do throws(Trouble) {
                try service.tellToStart()
                try service.awaitReady()
                return service
            } catch {
                service.stop()
                guard case .portTaken(let problem) = error else { throw error.problem }
                taken = problem
            }
        }
        throw taken ?? RunError(.unavailable, "the service was not started")
    }

    private static func keeper(
        _ settings: ServiceSettings, _ command: ServiceCommand
    ) throws(RunError) -> ServiceKeeper {
        if settings.start.namesFolder, mkdir(settings.dataFolder, 0o755) != 0, errno != EEXIST {
            throw RunError(
                .cannotCreate,
                "the service's folder \(settings.dataFolder) cannot be made: \(String(cString: strerror(errno)))")
        }
        let log = open(settings.logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else {
            throw RunError(
                .cannotCreate,
                "the service's log \(settings.logPath) cannot be made: \(String(cString: strerror(errno)))")
        }
        do throws(ProgramFailure) {
            return try ServiceKeeper(
                settings.executable, program: command.program, folder: command.folder, variables: command.variables,
                log: log)
        } catch {
            throw RunError(.unavailable, "the keeper of the service cannot be started: \(error.reason)")
        }
    }

    // MARK: What it does

    /// All of its processes, as they are now.
    package var members: [ServiceMember] { family.members }

    /// Whether anybody listens at its port, as far as the system tells: a container's may belong to another process.
    package var listens: Bool { ServicePort.listener(at: port, of: members) != .nobody }

    /// How it ended by itself; nil while it runs, and where we took it down.
    ///
    /// A program that puts another into the background and ends with 0 lives on in that.
    package var death: ServiceEnding? {
        state.withLock { state in
            state.listen()
            return state.death(family)
        }
    }

    /// Ends all of it: told to end (SIGTERM), killed after `stop:`. Returns when nothing is left. Safe to call again, and from any thread.
    package func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            state.isDownOnPurpose = true
            let members = family.members
            if !members.isEmpty {
                ServiceFamily.signal(SIGTERM, members)
                // What is stopped hears it when it goes on.
                ServiceFamily.signal(SIGCONT, members)
                _ = family.isGone(
                    withinMilliseconds: Int(settings.start.graceNanoseconds / 1_000_000),
                    unless: { Interruption.requests >= 2 })
            }
            state.keeper.close(withinMilliseconds: Self.changeMilliseconds)
        }
    }
}

extension ServiceProcess.State {
    /// Hears what the keeper has said.
    mutating func listen(withinMilliseconds milliseconds: Int = 0) {
        var patience = milliseconds
        while let message = keeper.next(withinMilliseconds: patience) {
            patience = 0
            switch message {
            case .started(let process):
                self.process = process
                ending = nil
                failure = nil
            case .ended(let how):
                process = nil
                ending = how
            case .failed(let number): failure = number
            }
        }
    }

    func death(_ family: ServiceFamily) -> ServiceEnding? {
        guard !isDownOnPurpose else { return nil }
        // Who ends the keeper ends the service with it.
        if keeper.hasEnded { return ending ?? .signal(SIGKILL) }
        guard let ending else { return nil }
        return ending == .status(0) && !family.members.isEmpty ? nil : ending
    }
}
