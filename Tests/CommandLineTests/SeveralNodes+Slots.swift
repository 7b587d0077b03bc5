import EmbeddedRedis
import FlashSale
import RedisDriver
import Strategies
import TestSupport

/// A slot that stays on its way for as long as a test wants.
extension SeveralNodes {
    struct OpenSlot {
        var slot: Int
        var from: EmbeddedServer
        var to: EmbeddedServer
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// MIGRATING at its primary, and IMPORTING at another one.
    func open(_ slot: Int) throws -> OpenSlot {
        let from = try topology.primary(of: slot)
        guard let to = topology.nodes.first(where: { $0 !== from }) else { throw Failure(description: "one node only") }
        try order(to, ["CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", try ask(from, "CLUSTER", "MYID").string()])
        try order(from, ["CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", try ask(to, "CLUSTER", "MYID").string()])
        return OpenSlot(slot: slot, from: from, to: to)
    }

    /// Moves the keys that are at the primary now.
    ///
    /// - Returns: how many.
    func migrate(_ slot: OpenSlot) throws -> Int {
        let keys = try ask(slot.from, "CLUSTER", "GETKEYSINSLOT", "\(slot.slot)", "1000")
        for index in 0..<keys.elementCount() {
            guard let key = keys.element(index) else { continue }
            let words =
                [
                    "MIGRATE", "127.0.0.1", "\(slot.to.port)", "", "0", "5000", "AUTH",
                    environment["REDISCLI_AUTH"] ?? "", "KEYS",
                ]
                + [keys.string(at: key)]
            try order(slot.from, words)
        }
        return keys.elementCount()
    }

    /// The other node has it now.
    func close(_ slot: OpenSlot) throws {
        let id = try ask(slot.to, "CLUSTER", "MYID").string()
        for node in [slot.to, slot.from] + topology.nodes.filter({ $0 !== slot.to && $0 !== slot.from }) {
            try order(node, ["CLUSTER", "SETSLOT", "\(slot.slot)", "NODE", id])
        }
    }

    private func order(_ server: EmbeddedServer, _ words: [String]) throws {
        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        let reply = try connection.call(words)
        // NOKEY: it was deleted meanwhile.
        guard reply.kind == .status else { throw Failure(description: "\(words[0]): \(reply.string())") }
    }
}
