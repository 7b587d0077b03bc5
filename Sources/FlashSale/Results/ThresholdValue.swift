/// What a figure of a run is, as far as anybody knows.
package enum ThresholdValue: Sendable, Equatable {
    /// Between two bounds, which are the same where nothing is in doubt.
    ///
    /// - Parameter of: what it is a part of; nil where it is none.
    case known(Double, Double, of: Double?)
    /// Why it is not known: words that follow "since".
    case absent(String)

    static func exactly(_ number: Int, of whole: Int? = nil) -> ThresholdValue {
        .known(Double(number), Double(number), of: whole.map(Double.init))
    }

    static func exactly(_ number: Double) -> ThresholdValue { .known(number, number, of: nil) }
}
