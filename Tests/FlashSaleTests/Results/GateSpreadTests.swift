import FlashSale
import Testing

struct GateSpreadTests {
    @Test func halfAndAllOfThem() {
        #expect(RunRecord.Gate.Spread([]) == nil)
        #expect(RunRecord.Gate.Spread([3000])?.p50 == 3)
        let spread = RunRecord.Gate.Spread([9000, 1000, 4000, 2000])
        #expect(spread?.p50 == 2 && spread?.max == 9)
    }

    @Test func onlyTheFirstAttemptOfEachClientCounts() {
        func attempt(_ id: Int, thread: Int, client: Int, at invoked: UInt64) -> Attempt {
            Attempt(
                id: id, purchase: id, buyer: id, worker: 0, thread: thread, client: client, number: 1,
                invokedNanoseconds: invoked, returnedNanoseconds: invoked + 1, outcome: .won, quantity: 1,
                remaining: nil, isHole: false)
        }
        let history = History([
            attempt(1, thread: 0, client: 0, at: 50), attempt(2, thread: 0, client: 1, at: 20),
            attempt(3, thread: 0, client: 0, at: 30), attempt(4, thread: 1, client: 0, at: 40),
            // Of no client of this fleet.
            attempt(5, thread: 7, client: 0, at: 1),
        ])
        let scenario = Scenario(
            strategy: .init(name: "x", yaml: ""), units: 1, buyers: 9, procs: 1, threads: 2, clients: 2)
        #expect(history.firstInvocations(of: scenario, since: 10).sorted() == [10, 20, 30])
    }
}
