internal import FlashSale

extension Outcome {
    /// Those that tables have a column for. What is on hold is in `attempts.csv` and in the columns of a whole run.
    static let columns = allCases.filter { $0 != .held }
}
