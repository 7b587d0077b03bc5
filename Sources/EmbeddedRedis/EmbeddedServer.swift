package import FlashSale
internal import FoundationEssentials
internal import Glibc
package import RedisDriver
internal import Synchronization

/// A private Redis server on loopback, in a temporary folder of its own, with a password that nobody else knows.
///
/// It can be broken on purpose: killed, ended, frozen, and brought back on the same data, port and password.
///
/// A guard process stands behind it, so that server and folder go away whatever ends us: ``stop()``, the end of the
/// last reference, or a SIGKILL.
package final class EmbeddedServer: Sendable {
    /// Where it listens: 127.0.0.1 and a port that was free; with its password.
    package let endpoint: RedisEndpoint
    /// The process id of its guard.
    package let guardProcessID: Int32
    /// Holds its log `redis.log` and its data.
    package let folder: String
    let settings: ServerSettings
    /// Held while an order is carried out.
    private let guardHandle: Mutex<GuardHandle?>
    private let life: Mutex<Life>

    /// Which process is the server's now, or was the last one, and what was done to it.
    struct Life {
        var identity: ServerIdentity
        /// As it was left: a process that has ended meanwhile is no news here.
        var status: ServerStatus
    }

    init(
        settings: ServerSettings, endpoint: RedisEndpoint, identity: ServerIdentity, guardHandle: GuardHandle
    ) {
        self.endpoint = endpoint
        self.settings = settings
        guardProcessID = guardHandle.process
        folder = settings.folder
        life = Mutex(Life(identity: identity, status: .running))
        self.guardHandle = Mutex(guardHandle)
    }

    deinit { stop() }

    /// Starts a server and returns once it has proved to be the one that was meant.
    ///
    /// - Parameters:
    ///   - persistence: how it keeps its data.
    ///   - maximumClients: connections that it takes, at least 1.
    ///   - isProtected: whether it has a password, drawn for it alone; false lets everybody on this machine in.
    ///   - powerCuts: whether ``powerCut()`` may be called. It needs a dynamically linked server, a file system with birth times
    ///     in `TMPDIR`, and `libstress-power-cut.so` beside `executable`; each fsync of the server's is then noted.
    ///   - stopsClock: whether its time of day is what ``clock`` says. It needs a dynamically linked server, and
    ///     `libstress-power-cut.so` beside `executable`.
    ///   - executable: our own binary, whose `guard` and `die-with-parent` subcommands are used.
    ///   - environment: `STRESS_REDIS_SERVER`, `PATH` and `TMPDIR` are looked at.
    /// - Throws: ``EmbeddedServerError``. Nothing is left behind then.
    package static func start(
        persistence: Scenario.Persistence, maximumClients: Int, isProtected: Bool = true,
        powerCuts: Bool = false, stopsClock: Bool = false, executable: String = "/proc/self/exe",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(EmbeddedServerError) -> EmbeddedServer {
        AbandonedFolders.remove(in: TemporaryFolder.parent(environment: environment))
        let program = try ServerExecutable.find(environment: environment)
        let library =
            powerCuts
            ? try PowerCutLibrary.find(
                beside: executable, toServeIn: TemporaryFolder.parent(environment: environment)) : nil
        let clockLibrary =
            stopsClock
            ? try PowerCutLibrary.find(beside: executable, orElse: EmbeddedServerError.cannotStopClock) : nil
        // A port that was free can be taken by somebody else before the server binds it.
        for _ in 0..<5 {
            guard let port = FreePort.find() else { throw .didNotStart("no free port on 127.0.0.1") }
            let settings = ServerSettings(
                folder: TemporaryFolder.choosePath(environment: environment), port: port,
                maximumClients: maximumClients, persistence: persistence, program: program,
                powerCutLibrary: library, clockLibrary: clockLibrary)
            let launch: ServerLaunch
            do {
                launch = try ServerLaunch(
                    executable: executable, settings: settings, password: isProtected ? RunPassword() : nil)
            } catch {
                throw .didNotStart("cannot run \(executable) guard: \(error)")
            }
            switch launch.waitUntilReady() {
            case .ready(let identity, let endpoint, let guardHandle):
                return EmbeddedServer(
                    settings: settings, endpoint: endpoint, identity: identity, guardHandle: guardHandle)
            case .portTaken: continue
            case .failed(let error): throw error
            }
        }
        throw .didNotStart("five ports on 127.0.0.1 in a row were free and then taken")
    }

    /// What tells it the time of day; nil where it has the machine's.
    package var clock: ServerClock? { settings.clockLibrary == nil ? nil : ServerClock(settings) }

    /// The server's process now, or the last one that it had.
    package var processID: Int32 { identity.processID }

    /// Which life of the server it is in, or the last one that it had.
    package var identity: ServerIdentity { life.withLock { $0.identity } }

    /// Whether the server's process lives. It may still be busy, frozen or closed. For what a process that is gone means, see
    /// ``status``.
    package var isRunning: Bool { Self.isAlive(processID, guardedBy: guardProcessID) }

    /// How the server is, in one look. It takes no wait, whatever another thread is doing to the server.
    package var status: ServerStatus {
        let (now, before) = life.withLock { ($0.status, $0.identity.processID) }
        switch now {
        case .running, .frozen, .closed: return Self.isAlive(before, guardedBy: guardProcessID) ? now : .died
        case .downOnPurpose, .died, .stopped: return now
        }
    }

    private static func isAlive(_ process: Int32, guardedBy guardProcess: Int32) -> Bool {
        guard let status = ProcessStatus(of: process) else { return false }
        return status.session == guardProcess && !status.hasEnded
    }

    /// Ends the server without saving and removes its folder. Returns when both are gone, after some 5 seconds by
    /// force. Safe to call again, and from any thread; what another thread is doing to the server is waited for.
    package func stop() {
        guardHandle.withLock { handle in
            life.withLock { $0.status = .stopped }
            handle?.stop()
            handle = nil
        }
    }

    // MARK: For what is done to it

    /// Does something by orders to the guard, one thread at a time, where ``status`` is one of `wanted`.
    func order<Answer: Sendable>(
        _ what: String, while wanted: [ServerStatus],
        _ body: (inout GuardHandle) throws(ServerFaultError) -> Answer
    ) throws(ServerFaultError) -> Answer {
        try guardHandle.withLock { handle throws(ServerFaultError) in
            let found = status
            guard wanted.contains(found), var held = handle else {
                throw .refused(
                    "to \(what) it must be \(wanted.map { "\($0)" }.joined(separator: " or ")), and it is \(found)")
            }
            defer { handle = held }
            return try body(&held)
        }
    }

    func become(_ status: ServerStatus, _ identity: ServerIdentity? = nil) {
        life.withLock { life in
            life.status = status
            if let identity { life.identity = identity }
        }
    }
}
