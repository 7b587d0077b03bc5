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
        if let spread = record.gate?.firstAttemptsUs, !spread.p50.isFinite || !spread.max.isFinite {
            record.gate?.firstAttemptsUs = nil
        }
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
        record.machines = record.machines?.map(finite)
        if record.gate?.machines?.provenWithinUs?.isFinite == false { record.gate?.machines?.provenWithinUs = nil }
        record.latencyUs.attempt = finite(record.latencyUs.attempt)
        record.latencyUs.purchase = finite(record.latencyUs.purchase)
        record.latencyUs.byOutcome.attempt = record.latencyUs.byOutcome.attempt.mapValues(finite)
        record.latencyUs.byOutcome.purchase = record.latencyUs.byOutcome.purchase.mapValues(finite)
        return record
    }

    private static func finite(_ machine: RunRecord.Machine) -> RunRecord.Machine {
        var machine = machine
        machine.cpuSeconds = machine.cpuSeconds.isFinite ? machine.cpuSeconds : 0
        machine.othersCpuShare = machine.othersCpuShare.flatMap { $0.isFinite ? $0 : nil }
        machine.stealShare = machine.stealShare.flatMap { $0.isFinite ? $0 : nil }
        machine.hiccupUs = finite(machine.hiccupUs)
        machine.latencyUs = finite(machine.latencyUs)
        if let offset = machine.clock.offsetUs, !offset.isFinite { machine.clock.offsetUs = nil }
        if let width = machine.clock.widthUs, !width.median.isFinite || !width.max.isFinite {
            machine.clock.widthUs = nil
        }
        return machine
    }

    private static func finite(_ latency: RunRecord.Latency) -> RunRecord.Latency {
        var latency = latency
        for figure in RunRecord.Latency.figures where latency[keyPath: figure.value]?.isFinite == false {
            latency[keyPath: figure.value] = nil
        }
        return latency
    }
}

/// Why a `run.json` cannot be read.
package struct RunJSONDamage: Error, Equatable, CustomStringConvertible {
    package var reason: String

    package var description: String { reason }

    package init(_ reason: String) { self.reason = reason }

    init(_ error: any Error) {
        guard let error = error as? DecodingError else {
            reason = "\(error)"
            return
        }
        reason =
            switch error {
            case .keyNotFound(let key, let context):
                "\(Self.name(context.codingPath + [key])) is missing"
            case .valueNotFound(_, let context):
                "\(Self.name(context.codingPath)) is null"
            case .typeMismatch(let type, let context):
                "\(Self.name(context.codingPath)) is no \(Self.kind(type))"
            case .dataCorrupted(let context):
                context.codingPath.isEmpty
                    ? "it is not JSON" : "\(Self.name(context.codingPath)): \(context.debugDescription)"
            @unknown default:
                "\(error)"
            }
    }

    /// The path as it stands in the file: `checks[0].name`, `latency_us.attempt`.
    private static func name(_ path: [any CodingKey]) -> String {
        var name = ""
        for key in path {
            if let index = key.intValue {
                name += "[\(index)]"
            } else {
                name += (name.isEmpty ? "" : ".") + snakeCase(key.stringValue)
            }
        }
        return name.isEmpty ? "the whole file" : name
    }

    private static func snakeCase(_ key: String) -> String {
        key.reduce(into: "") { name, character in
            name += character.isUppercase ? "_" + character.lowercased() : String(character)
        }
    }

    private static func kind(_ type: any Any.Type) -> String {
        switch type {
        case is Int.Type, is Int32.Type, is UInt64.Type: "whole number"
        case is Double.Type: "number"
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        case is [Any].Type: "list"
        default: "object"
        }
    }
}

/// The digest that a `run.json` holds of itself, computed with zeros in its own place.
///
/// Inside a string of JSON a quotation mark is escaped, so the key cannot be taken for text that looks like it.
enum RunJSONSeal {
    static let placeholder = String(repeating: "0", count: Digest.textLength)
    private static let key = Array("\"run_json\" : \"".utf8)

    /// Replaces the placeholder by the digest. A file without a placeholder stays as it is, and never counts as whole.
    static func seal(_ bytes: inout [UInt8]) {
        guard let place = place(in: bytes) else { return }
        bytes.replaceSubrange(place, with: bytes.withUnsafeBytes { Digest($0) }.text.utf8)
    }

    /// Whether the bytes are those that were sealed.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let place = place(in: bytes) else { return false }
        var blank = bytes
        blank.replaceSubrange(place, with: placeholder.utf8)
        return blank.withUnsafeBytes { Digest($0) }.text.utf8.elementsEqual(bytes[place])
    }

    /// Where the placeholder or the digest is.
    private static func place(in bytes: [UInt8]) -> Range<Int>? {
        var start = bytes.startIndex
        while start + key.count + placeholder.utf8.count <= bytes.count {
            if bytes[start] == key[0], bytes[start..<start + key.count].elementsEqual(key) {
                let first = start + key.count
                return first..<first + placeholder.utf8.count
            }
            start += 1
        }
        return nil
    }
}
