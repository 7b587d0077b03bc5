import FactsTestSupport
import FlashSale
import Testing

/// Single histories at the edge of what can be recorded.
@Suite struct OddHistoryTests {
    private func facts(
        units: Int, final: Int?, _ attempts: [Attempt], ledger: Ledger? = nil, clientsWereGone: Bool = true,
        journalProblems: [String] = []
    ) -> RunFacts {
        RunFacts(
            scenario: Scenario(
                strategy: .init(name: "odd", yaml: ""), units: units, buyers: 40, attempts: 1, procs: 1, threads: 4),
            history: attempts, ledger: ledger, finalStock: final.map { .units($0) } ?? .unread,
            workers: [.init(index: 0, reported: Tally(attempts))], clientsWereGone: clientsWereGone,
            journalProblems: journalProblems)
    }

    private func attempt(
        _ id: Int, _ outcome: Outcome, end: UInt64?, quantity: Int = 1, left: Int? = nil
    ) -> Attempt {
        Attempt(
            id: id, purchase: id, buyer: id, invokedNanoseconds: 10, returnedNanoseconds: end, outcome: outcome,
            quantity: quantity, remaining: left)
    }

    private func result(_ name: CheckName, _ facts: RunFacts) -> CheckResult.Result? {
        Checks.ofSale(facts).first { $0.name == name }?.result
    }

    @Test("numbers that only a damaged record has are a unit that does not exist", arguments: [Int.max, .min, 1 << 53])
    func extremes(left: Int) {
        for quantity in [1, Int(Int32.max), Int(UInt32.max)] {
            let odd = facts(units: 1_000_000_000, final: 0, [attempt(1, .won, end: 20, quantity: quantity, left: left)])
            #expect(result(.uniqueUnits, odd) == .violated)
            #expect(result(.linearizable, odd) == .violated)
        }
    }

    /// Whoever reads the stock before an EXEC whose answer is lost knows what it would leave; one of them took it.
    @Test("of many who were told the same before their answers were lost, one took the unit")
    func oneOfMany() {
        let lost = (1...40).map { attempt($0, .unknown, end: nil, left: 4) }
        #expect(result(.linearizable, facts(units: 5, final: 4, lost)) == .upheld)
        #expect(result(.linearizable, facts(units: 5, final: 5, lost)) == .upheld)
        #expect(result(.linearizable, facts(units: 5, final: 3, lost)) != .upheld)
    }

    @Test("an attempt that the history lacks may have taken effect after the final read")
    func unrecordedStraggler() {
        let ledger = Ledger(orders: [.init(attempt: 2, buyer: 2, quantity: 1)], isAtomic: true)
        let attempts = [attempt(1, .conflict, end: 20)]
        let late = facts(
            units: 1, final: 1, attempts, ledger: ledger, clientsWereGone: false, journalProblems: ["damaged"])
        #expect(result(.exactAccounting, late) == .inconclusive)
        let gone = facts(units: 1, final: 1, attempts, ledger: ledger, journalProblems: ["damaged"])
        #expect(result(.exactAccounting, gone) == .violated)
    }

    /// A server may hold whatever number somebody wrote: it is told, and is never taken for one that is missing.
    @Test("an order may name any number", arguments: [Int.min, -1, 0, .max])
    func anyID(id: Int) {
        var order = Ledger.Order(attempt: id, purchase: id, buyer: id, quantity: id)
        #expect([order.attempt, order.purchase, order.buyer, order.quantity] == [id, id, id, id])
        order.attempt = nil
        #expect(order.attempt == nil && order == Ledger.Order(purchase: id, buyer: id, quantity: id))
        let ledger = Ledger(orders: [.init(attempt: id)], isAtomic: true)
        let odd = facts(units: 2, final: 1, [attempt(1, .won, end: 20, left: 1)], ledger: ledger)
        let check = Checks.ofSale(odd).first { $0.name == .ledger }
        #expect(check?.evidence.contains { $0.detail.contains("attempt \(id), which nobody made") } == true)
    }

    /// Neither has an end, so that only their invocations tell that something is wrong.
    @Test("a second attempt before the first is found, however they lie", arguments: [false, true])
    func wrongOrder(isReversed: Bool) {
        let scenario = Scenario(
            strategy: .init(name: "odd", yaml: ""), units: 2, buyers: 1, attempts: 2, procs: 1, threads: 1,
            retryUnknown: true)
        let attempts = [(1, 10), (2, 5)].map { number, invoked in
            Attempt(
                id: scenario.attemptID(purchase: 1, number: number), purchase: 1, buyer: 1, number: number,
                invokedNanoseconds: UInt64(invoked), returnedNanoseconds: nil, outcome: .unknown)
        }
        let facts = RunFacts(
            scenario: scenario, history: History(asTheyLie: isReversed ? attempts.reversed() : attempts), ledger: nil,
            finalStock: .units(2), workers: [.init(index: 0, reported: Tally(attempts))])
        let check = Checks.judge(facts).checks.first { $0.name == .completeHistory }
        #expect(check?.evidence.map(\.detail) == ["purchase 1: two of its attempts overlap"])
    }
}
