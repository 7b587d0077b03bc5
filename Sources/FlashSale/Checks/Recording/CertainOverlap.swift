/// ``Overlap`` where workers were on several machines: how many attempts were certainly invoked while another one was under way. Of two
/// attempts of one machine its clock tells; of others, what all that their clocks allow has in common.
enum CertainOverlap {
    private struct Entry {
        var invoked: UInt64
        var ended: UInt64
        /// How far both can be from that; ``unknown`` where that is not known.
        var invokedSlack: UInt32
        var endedSlack: UInt32
        var machine: UInt16

        static let unknown = UInt32.max

        var earliestCall: UInt64 { invoked - min(invoked, UInt64(invokedSlack)) }
        var latestCall: UInt64 { invoked &+ UInt64(invokedSlack) }
        var earliestEnd: UInt64 { ended - min(ended, UInt64(endedSlack)) }
        var isKnown: Bool { invokedSlack != Self.unknown && endedSlack != Self.unknown }
    }

    /// - Parameter history: as it is shown.
    /// - Returns: nil where all times are of one clock. O(n log n).
    static func count(in history: History) -> Int? {
        guard let clocks = history.clocks else { return nil }
        var entries = entries(of: history.asShown, clocks)
        entries.sort { $0.machine != $1.machine ? $0.machine < $1.machine : $0.invoked < $1.invoked }
        // Of those at one instant, all but one meet another, whichever comes first.
        var lonely: [Entry] = []
        var reached: (machine: UInt16, end: UInt64)?
        for entry in entries {
            if let known = reached, known.machine == entry.machine {
                if entry.invoked > known.end { lonely.append(entry) }
                reached?.end = max(known.end, entry.ended)
            } else {
                lonely.append(entry)
                reached = (entry.machine, entry.ended)
            }
        }
        let met = entries.count - lonely.count
        lonely.removeAll { !$0.isKnown }
        return lonely.isEmpty ? met : met + meeting(&lonely, &entries)
    }

    private static func entries(of history: History, _ clocks: WorkerClocks) -> [Entry] {
        var readers = clocks.readers()
        var entries: [Entry] = []
        entries.reserveCapacity(history.count)
        for (_, record) in history.records where record.outcome != .failed {
            let invoked = record.invokedNanoseconds
            let ended = max(invoked, record.returnedNanoseconds ?? invoked)
            let machine = clocks.machine(ofWorker: record.worker)
            var slack: (UInt32, UInt32) = (0, 0)
            if machine > 0 {
                slack = (
                    UInt32(clamping: readers[machine - 1].slack(atShown: invoked) ?? .max),
                    UInt32(clamping: readers[machine - 1].slack(atShown: ended) ?? .max)
                )
            }
            entries.append(
                Entry(
                    invoked: invoked, ended: ended, invokedSlack: slack.0, endedSlack: slack.1,
                    machine: UInt16(clamping: machine)))
        }
        return entries
    }

    /// How many of them were called while one of another machine was under way.
    private static func meeting(_ lonely: inout [Entry], _ entries: inout [Entry]) -> Int {
        lonely.sort { $0.earliestCall < $1.earliestCall }
        entries.removeAll { !$0.isKnown }
        entries.sort { $0.latestCall < $1.latestCall }
        var count = 0
        var next = 0
        var reached: UInt64 = 0
        for entry in lonely {
            while next < entries.count, entries[next].latestCall < entry.earliestCall {
                reached = max(reached, entries[next].earliestEnd)
                next += 1
            }
            if next > 0, reached >= entry.latestCall { count += 1 }
        }
        return count
    }
}
