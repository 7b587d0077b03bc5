/// What is wrong with attempts that follow a hold.
enum LaterProblem {
    /// - Parameter attempts: of one purchase, by their numbers.
    /// - Returns: nil where nothing is.
    static func problem(in attempts: [Attempt], _ scenario: Scenario) -> String? {
        let later = attempts.filter { $0.phase != .reserve }
        guard let first = later.first else { return nil }
        guard scenario.phases != nil else {
            return "it has an attempt to \(first.phase.word), which no purchase was to make"
        }
        guard let hold = attempts.last(where: { $0.phase == .reserve && $0.outcome == .held }) else {
            return "it has an attempt to \(first.phase.word), and never had anything on hold"
        }
        var seen: Set<Int> = []
        for attempt in later {
            let place = attempt.number - scenario.attempts
            guard (1...PhasePlan.numbers).contains(place), LaterAttempt.phase(ofPlace: place) == attempt.phase else {
                return "its attempt number \(attempt.number) is none to \(attempt.phase.word)"
            }
            guard seen.insert(place).inserted else { return "it has two attempts with the number \(attempt.number)" }
            if attempt.buyer != scenario.buyer(ofPurchase: attempt.purchase) { return "an attempt is another buyer's" }
            if attempt.quantity != hold.quantity { return "its attempts want different numbers of units" }
            if attempt.id != scenario.attemptID(purchase: attempt.purchase, number: attempt.number) {
                return "its attempt number \(attempt.number) has the id \(attempt.id), which is another's"
            }
            if attempt.invokedNanoseconds < hold.returnedNanoseconds ?? hold.invokedNanoseconds {
                return "it went on to \(attempt.phase.word) before it had anything on hold"
            }
        }
        return nil
    }
}
