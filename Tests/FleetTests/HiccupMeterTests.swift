import CLinux
import Clients
import Testing

@testable import Fleet

struct HiccupMeterTests {
    @Test func itMeasuresUntilItIsStopped() throws {
        let start = Clock.nanoseconds()
        let meter = try HiccupMeter(from: start)
        Clock.sleep(until: start + 50_000_000)
        let counts = meter.stop()
        let elapsed = Clock.nanoseconds() - start
        // One for each interval, however late: none is left out, and the last may be under way.
        let interval = HiccupMeter.intervalNanoseconds
        #expect(UInt64(counts.samples) >= 50_000_000 / interval - 1 && UInt64(counts.samples) <= elapsed / interval + 1)
    }

    /// A gate that is still far away does not keep it.
    @Test func itStopsSoonAfterItsStart() throws {
        let start = Clock.nanoseconds() + 20_000_000
        let counts = try HiccupMeter(from: start).stop()
        #expect(counts.samples <= 1)
    }
}
