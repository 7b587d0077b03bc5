import FlashSale
import Testing

@testable import Clients

/// Which attempts are struck, and by what.
struct WireFaultsTests {
    private static func scenario(_ faults: [Fault], seed: UInt64 = 7) -> Scenario {
        var scenario = Scenario(
            strategy: .init(name: "x", yaml: ""), units: 1, buyers: 1, procs: 1, threads: 1, seed: seed)
        scenario.faults = faults
        return scenario
    }

    private static let all: [Fault] = [
        Fault(.crashRedis, at: .sold(share: 0.3)), Fault(.loseReplies, at: .time(nanoseconds: 0), share: 0.2),
        Fault(.loseAnswers, at: .time(nanoseconds: 0), share: 1),
        Fault(.cutRequests, at: .time(nanoseconds: 0), share: 0.5),
    ]

    @Test func nothingStrikesUntilItIsOn() {
        let faults = WireFaults(Self.scenario(Self.all), at: .wire)
        #expect(!faults.forClients.mayStrike)
        // Faults of other places are nothing to clients of a server.
        faults.set(0, isOn: true)
        faults.set(2, isOn: true)
        faults.set(17, isOn: true)
        #expect(!faults.forClients.mayStrike)
        faults.set(1, isOn: true)
        #expect(faults.forClients.mayStrike)
        faults.set(1, isOn: false)
        #expect((1...2000).allSatisfy { faults.forClients.strike(attempt: $0) == nil })
    }

    @Test func theFirstThatIsOnAndDrawsTheAttemptStrikes() {
        let faults = WireFaults(Self.scenario(Self.all), at: .wire)
        faults.set(1, isOn: true)
        faults.set(3, isOn: true)
        func draws(_ index: Int, _ attempt: Int) -> Bool {
            FaultPlan.strikes(
                index, attempt: attempt, threshold: FaultPlan.threshold(share: Self.all[index].share ?? 1), seed: 7)
        }
        var counts = [0, 0, 0]
        for attempt in 1...2000 {
            let wanted: WireStrike? =
                draws(1, attempt)
                ? WireStrike(fault: 1, .loseReply) : draws(3, attempt) ? WireStrike(fault: 3, .cutRequest) : nil
            #expect(faults.forClients.strike(attempt: attempt) == wanted)
            counts[wanted.map { $0.fault == 1 ? 0 : 1 } ?? 2] += 1
        }
        // All three are met: 400, 800 and 800 of 2,000 in the mean.
        #expect(counts.allSatisfy { $0 > 200 })
    }

    @Test(arguments: [(FaultDescription.Place?.none, 0), (.wire, 4), (.answers, 4)])
    func countsAreForAllFaultsWhereClientsCarryAnyOut(_ place: FaultDescription.Place?, _ count: Int) {
        #expect(WireFaults(Self.scenario(Self.all), at: place).scenarioCount == count)
        #expect(WireFaults(Self.scenario([Self.all[0]]), at: place).scenarioCount == 0)
    }

    @Test func aPartOfARequestIsNeitherNothingNorAll() {
        for count in 2...300 { #expect(1..<count ~= WireStrike.cutBytes(of: count)) }
    }

    @Test(arguments: [(100_000_000, 75_000_000), (5_000_000_000, 500_000_000)] as [(UInt64, UInt64)])
    func aSlowReplyIsInTime(_ timeout: UInt64, _ delay: UInt64) {
        #expect(WireStrike.delayNanoseconds(timeoutNanoseconds: timeout) == delay)
    }

    @Test func theCountsOfThreadsAddUp() {
        var sums: [Int] = []
        WireFaults.add([], to: &sums)
        #expect(sums.isEmpty)
        WireFaults.add([1, 0, 2], to: &sums)
        WireFaults.add([3, 1, 0], to: &sums)
        #expect(sums == [4, 1, 2])
    }
}
