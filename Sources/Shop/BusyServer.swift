internal import FlashSale
internal import RedisDriver
internal import Strategies

/// A server that answers BUSY because a script or a function does not end.
enum BusyServer {
    /// Ends the function of a run, if that is what keeps the server busy and it has written nothing.
    ///
    /// Other people's are left alone, so the server must say what is running. FUNCTION STATS (Redis 7.0) does for functions;
    /// no server does for scripts (EVAL).
    /// - Returns: in words why the server stays busy; nil if it does not.
    static func endFunction(of run: String, on connection: inout Connection, at endpoint: RedisEndpoint) -> String? {
        guard let stats = try? connection.call(["FUNCTION", "STATS"]) else { return nil }
        guard stats.kind == .array else {
            return
                "which script runs there, the server does not tell, so stress does not end it; if it is this run's and "
                + "has written nothing, this does: \(endpoint.redisCLI) SCRIPT KILL"
        }
        guard let function = RunningFunction(stats) else { return nil }
        let title =
            "function \(ForeignText.shown(function.name, limit: ForeignText.nameLimit)), for \(function.milliseconds / 1000) s now"
        guard function.isOurs(run) else { return "what runs there is somebody else's \(title)" }
        guard let reply = try? connection.call(["FUNCTION", "KILL"]), reply.kind == .error else { return nil }
        if reply.string().hasPrefix("UNKILLABLE") {
            return
                "what runs there is this run's \(title); it has written, so only SHUTDOWN NOSAVE ends it, which loses what "
                + "the server has not saved and which stress does not send"
        }
        return reply.string().hasPrefix("NOTBUSY")
            ? nil
            : "what runs there is this run's \(title); the server answered FUNCTION KILL with \(Secret(of: endpoint).shown(reply))"
    }

    /// What runs on a server that greets nobody, and how its owner ends that.
    ///
    /// - Returns: nil if it is not known.
    static func advice(_ endpoint: RedisEndpoint) -> String? {
        guard
            var connection = try? Connection(
                whileBusy: endpoint, connectTimeoutMilliseconds: 2000, timeoutMilliseconds: 2000),
            let stats = try? connection.call(["FUNCTION", "STATS"])
        else { return nil }
        guard stats.kind == .array else {
            return "a script that has written nothing is ended by: \(endpoint.redisCLI) SCRIPT KILL"
        }
        guard let function = RunningFunction(stats) else { return nil }
        let words = ([function.name] + function.arguments.dropFirst(3)).map { ForeignText.shown($0, limit: 80) }
        return
            "what runs there is the function \(words.prefix(4).joined(separator: " ")); if it has written nothing, this ends "
            + "it: \(endpoint.redisCLI) FUNCTION KILL"
    }
}

/// What FUNCTION STATS tells of the function that a server is executing.
struct RunningFunction {
    var name = ""
    var arguments: [String] = []
    var milliseconds = 0

    /// Nil if none runs.
    init?(_ stats: Reply) {
        guard let running = Self.value("running_script", in: stats, at: Reply.root),
            stats.kind(at: running) == .array
        else { return nil }
        if let node = Self.value("name", in: stats, at: running) { name = stats.string(at: node) }
        if let node = Self.value("duration_ms", in: stats, at: running) { milliseconds = stats.integer(at: node) ?? 0 }
        guard let node = Self.value("command", in: stats, at: running), stats.kind(at: node) == .array else { return }
        arguments = (0..<stats.elementCount(at: node)).compactMap { stats.element($0, of: node) }.map {
            stats.string(at: $0)
        }
    }

    /// Of a map that came as an array of names and values.
    private static func value(_ name: String, in reply: Reply, at map: Int) -> Int? {
        for index in stride(from: 0, to: reply.elementCount(at: map) - 1, by: 2) {
            guard let label = reply.element(index, of: map), reply.string(at: label) == name else { continue }
            return reply.element(index + 1, of: map)
        }
        return nil
    }

    /// Whether a run has called it: by a name that it alone gives, or on a key of its own.
    func isOurs(_ run: String) -> Bool {
        name.hasPrefix("stress_\(run)_")
            || arguments.contains { argument in
                argument.contains(RunID.saleTag(run)) || Shelves.isTag(in: argument, of: RunID.saleTag(run))
            }
    }
}
