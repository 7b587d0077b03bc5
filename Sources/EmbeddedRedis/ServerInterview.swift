internal import FlashSale
internal import Glibc
internal import RedisDriver
internal import Strategies

/// Finds out whether the server at a port is the one that was meant, before anything else is sent there.
struct ServerInterview {
    enum Verdict: Equatable {
        /// Nobody answers yet.
        case silent
        /// It is the one that was meant so far, and still reads its data.
        case loading
        /// It is the one that was meant, and allows this many clients.
        case meant(ServerIdentity, maximumClients: Int)
        /// It is another one: what it does or has instead.
        case another(String)
    }

    let settings: ServerSettings
    let endpoint: RedisEndpoint
    /// The process that was started.
    let process: Int32

    func ask() -> Verdict {
        do throws(ConnectionError) {
            // The first word is the password: a server without it is not even asked who it is.
            var connection = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 1000, timeoutMilliseconds: 1000)
            return try ask(&connection)
        } catch {
            switch error {
            case .rejected, .protocolViolation, .oversized:
                return .another("it did not take the password that was drawn for it")
            case .refused, .notLocated, .unsecured, .timeout, .closed, .lost: return .silent
            }
        }
    }

    private func ask(_ connection: inout Connection) throws(ConnectionError) -> Verdict {
        let server = InfoFields(try connection.call(["INFO", "server"]))
        guard let answering = server["process_id"], answering == "\(process)" else {
            return .another("its process is \(server["process_id"] ?? "unknown") and \(process) was started")
        }
        let identity = ServerIdentity(processID: process, runID: server["run_id"] ?? "")
        // A sentinel has no CONFIG GET.
        if settings.role.isSentinel {
            guard server["tcp_port"] == "\(settings.port)", server["redis_mode"] == "sentinel" else {
                return .another("it is no sentinel at port \(settings.port)")
            }
            guard Self.isSameFolder("/proc/\(process)/cwd", settings.folder) else {
                return .another("its folder is not \(settings.folder)")
            }
            return .meant(identity, maximumClients: settings.maximumClients)
        }
        for (setting, wanted) in [("port", "\(settings.port)"), ("bind", ServerSettings.address)] {
            let found = try Self.value(of: setting, &connection)
            guard found == wanted else {
                return .another("its \(setting) is \(found ?? "unknown") instead of \(wanted)")
            }
        }
        // Redis gives the path without symbolic links, and an empty one if that is longer than its buffer.
        let folder = try Self.value(of: "dir", &connection)
        let isLong = folder == "" && settings.folder.utf8.count > 512
        guard let folder, Self.isSameFolder(isLong ? "/proc/\(process)/cwd" : folder, settings.folder) else {
            return .another("its folder is \(folder ?? "unknown") instead of \(settings.folder)")
        }
        if endpoint.password == nil, try Self.value(of: "requirepass", &connection) != "" {
            return .another("it wants a password")
        }
        // Redis lowers it silently if it cannot have enough descriptors.
        let allowed = InfoFields(try connection.call(["INFO", "clients"]))["maxclients"].flatMap { Int($0) }
        let answer = try connection.call(["PING"])
        guard answer.kind != .error else {
            let text = answer.string()
            return text.hasPrefix("LOADING") ? .loading : .another("its answer to PING is \(text)")
        }
        return .meant(identity, maximumClients: allowed ?? settings.maximumClients)
    }

    /// Nil where it does not tell.
    private static func value(
        of setting: String, _ connection: inout Connection
    ) throws(ConnectionError) -> String? {
        let reply = try connection.call(["CONFIG", "GET", setting])
        return reply.element(1).map { reply.string(at: $0) }
    }

    private static func isSameFolder(_ path: String, _ other: String) -> Bool {
        var first = stat()
        var second = stat()
        return stat(path, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev
            && first.st_ino == second.st_ino
    }
}
