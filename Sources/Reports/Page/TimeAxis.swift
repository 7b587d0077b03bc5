/// Where instants stand on a line of ``length`` units, from a little before the first invocation of some attempts to a little after
/// the last instant that is known of them, so that their ends can be seen.
///
/// Stretches in which none of them was under way, and that would leave no room for those in which one was, are narrowed to a gap.
struct TimeAxis: Sendable, Equatable {
    /// Of the whole line.
    static let length = 1000.0
    private static let gapLength = 40.0
    /// A stretch becomes a gap if it is longer than this share of the whole.
    private static let gapShare = 0.25
    /// What stands before and after all attempts, as a share of the time from the first to the last.
    private static let margin = 0.06

    /// A stretch of time and where it stands.
    struct Stretch: Sendable, Equatable {
        var start: UInt64
        var end: UInt64
        var x = 0.0
        var width = 0.0
        var isGap: Bool
    }

    /// Without holes between them, in the order of time.
    private(set) var stretches: [Stretch] = []

    /// - Parameter attempts: when each began, and ended where that is known; at least one.
    init(_ attempts: [(invoked: UInt64, returned: UInt64?)]) {
        let first = attempts.map(\.invoked).min() ?? 0
        let last = attempts.map { max($0.invoked, $0.returned ?? 0) }.max() ?? 0
        let span = Double(last - min(first, last))
        let margin = UInt64(max(1000, span * Self.margin))
        let start = first - min(first, margin)
        let end = last.addingReportingOverflow(margin).overflow ? .max : last + margin
        var busy = first
        var from = start
        for attempt in attempts.sorted(by: { $0.invoked < $1.invoked }) {
            if attempt.invoked > busy, Double(attempt.invoked - busy) > span * Self.gapShare {
                stretches.append(Stretch(start: from, end: busy, isGap: false))
                stretches.append(Stretch(start: busy, end: attempt.invoked, isGap: true))
                from = attempt.invoked
            }
            busy = max(busy, attempt.returned ?? attempt.invoked)
        }
        stretches.append(Stretch(start: from, end: end, isGap: false))
        place()
    }

    /// Gives each its room: gaps a little, and the others according to their time, each enough to be seen.
    private mutating func place() {
        let gaps = stretches.count { $0.isGap }
        let others = stretches.filter { !$0.isGap }
        let room = Self.length - Double(gaps) * Self.gapLength
        let least = gaps == 0 ? 0 : room / Double(others.count) / 3
        let busy = others.reduce(0.0) { $0 + Double($1.end - $1.start) }
        let shared = room - least * Double(others.count)
        var x = 0.0
        for index in stretches.indices {
            let time = Double(stretches[index].end - stretches[index].start)
            stretches[index].x = x
            stretches[index].width =
                stretches[index].isGap
                ? Self.gapLength
                : least + (busy > 0 ? shared * time / busy : shared / Double(others.count))
            x += stretches[index].width
        }
    }

    var start: UInt64 { stretches[0].start }
    var end: UInt64 { stretches[stretches.count - 1].end }
    /// What was narrowed.
    var gaps: [Stretch] { stretches.filter(\.isGap) }
    /// In nanoseconds.
    var leftOut: UInt64 { gaps.reduce(0) { $0 + ($1.end - $1.start) } }

    func contains(_ time: UInt64) -> Bool { time >= start && time <= end }

    /// 0…``length``; what lies outside stands at the end that it is nearer to.
    func x(_ time: UInt64) -> Double {
        guard time > start else { return 0 }
        guard let stretch = stretches.first(where: { time <= $0.end }) else { return Self.length }
        let time = Double(time - stretch.start)
        let whole = Double(stretch.end - stretch.start)
        return stretch.x + (whole > 0 ? stretch.width * time / whole : 0)
    }
}
