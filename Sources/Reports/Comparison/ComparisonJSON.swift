package import FlashSale

/// `compare.json`: a ``ComparisonRecord`` in the form of `run.json`.
package enum ComparisonJSON {
    package static func write<Sink: ByteSink & ~Copyable>(_ record: ComparisonRecord, to sink: inout Sink) {
        JSONText.append(record, to: &sink)
    }

    /// Reads what ``write(_:to:)`` wrote.
    ///
    /// - Throws: ``RunJSONDamage`` naming the key that is missing or of the wrong kind.
    package static func record(from bytes: [UInt8]) throws(RunJSONDamage) -> ComparisonRecord {
        do {
            return try JSONText.value(ComparisonRecord.self, from: bytes)
        } catch {
            throw RunJSONDamage(error)
        }
    }
}
