internal import FlashSale
internal import Shop
internal import Strategies

/// Whether keys of the sale may have gone without the scheme.
extension Coordinator {
    /// Commands that empty databases, or put other data in their place.
    private static let flushing: Set<String> = ["FLUSHALL", "FLUSHDB", "REPLICAOF", "SLAVEOF", "SWAPDB"]
    /// Commands that remove single keys, at once or later, or move them away.
    private static let removing: Set<String> = [
        "DEL", "EXPIRE", "EXPIREAT", "GETDEL", "GETEX", "MIGRATE", "MOVE", "PEXPIRE", "PEXPIREAT", "RENAME", "RENAMENX",
        "RESTORE", "UNLINK",
    ]

    /// - Parameter goneKeys: those of the sale that were there when it opened and were not at the end.
    /// - Returns: nil where nothing of the kind happened, or the server does not tell.
    func keysLoss(
        goneKeys: [String], server: Sale.ServerFacts, traffic: Traffic, from before: Surroundings,
        to after: Surroundings
    ) -> KeysLoss? {
        // Nobody else is on a private server, and it evicts nothing.
        guard case .server = place, let counters = after.counters, let earlier = before.counters,
            !counters.isAnotherProcess(than: earlier)
        else { return nil }
        var flushes: [String: Int] = [:]
        for name in Self.flushing {
            // Scripts were seen not to call these before they were let onto the server.
            let count = (counters.executed[name] ?? 0) - (earlier.executed[name] ?? 0)
            if count > 0 { flushes[name] = count }
        }
        var evicted = 0
        if let now = counters.evictedKeys, let then = earlier.evictedKeys, now > then { evicted = now - then }
        // Such a server evicts only what has a time to live.
        if server.maxmemoryPolicy?.hasPrefix("volatile") == true, !strategy.mayGiveTimeToLive { evicted = 0 }
        return KeysLoss(
            evicted: evicted, flushes: flushes, removals: traffic.ofOthers.filter { Self.removing.contains($0.key) },
            gone: goneKeys)
    }
}
