/// Replies that nobody reads, because they are larger than a reply may be.
extension StrategyMachine {
    /// The next reply is too large, so that it was not read and the connection is closed: an answer that no outcome can name, unless
    /// the attempt was decided before. The next attempt starts on a new connection.
    ///
    /// - Parameter words: what is known of its size.
    package mutating func refuse(oversized words: String) -> AttemptResult {
        let isDecided = decided != nil
        let result = lose()
        guard !isDecided else { return result }
        if remarks.firstOversized == nil { remarks.firstOversized = words }
        return AttemptResult(result.outcome, isHole: true)
    }

    /// What is known of the first reply that was too large to be read.
    package var firstOversized: String? { remarks.firstOversized }
}
