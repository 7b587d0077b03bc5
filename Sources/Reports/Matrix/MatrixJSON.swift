package import FlashSale

/// `matrix.json`: a ``MatrixRecord`` in the form of `run.json`.
package enum MatrixJSON {
    package static func write<Sink: ByteSink & ~Copyable>(_ record: MatrixRecord, to sink: inout Sink) {
        JSONText.append(record, to: &sink)
    }
}
