package import FlashSale

/// `attempts.csv`: the whole history, one row for each attempt.
package enum AttemptsCSV {
    /// `stress verify` and other programs read them by name.
    package static let columns = [
        "attempt", "purchase", "buyer", "worker", "thread", "client", "number", "invoked_ns", "returned_ns", "outcome",
        "quantity", "remaining", "unit",
    ]

    /// Writes the header and the attempts in their order. Times are CLOCK_MONOTONIC; `returned_ns` is empty where the
    /// attempt may still take effect, `remaining` and `unit` where no reply told it. `unit` has the names of the units that it was
    /// sold (``UnitText``).
    package static func write<Sink: ByteSink & ~Copyable>(_ attempts: some Sequence<Attempt>, to sink: inout Sink) {
        sink.append(row: columns)
        // Each row is assembled in a buffer, so that the sink is called once a row.
        withUnsafeTemporaryAllocation(byteCount: Self.rowBytes, alignment: 8) { buffer in
            for attempt in attempts {
                var row = Row(buffer)
                row.append(attempt.id)
                row.append(next: attempt.purchase)
                row.append(next: attempt.buyer)
                row.append(next: attempt.worker)
                row.append(next: attempt.thread)
                row.append(next: attempt.client)
                row.append(next: attempt.number)
                row.append(next: attempt.invokedNanoseconds)
                row.append(next: attempt.returnedNanoseconds)
                row.append(next: attempt.outcome)
                row.append(next: attempt.quantity)
                row.append(next: attempt.remaining)
                guard let unit = attempt.unit else {
                    sink.append(row.ended())
                    continue
                }
                sink.append(row.soFar)
                sink.append(next: unit)
                sink.appendLineEnd()
            }
        }
    }

    /// Twelve cells of a sign, 20 digits and a comma at most, an empty one, and the line's end.
    private static var rowBytes: Int { 12 * 22 + 3 }

    /// A row that is being assembled.
    private struct Row {
        private let bytes: UnsafeMutableRawBufferPointer
        private var count = 0

        init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

        @inline(__always)
        private mutating func put(_ byte: UInt8) {
            bytes[count] = byte
            count += 1
        }

        @inline(__always)
        mutating func append(_ number: Int) {
            if number < 0 { put(UInt8(ascii: "-")) }
            append(UInt64(number.magnitude))
        }

        @inline(__always)
        mutating func append(_ number: UInt64) { count += bytes.storeDigits(of: number, at: count) }

        @inline(__always)
        mutating func append(next number: Int) {
            put(UInt8(ascii: ","))
            append(number)
        }

        @inline(__always)
        mutating func append(next number: Int?) {
            put(UInt8(ascii: ","))
            if let number { append(number) }
        }

        @inline(__always)
        mutating func append(next number: UInt64?) {
            put(UInt8(ascii: ","))
            if let number { append(number) }
        }

        @inline(__always)
        mutating func append(next outcome: Outcome) {
            put(UInt8(ascii: ","))
            var word = outcome.word
            word.withUTF8 { for byte in $0 { put(byte) } }
        }

        var soFar: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<count]) }

        /// With an empty cell at the end.
        mutating func ended() -> UnsafeRawBufferPointer {
            put(UInt8(ascii: ","))
            put(13)
            put(10)
            return soFar
        }
    }
}
