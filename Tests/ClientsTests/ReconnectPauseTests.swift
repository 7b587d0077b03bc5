import Testing

@testable import Clients

/// How long a client leaves a server alone that it cannot reach.
struct ReconnectPauseTests {
    /// Nanoseconds between which the pauses after so many failures lie.
    private static func bounds(_ failures: Int) -> ClosedRange<UInt64> {
        let most: UInt64 = min(500_000_000, 20_000_000 << UInt64(min(failures, 10)))
        return most / 2...most
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func growsToABound(_ seed: UInt64) {
        var pause = ReconnectPause()
        for failures in 0..<100 { #expect(Self.bounds(failures).contains(pause.next(seed: seed))) }
        pause.reset()
        #expect(Self.bounds(0).contains(pause.next(seed: seed)))
    }

    @Test func differsFromClientToClientAndIsTheSameForTheSameSeed() {
        func first(_ seed: UInt64) -> UInt64 {
            var pause = ReconnectPause()
            return pause.next(seed: seed)
        }
        #expect(Set((1...100).map(first)).count > 90)
        #expect((1...100).map(first) == (1...100).map(first))
    }
}
