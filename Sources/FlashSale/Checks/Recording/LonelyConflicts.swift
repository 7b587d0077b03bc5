/// Conflicts at which nobody else was buying: the buyer was told that somebody else is quicker, but while they asked there was
/// no attempt of another buyer that ended otherwise.
///
/// A transaction that is aborted, and a lock that is held, have such an attempt beside them. A lock that was never released has
/// none.
enum LonelyConflicts {
    /// How many there are. O(n log n).
    static func count(in recorded: RecordedAttempts) -> Int {
        guard recorded.survey.tally.conflict > 0 else { return 0 }
        var calls: [UInt64] = []
        var ends: [UInt64] = []
        var conflicts: [(call: UInt64, end: UInt64)] = []
        for (_, record) in recorded.history.records {
            let end = record.returnedNanoseconds ?? .max
            if record.outcome == .conflict {
                conflicts.append((record.invokedNanoseconds, end))
            } else {
                calls.append(record.invokedNanoseconds)
                ends.append(end)
            }
        }
        calls.sort()
        ends.sort()
        // Others under way at some time of it: those called before its end, without those over before its call.
        return conflicts.count { conflict in
            let called = calls.partitioningIndex { $0 > conflict.end }
            let over = ends.partitioningIndex { $0 >= conflict.call }
            return called <= over
        }
    }
}
