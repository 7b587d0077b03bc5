import Testing

@testable import Fleet

/// Who is taken for stopped, and who is not.
struct WatchdogTests {
    private static let second: UInt64 = 1_000_000_000
    private var watchdog = Watchdog(opened: 100 * second)

    /// Looks ten times a second until then.
    private mutating func look(from start: UInt64, until end: UInt64) {
        for now in stride(from: start, through: end, by: Int(Self.second / 10)) { watchdog.look(at: now) }
    }

    @Test mutating func aWorkerIsLostAfterTenSecondsOfSilence() {
        look(from: 100 * Self.second, until: 120 * Self.second)
        #expect(!watchdog.isLost(lastHeard: 105 * Self.second, at: 115 * Self.second))
        #expect(watchdog.isLost(lastHeard: 105 * Self.second, at: 115 * Self.second + 1))
    }

    /// It was ready long before the slowest of the others had connected.
    @Test mutating func waitingForTheDoorsIsNoSilence() {
        look(from: 100 * Self.second, until: 110 * Self.second)
        #expect(!watchdog.isLost(lastHeard: 40 * Self.second, at: 110 * Self.second))
        #expect(watchdog.isLost(lastHeard: 40 * Self.second, at: 110 * Self.second + 1))
    }

    /// A laptop that sleeps, a stopped process group, a virtual machine that is moved.
    @Test mutating func standingStillTogetherIsNoSilence() {
        look(from: 100 * Self.second, until: 105 * Self.second)
        watchdog.look(at: 200 * Self.second)
        #expect(!watchdog.isLost(lastHeard: 105 * Self.second, at: 200 * Self.second))
        look(from: 200 * Self.second, until: 211 * Self.second)
        #expect(watchdog.isLost(lastHeard: 105 * Self.second, at: 211 * Self.second))
    }
}
