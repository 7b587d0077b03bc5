/// How many attempts were invoked while another one was certainly under way. One without a known end counts for an instant
/// only, and one that failed not at all: it may never have reached the server.
///
/// An attempt counts if one before it, in the order of invocation, returned at its invocation or later. Time is divided
/// into slices: the latest return of all the slices before tells it of almost every attempt in two passes; only the
/// slices in which it does not are sorted.
enum Overlap {
    private struct Entry {
        var invoked: UInt64
        var returned: UInt64
        var id: Int
    }

    static func count(in history: History, _ survey: Survey) -> Int {
        guard let first = survey.firstInvoked else { return 0 }
        let span = survey.lastEvent - first
        // Slices of a power of two, so that finding one is a shift.
        var shift: UInt64 = 0
        while span >> shift >= UInt64(max(1, min(history.count / 8, 1 << 21))) { shift += 1 }
        let slices = Int(span >> shift) + 1
        // Of the slices before each, the latest return; 0 is none.
        var latest = [UInt64](repeating: 0, count: slices + 1)
        for (_, record) in history.records where record.outcome != .failed {
            let slice = Int((record.invokedNanoseconds - first) >> shift)
            latest[slice + 1] = max(latest[slice + 1], record.returnedNanoseconds ?? 0)
        }
        for slice in 1...slices { latest[slice] = max(latest[slice], latest[slice - 1]) }
        var count = 0
        var undecided = [Bool](repeating: false, count: slices)
        for (_, record) in history.records where record.outcome != .failed {
            let slice = Int((record.invokedNanoseconds - first) >> shift)
            if record.invokedNanoseconds <= latest[slice] { count += 1 } else { undecided[slice] = true }
        }
        guard undecided.contains(true) else { return count }
        var entries: [Entry] = []
        for (_, record) in history.records where record.outcome != .failed {
            let invoked = record.invokedNanoseconds
            guard undecided[Int((invoked - first) >> shift)] else { continue }
            entries.append(Entry(invoked: invoked, returned: record.returnedNanoseconds ?? 0, id: record.id))
        }
        entries.sort { $0.invoked != $1.invoked ? $0.invoked < $1.invoked : $0.id < $1.id }
        var reached: UInt64 = 0
        for entry in entries {
            let before = latest[Int((entry.invoked - first) >> shift)]
            // Those that its slice's predecessors decide are counted already.
            if entry.invoked > before, entry.invoked <= reached { count += 1 }
            reached = max(reached, entry.returned)
        }
        return count
    }
}
