package import FlashSale
internal import Strategies

/// What has to hold when the doors are about to open.
extension Sale {
    /// Sees that the stock is what it was when the sale was opened, although requests are under way that lack their last byte.
    ///
    /// - Throws: ``RunError`` with 69 where it is not.
    package mutating func expectNothingSold() throws(RunError) {
        _ = try onEachItem { sale throws(RunError) in try sale.expectNothingSoldOfItem() }
    }

    private mutating func expectNothingSoldOfItem() throws(RunError) {
        let stock = try readStock()
        guard stock != .units(units) else { return }
        throw RunError(
            .unavailable,
            "--gate last-byte: before the doors opened, the probe (stock:) found \(stock.inWords) of \(units) units: the service sells before "
                + "it has the last byte of a request; use --gate barrier")
    }
}
