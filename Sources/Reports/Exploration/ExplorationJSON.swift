package import FlashSale

/// `explore.json`: an ``ExplorationRecord`` in the form of `run.json`.
package enum ExplorationJSON {
    package static func write<Sink: ByteSink & ~Copyable>(_ record: ExplorationRecord, to sink: inout Sink) {
        JSONText.append(record, to: &sink)
    }

    /// What was written.
    ///
    /// - Throws: where it is none.
    package static func record(from bytes: [UInt8]) throws -> ExplorationRecord {
        try JSONText.value(ExplorationRecord.self, from: bytes)
    }
}
