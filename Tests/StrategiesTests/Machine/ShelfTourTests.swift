import FlashSale
import Testing

@testable import Strategies

/// An attempt at a stock on several shelves is a tour of them.
struct ShelfTourTests {
    private static func yaml(shards: Int = 3, buy: String, finally: String = "") -> String {
        """
        strategy: mine
        shards: \(shards)
        limit: 1
        keys: { stock: "{shard}s", who: "{shard}w" }
        open: [ "SET {stock} {units}" ]
        buy: [ \(buy) ]
        finally: [ \(finally) ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    }

    private static let take =
        "{ send: 'DECR {stock}', outcomes: [ { when: '>= 0', then: won, remaining: reply }, { when: -1, then: sold-out }, { when: -2, then: conflict }, { when: -3, then: won, remaining: reply } ] }"

    private static func machine(_ buy: String, finally: String = "", shards: Int = 3) throws -> StrategyMachine {
        StrategyMachine(try Played.program(yaml: yaml(shards: shards, buy: buy, finally: finally)))
    }

    /// The numbers of the shelves that were written to.
    private static func shelves(_ played: Played) -> [Int] {
        played.writes.compactMap { write in
            write.firstRange(of: "{t:").flatMap { Int(write[$0.upperBound...].prefix { $0.isNumber }) }
        }
    }

    @Test func allShelvesAreLookedAtBeforeTheSaleIsSoldOut() throws {
        var machine = try Self.machine(Self.take)
        let played = Played.play(&machine, [-1, -1, -1])
        #expect(played.result == .init(.soldOut))
        let first = machine.shelf % 3 + 1
        #expect(Self.shelves(played) == [first, first % 3 + 1, (first + 1) % 3 + 1])
        #expect(Set(Self.shelves(played)) == [1, 2, 3])
        #expect(played.writes.allSatisfy { $0.hasPrefix("DECR {t:") && $0.hasSuffix("}s") })
    }

    @Test func anyOtherOutcomeEndsTheTour() throws {
        var machine = try Self.machine(Self.take)
        // What is left is a shelf's, and not the sale's.
        #expect(Played.play(&machine, [-1, 4]).result == .init(.won))
        #expect(Played.play(&machine, [-1, -2]).result == .init(.conflict))
        #expect(Played.play(&machine, [7]).result == .init(.won))
        // A shelf that was oversold says so all the same.
        #expect(Played.play(&machine, [-1, -1, -3]).result == .init(.won, remaining: -3))
        let hole = Played.play(&machine, [-1, "what"])
        #expect(hole.result == .init(.unknown, isHole: true) && hole.writes.count == 2)
    }

    @Test func aBuyerAlwaysBeginsAtTheSameShelf() throws {
        var machine = try Self.machine(Self.take, shards: 8)
        var first: [Int: Int] = [:]
        for attempt in 1...3 {
            for buyer in 1...200 {
                let played = Played.play(&machine, [5], attempt: attempt * 1000 + buyer, buyer: buyer)
                let shelf = Self.shelves(played)[0]
                #expect(first[buyer] ?? shelf == shelf)
                first[buyer] = shelf
            }
        }
        let crowds = Dictionary(grouping: first.values) { $0 }.mapValues(\.count)
        #expect(crowds.count == 8 && crowds.values.allSatisfy { (10...45).contains($0) }, "\(crowds)")
    }

    @Test func aLostAnswerSaysNothingOfShelvesBefore() throws {
        var machine = try Self.machine(Self.take)
        // The second shelf may have been written to.
        #expect(Played.play(&machine, [-1]).result == .init(.unknown))
        // What comes first there only reads.
        var reads = try Self.machine("{ send: 'GET {stock}', as: left }, \(Self.take)")
        #expect(Played.play(&reads, ["1", -1]).result == .init(.failed))
        #expect(Played.play(&reads, ["1", -1, "1"]).result == .init(.unknown))
        // Nor does an error that is none of the file's.
        #expect(
            Played.play(&machine, [-1, .error("LOADING Redis is loading the dataset in memory")]).result
                == .init(.failed))
    }

    @Test func eachLookTakesItsOwnStepsAndValues() throws {
        var machine = try Self.machine(
            "{ send: 'WATCH {stock}' }, { send: 'GET {stock}', as: left, outcomes: [ { when: '< 1', then: sold-out } ] }, "
                + "{ atomically: [ 'SET {stock} \"{left - 1}\"' ], outcomes: [ { when: array, then: won } ] }",
            finally: "{ send: 'SREM {who} {buyer}' }")
        let played = Played.play(&machine, [.ok, "0", 1, .ok, .ok, "5", .ok, .queued, ["OK"], 1])
        #expect(played.result == .init(.won))
        let (one, two) = (Self.shelves(played)[0], Self.shelves(played)[0] % 3 + 1)
        #expect(
            played.writes == [
                "WATCH {t:\(one)}s | GET {t:\(one)}s", "UNWATCH | SREM {t:\(one)}w 3",
                "WATCH {t:\(two)}s | GET {t:\(two)}s", "MULTI | SET {t:\(two)}s 4 | EXEC", "SREM {t:\(two)}w 3",
            ])
        // The commands of all looks count.
        let (sent, met) = (machine.commandsSent, machine.met)
        #expect(sent == 10 && met.rules[0] == 1 && met.rules[1] == 1)
    }

    @Test func unitsAreThoseOfTheShelf() throws {
        // 10 units on 3 shelves: 4, 3 and 3.
        var machine = try Self.machine(
            "{ send: 'INCRBY {stock} \"{units}\"', outcomes: [ { when: '<= {units}', then: won }, { when: any, then: sold-out } ] }"
        )
        let played = Played.play(&machine, [100, 100, 100])
        #expect(Set(played.writes) == ["INCRBY {t:1}s 4", "INCRBY {t:2}s 3", "INCRBY {t:3}s 3"])
        let four = Played.play(
            &machine,
            Self.shelves(played)[0] == 1
                ? [4] : [4, 4, 4].prefix(Self.shelves(played).firstIndex(of: 1)! + 1).map { $0 })
        #expect(four.result == .init(.won))
    }

    // MARK: On several nodes

    @Test func aClientGoesToTheNodeOfEachShelf() throws {
        var machine = try Self.machine(
            "{ send: 'WATCH {stock}' }, { send: 'GET {stock}', as: left, outcomes: [ { when: '< 1', then: sold-out } ] }, "
                + "{ atomically: [ 'DECR {stock}' ], outcomes: [ { when: array, then: won } ] }")
        machine.goesToShelves = true
        let played = Played.play(&machine, [.ok, .ok, "0", .ok, .ok, "1", .ok, .queued, [0]])
        #expect(played.result == .init(.won))
        let first = Self.shelves(played)[0]
        // What was watched before on a connection that the client comes back to must not be watched now.
        #expect(
            played.writes == [
                "(go to shelf \(first))", "UNWATCH | WATCH {t:\(first)}s | GET {t:\(first)}s",
                "(go to shelf \(first % 3 + 1))",
                "UNWATCH | WATCH {t:\(first % 3 + 1)}s | GET {t:\(first % 3 + 1)}s",
                "MULTI | DECR {t:\(first % 3 + 1)}s | EXEC",
            ])
    }

    @Test func aShelfThatCannotBeReachedTookNothing() throws {
        var machine = try Self.machine(Self.take)
        machine.goesToShelves = true
        let first = machine.begin(.init(buyer: 1, purchase: 1, attempt: 1))
        let (unsent, isOpen) = (machine.couldNotSend(), machine.mayStillTakeEffect)
        #expect(first == .goToShelf && unsent == .init(.failed) && !isOpen)
        let again = machine.begin(.init(buyer: 1, purchase: 1, attempt: 2))
        let sends = machine.arrive()
        let isOpenNow = machine.mayStillTakeEffect
        #expect(again == .goToShelf && sends == .send && isOpenNow)
        let next = machine.receive(Said.integer(-1).reply)
        let (isOpenStill, lost) = (machine.mayStillTakeEffect, machine.lose())
        #expect(next == .goToShelf && !isOpenStill && lost == .init(.failed))
    }

    @Test func whereTheNextNodeIsNotKnownNothingIsSoldOut() throws {
        var machine = try Self.machine(Self.take, finally: "{ send: 'SREM {who} {buyer}' }")
        machine.mayMove = true
        // The connection is of no more use once the node has sent the client away.
        let played = Played.play(&machine, [-1, .error("MOVED 1 127.0.0.1:7000"), 1])
        let isSuspect = machine.connectionIsSuspect
        #expect(played.result == .init(.failed) && isSuspect)
    }

    /// With its connection, a buyer loses the way to the shelves that are left, whatever the first one has said.
    @Test func whoIsCutOffBetweenShelvesWasNotToldThatAllAreEmpty() throws {
        var machine = try Self.machine(Self.take, finally: "{ send: 'SREM {who} {buyer}' }")
        let cutOff = Played.play(&machine, [-1])
        #expect(cutOff.result == .init(.failed))
        // At the last one it was.
        let toldAll = Played.play(&machine, [-1, 1, -1, 1, -1])
        #expect(toldAll.result == .init(.soldOut))
    }
}
