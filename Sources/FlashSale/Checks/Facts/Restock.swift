/// Units that were given to the sale while the doors were open.
package struct Restock: Codable, Sendable, Equatable {
    /// At least 1.
    package var units: Int
    /// CLOCK_MONOTONIC before the first byte of it was sent.
    package var invokedNs: UInt64
    /// CLOCK_MONOTONIC after its answer; nil where none came, so that it may have been made, may be made later, or never.
    package var returnedNs: UInt64?

    package init(units: Int, invokedNs: UInt64, returnedNs: UInt64?) {
        self.units = units
        self.invokedNs = invokedNs
        self.returnedNs = returnedNs
    }

    /// What it can have added; a damaged file may hold any number.
    var plausibleUnits: Int { min(max(0, units), 1 << 40) }
}
