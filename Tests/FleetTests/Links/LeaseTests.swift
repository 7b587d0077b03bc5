import Testing

@testable import Fleet

/// How long a worker lives without its coordinator. The clocks of the two are an hour apart.
struct LeaseTests {
    private static let second: UInt64 = 1_000_000_000
    private static let apart: UInt64 = 3600 * second

    /// When a worker ends that looks ten times a second; nil where it lives for longer than a minute.
    ///
    /// - Parameters:
    ///   - pings: when each was sent, and when it came, both in the coordinator's clock, in tenths of a second.
    ///   - stopped: a time in which the worker itself stands still.
    private func end(pings: [(sent: UInt64, came: UInt64)], stopped: Range<UInt64> = 0..<0) -> UInt64? {
        var lease = Lease(from: Self.apart)
        var waiting = pings
        for tenth in UInt64(0)..<600 where !stopped.contains(tenth) {
            let now = Self.apart + tenth * Self.second / 10
            while let ping = waiting.first, ping.came <= tenth {
                waiting.removeFirst()
                lease.hear(at: now)
                lease.hearPing(sent: ping.sent * Self.second / 10, at: now)
            }
            if lease.isOver(at: now) { return tenth }
        }
        return nil
    }

    @Test func endsWithoutAWord() {
        #expect(end(pings: []) == 31)
    }

    @Test func endsThreeSecondsAfterTheLastPing() {
        #expect(end(pings: (0...20).map { ($0, $0) }) == 51)
        #expect(end(pings: (0...20).map { ($0, $0 + 2) }) == 53)
    }

    @Test func goesOnWithPings() {
        #expect(end(pings: (0..<600).map { ($0, $0) }) == nil)
    }

    /// What waited on its way for long gives no new life.
    @Test func oldPingsCountFromWhenTheyWereSent() {
        // The line stands from second 1 on, and delivers at second 3 what was sent until second 2.
        #expect(end(pings: (0...10).map { ($0, $0) } + (11...20).map { ($0, 30) }) == 51)
        // A line that trickles cannot keep a worker for longer: the last that has come by then left at 1.5 s.
        #expect(end(pings: (0...10).map { ($0, $0) } + (11...20).map { ($0, $0 * 3) }) == 46)
    }

    /// Time for which it stood still itself is no silence of the other.
    @Test func looksAgainAfterItStoodStill() {
        #expect(end(pings: (0..<600).map { ($0, $0) }, stopped: 20..<200) == nil)
        // But where nobody is there any more, it ends soon after.
        #expect(end(pings: (0...20).map { ($0, $0) }, stopped: 20..<200) == 206)
    }
}
