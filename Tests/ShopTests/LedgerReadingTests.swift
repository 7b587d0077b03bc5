import FlashSale
import Strategies
import Testing

@testable import Shop

/// What a server may answer to a ledger's `read:`.
struct LedgerReadingTests {
    private let rule: Strategy.LedgerRule

    init() throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "optimistic"))
        rule = try #require(try StrategyFile.parse(yaml, file: "optimistic").ledger)
    }

    private func reply(_ build: (inout Reply) -> Void) -> Reply {
        var reply = Reply()
        build(&reply)
        return reply
    }

    private func strings(_ words: [String]) -> Reply {
        reply {
            $0.append(.array, integer: words.count)
            for word in words { $0.append(.string, word) }
        }
    }

    @Test func readsPairs() throws {
        let ledger = try LedgerReading.ledger(strings(["12", "4", "3", "9"]), by: rule)
        #expect(ledger.orders == [.init(attempt: 3, buyer: 9), .init(attempt: 12, buyer: 4)])
        #expect(ledger.isAtomic && ledger.unreadable.isEmpty)
        let none = try LedgerReading.ledger(strings([]), by: rule)
        #expect(none.orders.isEmpty && none.unreadable.isEmpty)
    }

    @Test func keepsWhatIsNoOrderApart() throws {
        let words = ["1", "2", "x", "3", "4", "", "5", "6.0", "99999999999999999999", "7", " 8", "9", "-10", "11"]
        let ledger = try LedgerReading.ledger(strings(words), by: rule)
        #expect(ledger.orders == [.init(attempt: 1, buyer: 2)])
        // Ids count from 1.
        #expect(ledger.unreadable == ["x 3", "4 ", "5 6.0", "99999999999999999999 7", " 8 9", "-10 11"])
    }

    @Test func takesIntegersToo() throws {
        let ledger = try LedgerReading.ledger(
            reply {
                $0.append(.array, integer: 2)
                $0.append(.integer, integer: 1)
                $0.append(.integer, integer: 2)
            }, by: rule)
        #expect(ledger.orders == [.init(attempt: 1, buyer: 2)])
    }

    @Test func refusesWhatIsNoListOfPairs() {
        let replies = [
            strings(["1", "2", "3"]), reply { $0.append(.error, "WRONGTYPE Operation against a key") },
            reply { $0.append(.null) }, reply { $0.append(.integer, integer: 4) }, reply { $0.append(.status, "OK") },
            reply { $0.append(.string, "1 2") },
        ]
        for reply in replies {
            let error = #expect(throws: RunError.self) { _ = try LedgerReading.ledger(reply, by: rule) }
            #expect(error?.message.contains("pairs") == true)
        }
        let refused = #expect(throws: RunError.self) { _ = try LedgerReading.ledger(replies[1], by: rule) }
        #expect(refused?.message.contains("WRONGTYPE Operation against a key") == true)
    }

    /// Lists in the list are no pairs: what stands in them must not be taken for orders of the list around them.
    @Test func readsNothingAcrossNestedLists() {
        let nested = reply {
            $0.append(.array, integer: 4)
            $0.append(.string, "1")
            $0.append(.array, integer: 1)
            $0.append(.string, "2")
            $0.append(.string, "3")
            $0.append(.string, "4")
        }
        let orders = (try? LedgerReading.ledger(nested, by: rule))?.orders ?? []
        #expect(!orders.contains { $0.attempt == 2 })
    }
}
