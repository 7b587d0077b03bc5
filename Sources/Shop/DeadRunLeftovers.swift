internal import CLinux
package import FlashSale
internal import Host
package import RedisDriver
internal import Strategies

/// What dead runs have left on a server, because their coordinator was killed or could not reach it at the end: the search and the
/// removal behind `stress clean`. A run's own end is ``Sale/close(withinMilliseconds:)``.
package struct DeadRunLeftovers: ~Copyable {
    /// What one run has left.
    package struct Run: Sendable {
        package var id: RunID
        package var keys: [[UInt8]] = []
        package var libraries: [String] = []
        package var standing = Standing.left
        /// For how many seconds nobody has touched any of its keys; nil where that was not asked, or is not known.
        package var idleSeconds: Int?
    }

    /// Whether a run's keys may be removed.
    package enum Standing: Sendable, Equatable {
        case left
        /// It is still running, with this many connections.
        case live(connections: Int)
        case tooYoung
        /// An age was asked for, and this run's is unknown.
        case ageUnknown
    }

    private var connection: Connection
    private let olderThanSeconds: Int?
    private let nowSeconds: Int
    /// Why it cannot be seen which runs are going on; nil if it can.
    package private(set) var liveIsHidden: String?
    /// Why it cannot be seen which libraries there are; nil if it can.
    package private(set) var librariesAreHidden: String?

    /// How long a search for keys may take on a server that holds many.
    private static var scanSeconds: UInt64 { 600 }

    /// Keeps the password out of what is shown.
    private let secret: Secret

    /// - Parameter seconds: younger runs are kept; nil keeps none.
    /// - Throws: ``RunError`` with 69 if the server cannot be used.
    package init(on endpoint: RedisEndpoint, olderThanSeconds seconds: Int?) throws(RunError) {
        secret = Secret(of: endpoint)
        olderThanSeconds = seconds
        nowSeconds = Clock.wallMilliseconds() / 1000
        do throws(ConnectionError) {
            connection = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
        } catch {
            let advice = Sale.advice(on: error, at: endpoint)
            if case .unsecured = error { throw RunError(.unavailable, "\(error)\(advice)") }
            if case .refused(let text) = error {
                throw RunError(.unavailable, "could not connect to \(text); is Redis running there?")
            }
            var words = "Redis at \(endpoint.redacted) cannot be used: \(error)\(advice)"
            if case .rejected(let text) = error, text.hasPrefix("BUSY "), let advice = BusyServer.advice(endpoint) {
                words += "; \(advice)"
            }
            throw RunError(.unavailable, words)
        }
    }

    private mutating func call(_ arguments: [String]) throws(RunError) -> Reply {
        try call(arguments.map { Array($0.utf8) })
    }

    private mutating func call(_ arguments: [[UInt8]]) throws(RunError) -> Reply {
        try Self.check()
        do throws(ConnectionError) {
            return try connection.call(arguments, givingUpIf: { Interruption.requests > 0 })
        } catch {
            try Self.check()
            throw RunError(
                .unavailable,
                "the connection to Redis was lost at \(String(decoding: arguments[0], as: UTF8.self)): \(error)")
        }
    }

    private static func check() throws(RunError) {
        if Interruption.requests > 0 { throw RunError(.interrupted, "interrupted") }
    }

    // MARK: Finding

    /// Every run that has keys in this database, or libraries on the server, the oldest first.
    ///
    /// - Throws: ``RunError`` with 69 if the server does not let us search, with 130 after an interruption.
    package mutating func find() throws(RunError) -> [Run] {
        var runs: [RunID: Run] = [:]
        for (id, keys) in try keys() {
            runs[id, default: Run(id: id)].keys = keys.sorted { $0.lexicographicallyPrecedes($1) }
        }
        for (id, names) in try libraries() { runs[id, default: Run(id: id)].libraries = names }
        guard !runs.isEmpty else { return [] }
        // After the search: a run names its connection before it makes its first key.
        let connections = try connections()
        var list = runs.values.sorted {
            ($0.id.startedAtSeconds ?? 0, $0.id.text) < ($1.id.startedAtSeconds ?? 0, $1.id.text)
        }
        for index in list.indices { try judge(&list[index], connections) }
        return list
    }

    private mutating func judge(_ run: inout Run, _ connections: [RunID: Int]) throws(RunError) {
        if let count = connections[run.id] {
            run.standing = .live(connections: count)
        } else if let limit = olderThanSeconds {
            if run.id.startedAtSeconds == nil { run.idleSeconds = try idleSeconds(run.keys) }
            // Without a start, the run is at least as old as its keys have been idle.
            guard let age = run.id.startedAtSeconds.map({ nowSeconds - $0 }) ?? run.idleSeconds else {
                run.standing = .ageUnknown
                return
            }
            if age < limit { run.standing = .tooYoung }
        }
    }

    private mutating func keys() throws(RunError) -> [RunID: Set<[UInt8]>] {
        var keys: [RunID: Set<[UInt8]>] = [:]
        var cursor = "0"
        let deadline = Clock.nanoseconds() + Self.scanSeconds * 1_000_000_000
        repeat {
            guard Clock.nanoseconds() < deadline else {
                throw RunError(
                    .unavailable,
                    "the search for keys (SCAN) was not over after \(Self.scanSeconds) seconds; nothing was changed"
                )
            }
            let reply = try call(["SCAN", cursor, "MATCH", "*{stress:*}*", "COUNT", "1000"])
            guard let next = reply.element(0), let list = reply.element(1), reply.kind(at: list) == .array else {
                throw RunError(
                    .unavailable,
                    "the server does not let us search for keys: it answered SCAN with \(secret.shown(reply)); nothing was changed"
                )
            }
            var node = list + 1
            for _ in 0..<reply.elementCount(at: list) {
                let key = Array(reply.bytes(at: node))
                if let id = RunID(key: key, nowSeconds: nowSeconds) { keys[id, default: []].insert(key) }
                node = reply.end(of: node)
            }
            cursor = reply.string(at: next)
        } while cursor != "0"
        return keys
    }

    private mutating func libraries() throws(RunError) -> [RunID: [String]] {
        let reply = try call(["FUNCTION", "LIST", "LIBRARYNAME", "stress_*"])
        guard reply.kind == .array else {
            // Before Redis 7.0 there are none.
            if !reply.string().hasPrefix("ERR unknown command") { librariesAreHidden = secret.shown(reply) }
            return [:]
        }
        var libraries: [RunID: [String]] = [:]
        for index in 0..<reply.elementCount() {
            guard let library = reply.element(index), reply.kind(at: library) == .array else { continue }
            for place in stride(from: 0, to: reply.elementCount(at: library) - 1, by: 2) {
                guard let label = reply.element(place, of: library), reply.string(at: label) == "library_name",
                    let node = reply.element(place + 1, of: library)
                else { continue }
                let name = reply.string(at: node)
                if let id = RunID(library: name, nowSeconds: nowSeconds) { libraries[id, default: []].append(name) }
            }
        }
        return libraries
    }

    /// How many connections each run that is going on has.
    private mutating func connections() throws(RunError) -> [RunID: Int] {
        let reply = try call(["CLIENT", "LIST"])
        guard reply.kind == .string else {
            liveIsHidden = secret.shown(reply)
            return [:]
        }
        var connections: [RunID: Int] = [:]
        for line in reply.string().split(separator: "\n") {
            for field in line.split(separator: " ") where field.hasPrefix("name=") {
                if let id = RunID(connectionName: field.dropFirst(5), nowSeconds: nowSeconds) {
                    connections[id, default: 0] += 1
                }
            }
        }
        return connections
    }

    /// For how long nobody has touched any of these keys; nil where the server does not tell of all.
    private mutating func idleSeconds(_ keys: [[UInt8]]) throws(RunError) -> Int? {
        var youngest: Int?
        for key in keys {
            let reply = try call([Array("OBJECT".utf8), Array("IDLETIME".utf8), key])
            guard let idle = reply.integer() else { return nil }
            youngest = min(youngest ?? idle, idle)
        }
        return youngest
    }

    // MARK: Removing

    /// What was removed of one run.
    package struct Removed: Sendable {
        package var keys = 0
        package var libraries = 0
        /// It has come to life since it was listed, and nothing of it was removed.
        package var isLive = false
        /// Why something is left: what went wrong first.
        package var problem: String?

        package init() {}
    }

    /// How many keys are removed by one command.
    private static var batch: Int { 256 }

    /// Removes what a run has left, and exactly what was listed.
    ///
    /// - Parameter removed: how far it came, also if it throws.
    /// - Throws: ``RunError`` with 69 if the connection is lost, with 130 after an interruption.
    package mutating func remove(_ run: Run, _ removed: inout Removed) throws(RunError) {
        if try connections()[run.id] != nil {
            removed.isLive = true
            return
        }
        for start in stride(from: 0, to: run.keys.count, by: Self.batch) {
            let keys = Array(run.keys[start..<min(start + Self.batch, run.keys.count)])
            if let count = try unlink(keys).integer() {
                removed.keys += count
                continue
            }
            // A key that we may not delete must not keep us from the others.
            for key in keys {
                let reply = try unlink([key])
                if let count = reply.integer() {
                    removed.keys += count
                } else if removed.problem == nil {
                    removed.problem = "the server answered UNLINK \(ForeignText.shown(key)) with \(secret.shown(reply))"
                }
            }
        }
        for name in run.libraries {
            let reply = try call(["FUNCTION", "DELETE", name])
            if reply.kind != .error {
                removed.libraries += 1
            } else if !reply.string().contains("not found"), removed.problem == nil {
                removed.problem = "the server answered FUNCTION DELETE \(name) with \(secret.shown(reply))"
            }
        }
    }

    /// UNLINK frees the memory in the background. Where an ACL forbids it, DEL may be allowed.
    private mutating func unlink(_ keys: [[UInt8]]) throws(RunError) -> Reply {
        let reply = try call([Array("UNLINK".utf8)] + keys)
        guard reply.kind == .error else { return reply }
        let other = try call([Array("DEL".utf8)] + keys)
        return other.kind == .error ? reply : other
    }
}
