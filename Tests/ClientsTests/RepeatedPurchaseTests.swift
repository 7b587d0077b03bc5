import FlashSale
import Strategies
import TestSupport
import Testing

@testable import Clients

/// Clients ask again for purchases that were won, where the scenario wants it.
@Suite(.serialized) struct RepeatedPurchaseTests {
    private static func played(
        _ reply: String, clients: Int, attempts: Int = 3, repeatEvery: Int?
    ) throws -> PlayedThread {
        let server = CommandServer { _ in .write(reply) }
        return try PlayedThread(
            PlayedThread.oneCommand, port: server.port, buyers: 40, clients: clients, attempts: attempts,
            repeatEvery: repeatEvery)
    }

    @Test("one in four, once, and no purchase is counted twice", arguments: [1, 5])
    func repeats(_ clients: Int) throws {
        let played = try Self.played(":17\r\n", clients: clients, repeatEvery: 4)
        #expect(played.history.count == 50)
        #expect(played.history.allSatisfy { $0.outcome == .won && $0.number <= 2 })
        for purchase in 1...40 {
            let count = played.history.count { $0.purchase == purchase }
            #expect(count == (Scenario.repeats(purchase: purchase, every: 4, seed: 1) ? 2 : 1), "\(purchase)")
        }
        #expect(played.result.tally.won == 50)
        #expect(played.result.purchaseLatency.samples == 40)
        #expect(played.result.attemptLatency.samples == 50)
        #expect(played.result.met.rules == [50, 0, 0, 0])
    }

    @Test("not where nobody won, no attempt is left, or nothing is to be repeated", arguments: [1, 5])
    func doesNot(_ clients: Int) throws {
        #expect(try Self.played(":1\r\n", clients: clients, repeatEvery: 1).history.count == 40)
        #expect(try Self.played(":17\r\n", clients: clients, attempts: 1, repeatEvery: 1).history.count == 40)
        #expect(try Self.played(":17\r\n", clients: clients, repeatEvery: nil).history.count == 40)
    }
}
