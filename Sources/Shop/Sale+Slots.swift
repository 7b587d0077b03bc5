internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Whether the sale can be where it is to be, before the doors open.
extension Sale {
    /// - Throws: ``RunError`` with 69 where the URL names another kind of server than there is.
    func checkMode(_ facts: inout ServerFacts) throws(RunError) {
        guard let endpoint else { return }
        switch (facts.mode, endpoint.deployment) {
        case ("cluster", .single), ("cluster", .sentinel):
            let host = endpoint.addresses.first?.description ?? "HOST:PORT"
            throw RunError(
                .unavailable,
                "the server is part of a Redis Cluster: write redis+cluster://\(host) in the place of \(endpoint.redacted)"
            )
        case ("sentinel", _):
            throw RunError(
                .unavailable,
                "what answers there is a Sentinel, which has no stock: write redis+sentinel://"
                    + "\(endpoint.addresses.first?.description ?? "HOST:PORT")/NAME, with what it calls the primary")
        case (_, .sentinel): facts.mode = "sentinel"
        case (_, .cluster): facts.mode = "cluster"
        default: break
        }
    }

    /// - Throws: ``RunError`` with 64 for a declared key that is in another slot than the sale, or its shelf.
    func checkSlots() throws(RunError) {
        for key in commands.keysOnShelves { try checkSlot(of: key.value, onShelf: key.shelf, strategy.file) }
    }

    /// The shelf that a call is about; 0 for the whole sale. Buyers are at the node of their shelf.
    private func shelf(of call: Strategy.Call) -> Int {
        guard isSpread else { return 0 }
        let isOfAttempt = strategy.allSteps.contains { $0.calls.contains(call) }
        return isOfAttempt || strategy.areOfShelf(call.templates) ? 1 : 0
    }

    /// - Throws: ``RunError`` with 64 for a key that a cluster keeps in another slot than what the call is about.
    func checkSlot(of key: [UInt8], in call: Strategy.Call) throws(RunError) {
        try checkSlot(of: key, onShelf: shelf(of: call), "\(strategy.file):\(call.line)")
    }

    private func checkSlot(of key: [UInt8], onShelf shelf: Int, _ place: String) throws(RunError) {
        guard let endpoint, endpoint.isCluster else { return }
        let (own, sale) = (ClusterSlot.of(key), ClusterSlot.of(Array(commands.tag(of: shelf).utf8)))
        guard own != sale else { return }
        let name = "the key \(ForeignText.shown(key)) is in slot \(own) of the cluster"
        guard shelf == 0 else {
            throw RunError(
                .usage,
                "\(place): \(name) and the shelf in slot \(sale), so that they may be on different nodes (CROSSSLOT); what buyers do, and what "
                    + "is done on a shelf, needs {shard} in the name of every key, {sale} in none, and no other braces before it"
            )
        }
        throw RunError(
            .usage,
            "\(place): \(name) and the sale in slot \(sale), so that they may be on "
                + "different nodes (CROSSSLOT); every key needs {sale} in its name, and no other braces before it")
    }
}
