import FlashSale
import Testing

/// Everything about a rate is known beforehand: nothing here looks at a clock.
@Suite struct RateTests {
    /// A rate, how many are expected by a time, and that time in seconds; nil: never so many.
    static let integrals: [(from: Double, to: Double, rampSeconds: UInt64, count: Double, seconds: Double?)] = [
        // The same all the time.
        (5000, 5000, 0, 0, 0), (5000, 5000, 0, 1, 0.0002), (5000, 5000, 0, 50_000, 10), (0.5, 0.5, 0, 3, 6),
        (10_000_000, 10_000_000, 0, 3, 0.000_000_3), (7, 7, 0, 1, 0.142_857_143), (5, 5, 10, 10, 2),
        (5, 5, 10, 60, 12),
        // From 0: 1000 t², and 20,000 a second after 10 seconds.
        (0, 20_000, 10, 0, 0), (0, 20_000, 10, 1000, 1), (0, 20_000, 10, 4000, 2), (0, 20_000, 10, 100_000, 10),
        (0, 20_000, 10, 120_000, 11), (0, 20_000, 10, 10, 0.1),
        // To 0: 20,000 t − 1000 t², and nobody afterwards.
        (20_000, 0, 10, 19_000, 1), (20_000, 0, 10, 75_000, 5), (20_000, 0, 10, 99_990, 9.9),
        (20_000, 0, 10, 100_000, 10), (20_000, 0, 10, 100_000.5, nil), (20_000, 0, 10, 1e300, nil),
        // Rising: 100 t + 25 t². Falling: 2000 t − 250 t².
        (100, 300, 4, 300, 2), (100, 300, 4, 800, 4), (100, 300, 4, 1100, 5),
        (2000, 1000, 2, 1750, 1), (2000, 1000, 2, 3000, 2), (2000, 1000, 2, 4000, 3),
        // Longer than any clock runs.
        (0.001, 0.001, 0, 1e8, nil), (5, 5, 0, .infinity, nil), (5, 5, 0, .nan, nil),
    ]

    @Test("when so many are expected, and how many by then", arguments: integrals)
    func integral(from: Double, to: Double, rampSeconds: UInt64, count: Double, seconds: Double?) {
        let rate = Rate(from: from, to: to, rampNanoseconds: rampSeconds * 1_000_000_000)
        let nanoseconds = seconds.map { UInt64(($0 * 1e9).rounded()) }
        #expect(rate.nanoseconds(expecting: count) == nanoseconds)
        guard let nanoseconds else { return }
        // A nanosecond is the finest that there is.
        #expect(abs(rate.expected(byNanoseconds: nanoseconds) - count) <= max(from, to) * 1e-9 + 1e-9)
    }

    static let rates: [Rate] = [
        Rate(perSecond: 5000), Rate(perSecond: 0.001), Rate(perSecond: 10_000_000), Rate(perSecond: 1.0 / 3),
        Rate(from: 0, to: 20_000, rampNanoseconds: 10_000_000_000),
        Rate(from: 20_000, to: 0, rampNanoseconds: 10_000_000_000),
        Rate(from: 1000, to: 1000.000_001, rampNanoseconds: 86_400_000_000_000),
        Rate(from: 1_000_000, to: 999_999.999_999, rampNanoseconds: 1000),
        Rate(from: 10_000_000, to: 0.001, rampNanoseconds: 1_000_000_000),
        Rate(from: 0.001, to: 10_000_000, rampNanoseconds: 1000),
        Rate(from: 3, to: 0, rampNanoseconds: 86_400_000_000_000),
    ]

    @Test("later purchases are not due earlier, and the times are those of the integral", arguments: rates)
    func monotone(rate: Rate) {
        var last: UInt64 = 0
        var known = 0
        var isMonotone = true
        for count in 0..<200_000 {
            guard let due = rate.nanoseconds(expecting: Double(count)) else { break }
            isMonotone = isMonotone && due >= last
            if count % 97 == 0 {
                let expected = rate.expected(byNanoseconds: due)
                // Where a ramp ends at 0, its end cannot be told more exactly than this.
                #expect(abs(expected - Double(count)) <= max(rate.from, rate.to) * 1e-9 + 1e-9 * Double(count + 1))
            }
            last = due
            known += 1
        }
        #expect(isMonotone)
        // All of them but where the rate falls to 0, or the next one is due in centuries.
        #expect(known == (rate.to == 0 ? min(200_000, Int(rate.expected(byNanoseconds: .max >> 1)) + 1) : 200_000))
    }

    @Test("the number that is expected grows with time, and stays where the rate is 0", arguments: rates)
    func grows(rate: Rate) {
        var last = 0.0
        for step in 0...2000 as ClosedRange<UInt64> {
            let expected = rate.expected(byNanoseconds: rate.rampNanoseconds / 1000 * step + step * 1_000_000)
            #expect(expected >= last && expected.isFinite)
            last = expected
        }
    }
}
