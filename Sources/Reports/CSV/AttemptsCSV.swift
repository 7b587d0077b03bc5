package import FlashSale

/// `attempts.csv`: the whole history, one row for each attempt.
package enum AttemptsCSV {
    /// `stress verify` and other programs read them by name.
    package static let columns = [
        "attempt", "purchase", "buyer", "worker", "thread", "client", "number", "invoked_ns", "returned_ns", "outcome",
        "quantity", "remaining", "unit", "node",
    ]

    /// What is shown of times that clocks leave open, for histories of several machines.
    package static let shownColumns = ["shown_invoked_ns", "shown_returned_ns"]

    /// Writes the header and the attempts of a history in the order of invocation.
    ///
    /// Where workers were on several machines, `invoked_ns` is the earliest moment that the clocks allow, and `returned_ns` the latest, so
    /// that whoever judges the file accuses nobody of what a clock may have done. ``shownColumns`` have the moments that reports show.
    ///
    /// A last column `item` is added where there are several (it has the lines of a purchase's cart, see ``ItemCells``), and a last column
    /// `phase` where purchases take their time.
    ///
    /// - Parameters:
    ///   - nodes: those that attempts are recorded with.
    ///   - scenario: tells which item an attempt was for, where there are several.
    package static func write<Sink: ByteSink & ~Copyable>(
        _ history: History, nodes: [String] = [], of scenario: Scenario, to sink: inout Sink
    ) {
        write(history, nodes, ItemCells(scenario), to: &sink)
    }

    /// The same of one item.
    package static func write<Sink: ByteSink & ~Copyable>(
        _ history: History, nodes: [String] = [], to sink: inout Sink
    ) {
        write(history, nodes, ItemCells(nil), to: &sink)
    }

    private static func write<Sink: ByteSink & ~Copyable>(
        _ history: History, _ nodes: [String], _ items: ItemCells, to sink: inout Sink
    ) {
        let attempts = ChronologicalHistory(history)
        guard let clocks = history.clocks else { return rows(attempts, nodes, items, to: &sink) }
        var widening = ClockWidening(clocks)
        sink.append(row: columns.dropLast(2) + shownColumns + columns.suffix(2) + items.columns)
        for shown in attempts {
            let attempt = widening.widened(shown)
            sink.append(decimal: attempt.id)
            for number in [
                attempt.purchase, attempt.buyer, attempt.worker, attempt.thread, attempt.client, attempt.number,
            ] { sink.append(next: number) }
            sink.append(next: attempt.invokedNanoseconds)
            sink.append(next: attempt.returnedNanoseconds)
            sink.append(next: attempt.outcome.word)
            sink.append(next: attempt.quantity)
            sink.append(next: attempt.remaining)
            sink.append(next: shown.invokedNanoseconds)
            sink.append(next: shown.returnedNanoseconds)
            sink.append(next: items.unit(of: attempt) ?? "")
            sink.append(next: nodes.isEmpty ? "" : NodeTimes.name(attempt.node, of: nodes) ?? "")
            items.append(attempt, to: &sink)
            sink.appendLineEnd()
        }
    }

    /// Writes the header and the attempts in their order. Times are CLOCK_MONOTONIC; `returned_ns` is empty where the
    /// attempt may still take effect, `remaining` and `unit` where no reply told it. `unit` has the names of the units that it was
    /// sold (``UnitText``), `node` the one that it was made at, and is empty where there is one server only.
    ///
    /// - Parameter nodes: those that attempts are recorded with.
    package static func write<Sink: ByteSink & ~Copyable>(
        _ attempts: some Sequence<Attempt>, nodes: [String] = [], to sink: inout Sink
    ) {
        rows(attempts, nodes, ItemCells(nil), to: &sink)
    }

    private static func rows<Sink: ByteSink & ~Copyable>(
        _ attempts: some Sequence<Attempt>, _ nodes: [String], _ items: ItemCells, to sink: inout Sink
    ) {
        sink.append(row: columns + items.columns)
        let tellsMore = !items.columns.isEmpty
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
                let node = nodes.isEmpty ? nil : NodeTimes.name(attempt.node, of: nodes)
                guard attempt.unit != nil || node != nil || tellsMore else {
                    sink.append(row.ended())
                    continue
                }
                sink.append(row.soFar)
                sink.append(next: items.unit(of: attempt) ?? "")
                sink.append(next: node ?? "")
                items.append(attempt, to: &sink)
                sink.appendLineEnd()
            }
        }
    }

    /// Twelve cells of a sign, 20 digits and a comma at most, two empty ones, and the line's end.
    private static var rowBytes: Int { 12 * 22 + 4 }

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

        /// With two empty cells at the end.
        mutating func ended() -> UnsafeRawBufferPointer {
            put(UInt8(ascii: ","))
            put(UInt8(ascii: ","))
            put(13)
            put(10)
            return soFar
        }
    }
}
