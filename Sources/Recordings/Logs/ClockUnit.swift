/// How finely the times of one column are told: the last digit of the finest of them.
///
/// A clock that counts in coarser steps than its digits say is known by the zeros at the end of all of a hundred times.
struct ClockUnit: Sendable, Equatable {
    private var textPower = 18
    private var zeros = 9
    private var count = 0
    private var isCut = false

    @inline(__always)
    mutating func note(_ time: LogTime) {
        count &+= 1
        if time.power < textPower { textPower = time.power }
        if time.isCut { isCut = true }
        while zeros > 0, UInt64(time.nanoseconds) % LogTime.powers[zeros] != 0 { zeros &-= 1 }
    }

    /// The power of ten of nanoseconds that it counts in; 0 where nothing was told.
    var power: Int {
        guard count > 0 else { return 0 }
        return min(15, count >= 100 ? max(textPower, zeros) : textPower)
    }

    /// How much later than told it may have been, in nanoseconds: a whole unit, since most clocks round down.
    var later: Int64 { power == 0 && !isCut ? 0 : Int64(LogTime.powers[power]) }

    /// How much earlier than told it may have been, in nanoseconds: half a unit, since some round to the nearest.
    var earlier: Int64 { power == 0 && !isCut ? 0 : Int64(LogTime.powers[power] + 1) / 2 }

    /// "whole milliseconds", "tenths of a second".
    var words: String {
        let names = [
            "nanoseconds", "10 ns", "100 ns", "microseconds", "10 µs", "100 µs", "milliseconds", "10 ms", "100 ms",
            "seconds",
        ]
        guard power < names.count else { return "10^\(power - 9) s" }
        let name = names[power]
        return power.isMultiple(of: 3) ? "whole \(name)" : "steps of \(name)"
    }
}
