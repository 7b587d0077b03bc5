package import FlashSale

/// `run.json`: a ``RunRecord`` as pretty-printed JSON with sorted keys in snake case.
package enum RunJSON {
    /// Appends the record and a line break. Where it has digests of the run's other files, its own joins them.
    package static func write<Sink: ByteSink & ~Copyable>(_ record: RunRecord, to sink: inout Sink) {
        guard record.observed.digests != nil else { return JSONText.append(finite(record), to: &sink) }
        var record = record
        record.observed.digests?.runJson = RunJSONSeal.placeholder
        var text = MemorySink()
        JSONText.append(finite(record), to: &text)
        RunJSONSeal.seal(&text.bytes)
        sink.append(text.bytes)
    }

    /// Appends several runs, and what they say together.
    package static func write<Sink: ByteSink & ~Copyable>(_ series: SeriesRecord, to sink: inout Sink) {
        var series = series
        series.runs = series.runs.map(finite)
        JSONText.append(series, to: &sink)
    }

    /// Whether the bytes are those that ``write(_:to:)`` wrote; nil if the record has no digest that could tell.
    package static func isAsWritten(_ record: RunRecord, _ bytes: [UInt8]) -> Bool? {
        record.observed.digests?.runJson.map { _ in RunJSONSeal.isWhole(bytes) }
    }

    /// Reads what ``write(_:to:)`` wrote. Keys that this version does not know are ignored.
    ///
    /// - Throws: ``RunJSONDamage`` naming the key that is missing or of the wrong kind.
    package static func record(from bytes: [UInt8]) throws(RunJSONDamage) -> RunRecord {
        do {
            return try JSONText.value(RunRecord.self, from: bytes)
        } catch {
            throw RunJSONDamage(error)
        }
    }

    /// JSON has neither infinity nor NaN: a rate over no time is 0, as in ``RunRecord/Throughput``, and a latency is
    /// absent. What is not named here is a text, see ``JSONText``: the rest of the record must not be lost over it.
    private static func finite(_ record: RunRecord) -> RunRecord {
        var record = record
        func orZero(_ value: Double) -> Double { value.isFinite ? value : 0 }
        record.throughput.attemptsPerSecond = orZero(record.throughput.attemptsPerSecond)
        record.throughput.commandsPerSecond = orZero(record.throughput.commandsPerSecond)
        record.throughput.elapsedSeconds = orZero(record.throughput.elapsedSeconds)
        record.pace.achievedPerSecond = orZero(record.pace.achievedPerSecond)
        record.pace.lateMaxUs = orZero(record.pace.lateMaxUs)
        record.pace.targetPerSecond = record.pace.targetPerSecond.map(orZero)
        record.client.hiccupUs = finite(record.client.hiccupUs)
        record.client.cpuSeconds = orZero(record.client.cpuSeconds)
        record.client.othersCpuShare = record.client.othersCpuShare.map(orZero)
        record.client.stealShare = record.client.stealShare.map(orZero)
        record.server.cpuSeconds = record.server.cpuSeconds.map(orZero)
        for index in record.workers.indices {
            record.workers[index].connectSeconds = orZero(record.workers[index].connectSeconds)
            record.workers[index].cpuSeconds = orZero(record.workers[index].cpuSeconds)
            record.workers[index].cpuShare = orZero(record.workers[index].cpuShare)
            record.workers[index].peakMemoryMib = orZero(record.workers[index].peakMemoryMib)
            record.workers[index].hiccupMaxUs = record.workers[index].hiccupMaxUs.flatMap { $0.isFinite ? $0 : nil }
        }
        record.latencyUs.attempt = finite(record.latencyUs.attempt)
        record.latencyUs.purchase = finite(record.latencyUs.purchase)
        record.latencyUs.byOutcome.attempt = record.latencyUs.byOutcome.attempt.mapValues(finite)
        record.latencyUs.byOutcome.purchase = record.latencyUs.byOutcome.purchase.mapValues(finite)
        return record
    }

    private static func finite(_ latency: RunRecord.Latency) -> RunRecord.Latency {
        var latency = latency
        for figure in RunRecord.Latency.figures where latency[keyPath: figure.value]?.isFinite == false {
            latency[keyPath: figure.value] = nil
        }
        return latency
    }
}
