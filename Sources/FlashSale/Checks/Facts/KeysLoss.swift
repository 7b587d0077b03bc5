/// What may have taken keys of the sale away while the doors were open, and was not the scheme: a server that made room, or somebody
/// else on it.
package struct KeysLoss: Codable, Sendable, Equatable {
    /// Keys that the server evicted, of whoever; 0 for none that can have been the sale's.
    package var evicted: Int
    /// Commands of others that empty databases or put others in their place, by name.
    package var flushes: [String: Int]
    /// Commands of others that remove keys, by name: whose keys these were, the server does not tell.
    package var removals: [String: Int]
    /// Keys that the sale opened with, and that were gone at the end.
    package var gone: [String]

    /// - Returns: nil where nothing of it happened.
    package init?(evicted: Int = 0, flushes: [String: Int] = [:], removals: [String: Int] = [:], gone: [String] = []) {
        self.evicted = evicted
        self.flushes = flushes
        self.removals = removals
        self.gone = gone
        guard evicted > 0 || !flushes.isEmpty || !removals.isEmpty else { return nil }
    }

    /// Whether keys of the sale went for certain: FLUSHALL spares none.
    package var isCertain: Bool { flushes["FLUSHALL"] != nil }

    /// Whether there is more to it than that others remove keys, as they do all the time.
    var isLikely: Bool { evicted > 0 || !flushes.isEmpty || !gone.isEmpty }

    /// Whether it may explain that a check is violated. That others removed some keys does not explain what buyers were told of
    /// units: whoever is sold what is gone was sold it by the scheme.
    func mayExplain(_ check: CheckName) -> Bool { isLikely || ![.noOversell, .uniqueUnits].contains(check) }

    /// What happened, as a sentence without its end.
    package var reason: String {
        var parts: [String] = []
        if !flushes.isEmpty || !removals.isEmpty {
            let commands = flushes.merging(removals) { $1 }.sorted { $0.key < $1.key }
            parts.append(
                "somebody else sent \(commands.map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", "))")
        }
        if evicted > 0 { parts.append("the server evicted \(evicted.counted("key")) to make room (maxmemory)") }
        return "\(parts.joined(separator: " and ")) while the doors were open"
            + (isCertain
                ? ", which took the keys of this sale" : ", which may have taken keys of this sale")
    }

    /// - Parameter isUpheld: whether everything agrees, so that keys which others removed were not the sale's.
    func findings(isUpheld: Bool) -> [Finding] {
        var findings: [Finding] = []
        let kept = gone.prefix(3).map { ForeignText.shown($0) }.joined(separator: ", ")
        let lost = gone.isEmpty ? "" : " Gone at the end: \(kept)\(gone.count > 3 ? " …" : "")."
        func list(_ commands: [String: Int]) -> String {
            commands.sorted { $0.key < $1.key }.map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
        }
        if evicted > 0 {
            findings.append(
                Finding(
                    .keysEvicted,
                    "The server evicted \(evicted.counted("key")) while the doors were open, because maxmemory was reached; some may have been "
                        + "this sale's.\(lost) What that may explain is not held against the scheme. Give the server more memory, or use one that "
                        + "evicts nothing (maxmemory-policy noeviction)."))
        }
        if !flushes.isEmpty {
            findings.append(
                Finding(
                    .serverFlushed,
                    "Somebody else emptied or swapped a database of this server while the doors were open: \(list(flushes)). "
                        + "\(isCertain ? "That took the keys of this sale" : "It may have been this sale's").\(lost) What that may explain is not held "
                        + "against the scheme."))
        }
        if !removals.isEmpty, !gone.isEmpty || !isUpheld {
            findings.append(
                Finding(
                    .keysRemoved,
                    "Somebody else sent commands that remove keys while the doors were open: \(list(removals)).\(lost) What that may explain "
                        + "is not held against the scheme."))
        }
        return findings
    }
}
