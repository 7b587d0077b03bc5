internal import FlashSale

extension Outcome {
    /// Those that tables have a column for, in this order, so that they add up to the attempts.
    static let columns = allCases
}
