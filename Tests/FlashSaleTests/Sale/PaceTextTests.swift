import FlashSale
import Testing

@Suite struct PaceTextTests {
    @Test(
        "rates",
        arguments: [
            ("5000/s", 5000), ("1/s", 1), ("0.5/s", 0.5), ("0.001/s", 0.001), ("10000000/s", 10_000_000),
            ("007/s", 7), ("2.50/s", 2.5),
        ])
    func rate(text: String, perSecond: Double) throws { #expect(try PaceText.rate(text) == perSecond) }

    @Test(
        "what is no rate",
        arguments: [
            ("", "a rate such as 5000/s is wanted; found nothing"),
            ("0", "from 0.001/s to 10000000/s are possible; found 0"), ("5000", "5000 has no unit; write 5000/s"),
            ("fast", "such as 5000/s is wanted; found fast"), ("/s", "found /s"), ("./s", "found ./s"),
            ("-5/s", "found -5/s"), ("+5/s", "found +5/s"), ("inf/s", "found inf/s"), ("nan/s", "found nan/s"),
            ("1e3/s", "found 1e3/s"), ("0x10/s", "found 0x10/s"), ("5 /s", "found 5 /s"), (" 5/s", "found  5/s"),
            ("5000/m", "found 5000/m"), ("5,000/s", "found 5,000/s"), ("5/s/s", "found 5/s/s"), ("5k/s", "found 5k/s"),
            ("1.2.3/s", "found 1.2.3/s"), ("٥/s", "found ٥/s"), ("0..5/s", "found 0..5/s"),
            ("0/s", "from 0.001/s to 10000000/s are possible; found 0/s"), ("0.0/s", "possible; found 0.0/s"),
            ("0.0009/s", "possible; found 0.0009/s"), ("10000001/s", "possible; found 10000001/s"),
            ("\(String(repeating: "9", count: 400))/s", "are possible; found 999"),
        ])
    func noRate(text: String, says: String) throws {
        let problem = try #require(throws: PaceText.Problem.self) { try PaceText.rate(text) }
        #expect(problem.message.contains(says), "\(problem.message)")
    }

    @Test(
        "ramps",
        arguments: [
            ("0..20000/s@10s", 0, 20_000, 10_000), ("20000..0/s@1m", 20_000, 0, 60_000), ("5..5/s@1ms", 5, 5, 1),
            ("0.5..1.5/s@2s", 0.5, 1.5, 2000), ("0..0.001/s@1h", 0, 0.001, 3_600_000),
        ] as [(String, Double, Double, UInt64)])
    func ramp(text: String, from: Double, to: Double, milliseconds: UInt64) throws {
        #expect(try PaceText.ramp(text) == Rate(from: from, to: to, rampNanoseconds: milliseconds * 1_000_000))
    }

    @Test(
        "what is no ramp",
        arguments: [
            ("", "a ramp such as 0..20000/s@10s is wanted; found nothing"), ("5000/s", "found 5000/s"),
            ("0..20000/s", "found 0..20000/s"), ("0..20000@10s", "found 0..20000@10s"),
            ("20000/s@10s", "found 20000/s@10s"), ("10s@0..20000/s", "found 10s@0..20000/s"),
            ("0..20000/s@", "a duration such as 5ms, 1.5s or 250us is wanted; found nothing"),
            ("0..20000/s@10", "10 has no unit"), ("0..20000/s@10s@2s", "found 10s@2s"), ("..5/s@1s", "found ..5/s@1s"),
            ("5../s@1s", "found 5../s@1s"), ("-5..5/s@1s", "found -5..5/s@1s"), ("0..inf/s@1s", "found 0..inf/s@1s"),
            ("nan..5/s@1s", "found nan..5/s@1s"), ("0/s..5/s@1s", "found 0/s..5/s@1s"), ("0..5..9/s@1s", "0..5..9/s"),
            ("0..20000/s@99h", "longer than a day"), ("@", "found @"), ("..@", "found ..@"),
            ("0..0/s@10s", "0..0/s@10s never starts"), ("0..5/s@0s", "0..5/s@0s takes no time"),
            ("0..5/s@0", "takes no time; give it some, such as @10s, or use --rate"),
            ("0..0.0001/s@1s", "from 0.001/s to 10000000/s are possible"), ("0..99999999/s@1s", "are possible"),
            ("99999999..5/s@1s", "are possible; found 99999999..5/s@1s"),
        ])
    func noRamp(text: String, says: String) throws {
        let problem = try #require(throws: PaceText.Problem.self) { try PaceText.ramp(text) }
        #expect(problem.message.contains(says), "\(problem.message)")
    }

    @Test(
        "rushes",
        arguments: [
            ("500@2s", 500, 2_000_000_000), ("1@0s", 1, 0), ("1@0", 1, 0), ("20000000@1.5ms", 20_000_000, 1_500_000),
        ] as [(String, Int, UInt64)])
    func burst(text: String, buyers: Int, nanoseconds: UInt64) throws {
        #expect(try PaceText.burst(text) == Pace.Burst(buyers: buyers, atNanoseconds: nanoseconds))
    }

    @Test(
        "what is no rush",
        arguments: [
            ("", "a rush such as 500@2s is wanted: how many buyers, and when; found nothing"), ("500", "found 500"),
            ("@2s", "found @2s"), ("2s@500", "found 2s@500"), ("many@2s", "found many@2s"), ("-5@2s", "found -5@2s"),
            ("500@", "a duration such as"), ("500@2", "2 has no unit"), ("500@-2s", "found -2s"),
            ("500@1s..2s", "found 1s..2s"), ("500@25h", "longer than a day"),
            ("0@2s", "from 1 to 20000000 buyers are wanted; found 0@2s"), ("1.5@2s", "are wanted; found 1.5@2s"),
            ("20000001@2s", "found 20000001@2s"), ("99999999999999999999@2s", "found 99999999999999999999@2s"),
        ])
    func noBurst(text: String, says: String) throws {
        let problem = try #require(throws: PaceText.Problem.self) { try PaceText.burst(text) }
        #expect(problem.message.contains(says), "\(problem.message)")
    }
}
