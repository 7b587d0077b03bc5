import FlashSale
import Testing

@testable import Reports

@Suite struct EvidenceTimelineTests {
    private static func attempt(
        _ id: Int, _ invoked: UInt64, _ returned: UInt64?, _ outcome: Outcome = .won, quantity: Int = 1,
        remaining: Int? = nil
    ) -> RunRecord.EvidenceAttempt {
        .init(
            Attempt(
                id: id, purchase: id, buyer: id, invokedNanoseconds: invoked, returnedNanoseconds: returned,
                outcome: outcome, quantity: quantity, remaining: remaining))
    }

    private static func lines(
        _ attempts: [RunRecord.EvidenceAttempt], since origin: UInt64, namesBuyers: Bool = true
    ) -> [String] {
        TextLayout(color: false).lines(EvidenceTimeline(attempts, since: origin, namesBuyers: namesBuyers))
    }

    private static func text(_ attempts: [RunRecord.EvidenceAttempt], since origin: UInt64 = 0) -> String {
        lines(attempts, since: origin).joined(separator: "\n")
    }

    @Test("two that cannot be in that order stand apart")
    func order() {
        let text = Self.text([
            Self.attempt(12, 6_000_000, 9_000_000, remaining: 4), Self.attempt(7, 1_000_000, 5_000_000, remaining: 3),
        ])
        #expect(
            text == """
                    buyer 12 (attempt 12)                          [==============]  6.000 .. 9.000 ms  won, 4 left
                    buyer 7 (attempt 7)    [===================]                     1.000 .. 5.000 ms  won, 3 left
                """)
    }

    @Test("what has no end goes on to the edge, beyond what has one")
    func open() {
        let text = Self.text([
            Self.attempt(1, 0, 4_000_000, .soldOut, quantity: 2), Self.attempt(2, 2_000_000, nil, .unknown),
        ])
        #expect(
            text == """
                    buyer 1 (attempt 1)  [===================================]     0.000 .. 4.000 ms  sold-out 2
                    buyer 2 (attempt 2)                    [====================>      2.000 .. ? ms  unknown
                """)
    }

    @Test("one instant is one column, and the end before the start is none")
    func instants() {
        let text = Self.text([Self.attempt(1, 5, 5), Self.attempt(2, 9, 2), Self.attempt(3, 5, 9)])
        let bars = text.split(separator: "\n").map { $0.dropFirst(25).prefix(40) }
        #expect(bars[0].first == "|" && bars[1].last == "|" && bars[2].first == "[" && bars[2].last == "]")
    }

    @Test("long ids and times at the limit fit, and ten rows are drawn")
    func limits() {
        let attempts = (0..<13).map { Self.attempt(1 << 53 - $0, .max - 20, .max - UInt64($0), remaining: -1) }
        let lines = Self.lines(attempts, since: .max - 20)
        #expect(lines.count == 11 && lines[10] == "    and 3 more attempts")
        #expect(Self.lines([], since: 0).isEmpty)
        #expect(Self.lines([Self.attempt(1, 7, 7)], since: 9).count == 1)
    }

    @Test("what takes less than a microsecond has times that differ, and nobody is named who is not known")
    func short() {
        let attempts = [Self.attempt(1, 100, 350), Self.attempt(2, 200, 900)]
        let lines = Self.lines(attempts, since: 100, namesBuyers: false)
        #expect(lines[0].hasPrefix("    attempt 1  [") && lines[0].contains("0.000000 .. 0.000250 ms"), "\(lines)")
        #expect(lines[1].contains("0.000100 .. 0.000800 ms"))
    }
}
