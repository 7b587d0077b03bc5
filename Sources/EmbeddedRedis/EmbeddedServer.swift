package import FlashSale
internal import FoundationEssentials
internal import Glibc
package import RedisDriver
internal import Synchronization

/// A private Redis server on loopback, in a temporary folder of its own, with a password that nobody else knows.
///
/// A guard process stands behind it, so that server and folder go away whatever ends us: ``stop()``, the end of the
/// last reference, or a SIGKILL.
package final class EmbeddedServer: Sendable {
    /// Where it listens: 127.0.0.1 and a port that was free; with its password.
    package let endpoint: RedisEndpoint
    package let processID: Int32
    /// The process id of its guard.
    package let guardProcessID: Int32
    /// Holds its log `redis.log` and its data.
    package let folder: String
    private let guardHandle: Mutex<GuardHandle?>

    private init(settings: ServerSettings, endpoint: RedisEndpoint, processID: Int32, guardHandle: GuardHandle) {
        self.endpoint = endpoint
        self.processID = processID
        guardProcessID = guardHandle.process
        folder = settings.folder
        self.guardHandle = Mutex(guardHandle)
    }

    deinit { stop() }

    /// Starts a server and returns once it has proved to be the one that was meant.
    ///
    /// - Parameters:
    ///   - persistence: how it keeps its data.
    ///   - maximumClients: connections that it takes, at least 1.
    ///   - isProtected: whether it has a password, drawn for it alone; false lets everybody on this machine in.
    ///   - executable: our own binary, whose `guard` and `die-with-parent` subcommands are used.
    ///   - environment: `STRESS_REDIS_SERVER`, `PATH` and `TMPDIR` are looked at.
    /// - Throws: ``EmbeddedServerError``. Nothing is left behind then.
    package static func start(
        persistence: Scenario.Persistence, maximumClients: Int, isProtected: Bool = true,
        executable: String = "/proc/self/exe", environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(EmbeddedServerError) -> EmbeddedServer {
        AbandonedFolders.remove(in: TemporaryFolder.parent(environment: environment))
        let program = try ServerExecutable.find(environment: environment)
        // A port that was free can be taken by somebody else before the server binds it.
        for _ in 0..<5 {
            guard let port = FreePort.find() else { throw .didNotStart("no free port on 127.0.0.1") }
            let settings = ServerSettings(
                folder: TemporaryFolder.choosePath(environment: environment), port: port,
                maximumClients: maximumClients, persistence: persistence, program: program)
            let launch: ServerLaunch
            do {
                launch = try ServerLaunch(
                    executable: executable, settings: settings, password: isProtected ? RunPassword() : nil)
            } catch {
                throw .didNotStart("cannot run \(executable) guard: \(error)")
            }
            switch launch.waitUntilReady() {
            case .ready(let process, let endpoint, let guardHandle):
                return EmbeddedServer(
                    settings: settings, endpoint: endpoint, processID: process, guardHandle: guardHandle)
            case .portTaken: continue
            case .failed(let error): throw error
            }
        }
        throw .didNotStart("five ports on 127.0.0.1 in a row were free and then taken")
    }

    /// Whether the server's process lives. It may still be busy.
    package var isRunning: Bool {
        guard let status = ProcessStatus(of: processID) else { return false }
        return status.session == guardProcessID && !status.hasEnded
    }

    /// Ends the server without saving and removes its folder. Returns when both are gone, after some 5 seconds by
    /// force. Safe to call again, and from any thread.
    package func stop() {
        guardHandle.withLock { handle in
            handle?.stop()
            handle = nil
        }
    }
}

/// Why no private Redis server is running. Each message says what to do.
package enum EmbeddedServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no redis-server to start: where it was looked for.
    case notInstalled(String)
    /// The server or its guard did not come up: the reason, with the last lines of the server's log.
    case didNotStart(String)
    /// The server started, but the system allows it fewer clients than were asked for.
    case tooFewClients(wanted: Int, allowed: Int)

    package var description: String {
        switch self {
        case .notInstalled(let found):
            "no private Redis can be started: \(found). Install one (apt-get install redis-server), name one in "
                + "STRESS_REDIS_SERVER, or use a running one with --redis URL"
        case .didNotStart(let reason):
            "the private Redis did not start: \(reason)"
        case .tooFewClients(let wanted, let allowed):
            "the private Redis would take \(wanted) clients, but the limit on open files allows it \(allowed): raise the "
                + "limit (ulimit -Hn), or use fewer processes, threads or clients"
        }
    }
}
