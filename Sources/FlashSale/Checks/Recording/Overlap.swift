/// How many attempts were invoked while another one was certainly under way. One without a known end counts for an instant
/// only, and one that failed not at all: it may never have reached the server.
///
/// An attempt counts if one before it, in the order of invocation, returned at its invocation or later. Time is divided
/// into slices: the latest return of all the slices before tells it of almost every attempt in two passes; only the
/// slices in which it does not are sorted.
///
/// All times count from the first invocation, so that it does not matter where the clock started.
enum Overlap {
    private struct Entry {
        var invoked: UInt64
        var ended: UInt64
    }

    static func count(in history: History, _ survey: Survey) -> Int {
        guard let first = survey.firstInvoked else { return 0 }
        let span = survey.lastEvent - first
        // Slices of a power of two, so that finding one is a shift.
        var shift: UInt64 = 0
        while span >> shift >= UInt64(max(1, min(history.count / 8, 1 << 21))) { shift += 1 }
        let slices = Int(span >> shift) + 1
        // Of the slices before each, the latest end. Where there is none, 0 is as good: whatever is in a later slice than the
        // first was invoked after that. The first slice has none before it, so that nothing in it is decided.
        var latest = [UInt64](repeating: 0, count: slices + 1)
        for (_, record) in history.records where record.outcome != .failed {
            let slice = Int((record.invokedNanoseconds - first) >> shift)
            latest[slice + 1] = max(latest[slice + 1], end(of: record) - first)
        }
        for slice in 1...slices { latest[slice] = max(latest[slice], latest[slice - 1]) }
        var count = 0
        var undecided = [Bool](repeating: false, count: slices)
        for (_, record) in history.records where record.outcome != .failed {
            let invoked = record.invokedNanoseconds - first
            let slice = Int(invoked >> shift)
            if invoked <= latest[slice], slice > 0 { count += 1 } else { undecided[slice] = true }
        }
        guard undecided.contains(true) else { return count }
        var entries: [Entry] = []
        for (_, record) in history.records where record.outcome != .failed {
            let invoked = record.invokedNanoseconds - first
            guard undecided[Int(invoked >> shift)] else { continue }
            entries.append(Entry(invoked: invoked, ended: end(of: record) - first))
        }
        // Of those that were invoked at one instant, all but one meet another, whichever comes first.
        entries.sort { $0.invoked < $1.invoked }
        var reached: UInt64?
        for entry in entries {
            let slice = Int(entry.invoked >> shift)
            // Those that its slice's predecessors decide are counted already.
            let isCounted = slice > 0 && entry.invoked <= latest[slice]
            if let reached, !isCounted, entry.invoked <= reached { count += 1 }
            reached = max(reached ?? 0, entry.ended)
        }
        return count
    }

    /// The last instant at which it was certainly under way. A damaged record may return before it was invoked.
    @inline(__always)
    private static func end(of record: RecordView) -> UInt64 {
        let invoked = record.invokedNanoseconds
        guard let returned = record.returnedNanoseconds else { return invoked }
        return max(invoked, returned)
    }
}
