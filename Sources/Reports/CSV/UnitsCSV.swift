internal import FlashSale

/// `units.csv`: the names of the units that were for sale when the doors opened, one in a row.
package enum UnitsCSV {
    /// `stress verify` reads it by name.
    package static let columns = ["unit"]

    package static func write<Sink: ByteSink & ~Copyable>(_ names: [String], to sink: inout Sink) {
        sink.append(row: columns)
        for name in names {
            sink.append(cell: UnitText.text([name]))
            sink.appendLineEnd()
        }
    }
}
