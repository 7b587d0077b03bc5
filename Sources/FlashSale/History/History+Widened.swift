/// Where workers were on several machines, what is shown of an attempt and what may have been are two histories.
extension History {
    /// The same attempts, each as long as it may have taken in the coordinator's clock. What holds of all orders that these intervals leave
    /// open holds of the true one: that a clock goes wrong can hide something, and invents nothing.
    ///
    /// It is this history itself where all times are of one clock.
    var widened: History {
        guard let clocks, shown == nil, memory.bytes.count > 0 else { return self }
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: memory.bytes.count, alignment: JournalRecord.size)
        bytes.copyMemory(from: memory.bytes)
        JournalRecord.widen(bytes, by: clocks)
        return History(
            RecordMemory(UnsafeRawBufferPointer(bytes)) { $0.deallocate() }, count: count, names: names, clocks: clocks,
            shown: self)
    }

    /// The history whose times are shown. Of two attempts of one machine it tells as much as that machine's clock did.
    var asShown: History { shown ?? self }

    /// The machine of an attempt, as ``WorkerClocks`` counts them; 0 where there is only one.
    @inline(__always)
    func machine(of record: RecordView) -> Int { clocks?.machine(ofWorker: record.worker) ?? 0 }

    /// From when on the times of a worker since the opening count.
    @inline(__always)
    func opening(ofWorker worker: Int, opened: UInt64) -> UInt64 {
        clocks?.opening(ofWorker: worker, opened: opened) ?? opened
    }

    /// The latest moment at which it can have been called; no other is later where a clock proves nothing.
    func latestCall(at position: Position) -> UInt64 {
        let earliest = record(at: position).invokedNanoseconds
        guard let shown else { return earliest }
        let call = shown.record(at: position).invokedNanoseconds
        if call == earliest { return call }
        return earliest == 0 ? .max : call + (call - Swift.min(call, earliest))
    }

    /// The earliest moment at which it can have returned; nil where it has no end.
    func earliestReturn(at position: Position) -> UInt64? {
        guard let latest = record(at: position).returnedNanoseconds else { return nil }
        guard let shown, let end = shown.record(at: position).returnedNanoseconds else { return latest }
        if end == latest { return end }
        return latest >= JournalRecord.anyTime ? 0 : end - Swift.min(end, latest - end)
    }

    /// What is shown for attempts of this history.
    func asShown(_ attempts: [Attempt]) -> [Attempt] {
        guard let shown, !attempts.isEmpty else { return attempts }
        var places: [Int: [Int]] = [:]
        for (index, attempt) in attempts.enumerated() { places[attempt.id, default: []].append(index) }
        var result = attempts
        for (position, record) in records {
            guard let own = places[record.id] else { continue }
            let attempt = record.attempt
            for index in own {
                // Who made it may have been told with the names of its units, or without.
                var known = attempts[index]
                known.unit = nil
                guard known == attempt else { continue }
                let times = shown.record(at: position)
                result[index].invokedNanoseconds = times.invokedNanoseconds
                result[index].returnedNanoseconds = times.returnedNanoseconds
            }
        }
        return result
    }
}
