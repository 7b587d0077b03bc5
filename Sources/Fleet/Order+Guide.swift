internal import Clients
internal import FlashSale
internal import ProgramTransport
internal import RedisDriver
internal import Strategies

extension CoordinatorMessage.Order {
    /// Tells the worker's clients where the primary is; nil where the server is one alone. It has a thread, until it is closed.
    var guide: PrimaryGuide? {
        guard let endpoint, let home else { return nil }
        guard shelfHomes.isEmpty else {
            return PrimaryGuide(
                shelves: shelfHomes.indices.map { endpoint.forKeys(tagged: Shelves.tag(of: $0 + 1, saleTag: saleTag)) },
                homes: shelfHomes, nodes: nodes, timeoutMilliseconds: scenario.timeoutMilliseconds)
        }
        return PrimaryGuide(endpoint, home: home, nodes: nodes, timeoutMilliseconds: scenario.timeoutMilliseconds)
    }
}

extension BuyerThread.Shared {
    /// Ends what its threads used, once they are joined.
    func close() {
        programs?.close()
        guide?.close()
    }
}
