internal import Yams

/// `shards:`: what a file with several shelves can say, and what it cannot.
extension StrategyFileParser {
    /// - Throws: ``StrategyFileError`` where buyers would have nothing on a shelf, or what is done for the whole sale names one.
    func checkShelves(_ strategy: Strategy, _ entries: [String: Node]) throws(StrategyFileError) {
        guard let shards = entries["shards"] else { return }
        guard !strategy.asksService, !strategy.buysByProgram, entries["service"] == nil else {
            throw reader.error(
                "shards: is for buyers who ask Redis: a service and a program choose the shelf themselves", shards)
        }
        let steps = strategy.allSteps
        guard strategy.areOfShelf(steps.flatMap(\.calls).flatMap(\.templates)) else {
            throw reader.error(
                "shards: nothing under buy: names a shelf, so that every buyer would meet the same units; write {shard} where {sale} "
                    + "stood, such as stock: \"{shard}:stock\"", shards)
        }
        for key in strategy.keys {
            guard key.template.values.contains(.variable(.shard)), key.template.values.contains(.variable(.sale)) else {
                continue
            }
            throw reader.error(
                "the key \(key.name) has both {sale} and {shard}; one of them is enough", entries["keys"])
        }
        if strategy.areOfShelf(strategy.restocks.flatMap(\.call.templates)) {
            throw reader.error(
                "restock: gives units to the whole sale, and {shard} has no value here; a sale with shards: has no restock",
                entries["restock"])
        }
        if strategy.areOfShelf(strategy.drain?.conditions.flatMap(\.call.templates) ?? []) {
            throw reader.error("drain: holds for the whole sale, and {shard} has no value here", entries["drain"])
        }
        for probe in [strategy.stock] + strategy.otherStocks {
            let ofShelf = probe.calls.filter { strategy.areOfShelf($0.templates) }
            guard ofShelf.isEmpty || ofShelf.count == probe.calls.count else {
                throw reader.error(
                    "stock: one command of it names a shelf ({shard}) and another does not; what is read of each shelf is added up, so "
                        + "that all of them have to, or none", entries["stock"])
            }
        }
    }
}
