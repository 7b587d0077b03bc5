internal import FlashSale
internal import RedisDriver
internal import Strategies

/// What a server has counted since it started: `INFO commandstats`, `INFO cpu` and `INFO stats`.
package struct ServerCounters: Equatable {
    /// Commands by name in capitals, executed or refused, those of scripts included. A name has no second part: what Redis 6
    /// calls `client` and Redis 7 `client|setname` is CLIENT.
    var commands: [String: Int]
    /// Whether refused commands are among them: servers before Redis 6.2 do not count these.
    var refusalsAreCounted: Bool
    /// User and system time of the server's own process, in seconds; nil where it does not tell.
    var cpuSeconds: Double?
    /// Commands of all clients; nil where it does not tell. That it goes back shows that counting began anew.
    var commandsProcessed: Int?

    /// What tells one process of a server from another; nil where it does not tell.
    package var runID: String?
    /// Since the process started, in seconds; nil where it does not tell.
    var uptimeSeconds: Int?

    /// Commands by name in capitals without those that were refused or failed, as far as the server tells these apart.
    package private(set) var executed: [String: Int] = [:]
    /// Keys that the server removed to make room; nil where it does not tell.
    package private(set) var evictedKeys: Int?

    /// Reads the texts, of which `server` is `INFO server`.
    init(commandstats: String, cpu: String, stats: String, server: String = "") {
        commands = [:]
        refusalsAreCounted = false
        for (key, value) in Self.fields(commandstats) where key.hasPrefix("cmdstat_") {
            let name = key.dropFirst("cmdstat_".count).prefix { $0 != "|" }.uppercased()
            var numbers: [Substring: Int] = [:]
            for part in value.split(separator: ",") {
                let pair = part.split(separator: "=", maxSplits: 1)
                if pair.count == 2, let number = Int(pair[1]), number.magnitude < 1 << 53 { numbers[pair[0]] = number }
            }
            guard let calls = numbers["calls"] else { continue }
            if numbers["rejected_calls"] != nil { refusalsAreCounted = true }
            commands[name, default: 0] &+= calls &+ (numbers["rejected_calls"] ?? 0)
            executed[name, default: 0] &+= calls &- (numbers["failed_calls"] ?? 0)
        }
        let cpu = Dictionary(Self.fields(cpu)) { $1 }
        if let user = cpu["used_cpu_user"].flatMap({ Double($0) }),
            let system = cpu["used_cpu_sys"].flatMap({ Double($0) })
        {
            cpuSeconds = user + system
        }
        let stats = Dictionary(Self.fields(stats)) { $1 }
        commandsProcessed = stats["total_commands_processed"].flatMap { Int($0) }
        evictedKeys = stats["evicted_keys"].flatMap { Int($0) }
        let server = Dictionary(Self.fields(server)) { $1 }
        runID = server["run_id"].map(String.init)
        uptimeSeconds = server["uptime_in_seconds"].flatMap { Int($0) }
    }

    private static func fields(_ info: String) -> [(Substring, Substring)] {
        info.split(whereSeparator: \.isNewline).compactMap { line in
            guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon], line[line.index(after: colon)...])
        }
    }

    /// Takes in what another node has counted.
    mutating func add(_ other: ServerCounters) {
        commands.merge(other.commands, uniquingKeysWith: &+)
        executed.merge(other.executed, uniquingKeysWith: &+)
        refusalsAreCounted = refusalsAreCounted && other.refusalsAreCounted
        cpuSeconds = cpuSeconds.flatMap { own in other.cpuSeconds.map { own + $0 } }
        commandsProcessed = commandsProcessed.flatMap { own in other.commandsProcessed.map { own &+ $0 } }
        evictedKeys = evictedKeys.flatMap { own in other.evictedKeys.map { own &+ $0 } }
    }

    /// Whether the server was started again, or replaced by another, since an earlier time.
    package func isAnotherProcess(than earlier: ServerCounters) -> Bool {
        if let runID, let before = earlier.runID { return runID != before }
        if let uptimeSeconds, let before = earlier.uptimeSeconds { return uptimeSeconds < before }
        return false
    }

    /// What was counted since an earlier time; nil where the server was started again in between, or its counters were reset.
    func since(_ earlier: ServerCounters) -> [String: Int]? {
        guard !isAnotherProcess(than: earlier), commandsProcessed ?? 0 >= earlier.commandsProcessed ?? 0 else {
            return nil
        }
        var counted = commands
        for (name, count) in earlier.commands {
            guard let now = counted[name], now >= count else { return nil }
            counted[name] = now == count ? nil : now - count
        }
        return counted
    }

    /// CPU time since an earlier time, in seconds.
    func cpuSeconds(since earlier: ServerCounters) -> Double? {
        guard !isAnotherProcess(than: earlier), let cpuSeconds, let before = earlier.cpuSeconds, cpuSeconds >= before
        else { return nil }
        return cpuSeconds - before
    }
}

extension Sale {
    /// Asks the server; nil where it denies INFO, does not tell of commands, or is gone.
    ///
    /// Of several nodes what they have counted together; which process it is, is that of the first.
    package mutating func counters() -> ServerCounters? {
        guard hasServer else { return nil }
        var all: [ServerCounters?] = []
        onEachNode { all.append($0.countersHere()) }
        guard var sum = all.first ?? nil else { return nil }
        for other in all.dropFirst() {
            guard let other else { return nil }
            sum.add(other)
        }
        return sum
    }

    private mutating func countersHere() -> ServerCounters? {
        var texts: [String] = []
        for section in ["commandstats", "cpu", "stats", "server"] {
            guard let reply = try? call(["INFO", section]), reply.kind == .string else { return nil }
            texts.append(reply.string())
        }
        let counters = ServerCounters(commandstats: texts[0], cpu: texts[1], stats: texts[2], server: texts[3])
        return counters.commands.isEmpty ? nil : counters
    }
}
