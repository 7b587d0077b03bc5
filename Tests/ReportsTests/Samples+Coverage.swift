import FlashSale
import Reports

extension Samples {
    /// A run that left out something of every kind.
    static var coverage: RunRecord.Coverage {
        var boundaries = RunRecord.Coverage.Boundaries()
        boundaries.unitsWanted = 500
        boundaries.beyondLimit = 0
        boundaries.askedAgain = 0
        var coverage = RunRecord.Coverage(isComplete: true, boundaries: boundaries)
        coverage.steps = [
            .init(step: 1, does: "send GET", line: 9, met: 500),
            .init(step: 2, does: "finish sold-out", line: 12, met: 0),
        ]
        coverage.rules = (1...6).map { number in
            .init(step: 1, when: "\(number)", then: .failed, line: 9 + number, met: number == 1 ? 500 : 0)
        }
        coverage.captures = [.init(step: 1, name: "left", met: 0), .init(step: 1, name: "token", met: 2)]
        return coverage
    }
}
