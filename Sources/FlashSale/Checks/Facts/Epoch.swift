/// A time in which units left the stock and none came back by other ways than a buyer's: what there was at its start, and what was
/// read at its end.
package struct Epoch: Sendable {
    /// Units of stock when it began.
    package var units: Int
    /// CLOCK_MONOTONIC from the opening of the doors until the last client was gone; nil where it is not known.
    package var span: ClosedRange<UInt64>?
    /// What the probe read at its end.
    package var stock: FinalStock
    /// nil where the strategy keeps none, or where it could not be read (``ledgerProblem`` then says why).
    package var ledger: Ledger?
    package var ledgerProblem: String?

    package init(
        units: Int, span: ClosedRange<UInt64>? = nil, stock: FinalStock, ledger: Ledger? = nil,
        ledgerProblem: String? = nil
    ) {
        self.units = units
        self.span = span
        self.stock = stock
        self.ledger = ledger
        self.ledgerProblem = ledgerProblem
    }
}
