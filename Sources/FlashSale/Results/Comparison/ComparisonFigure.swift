/// What runs are compared by.
package enum ComparisonFigure: String, RecordWord {
    /// Units that buyers were told are theirs.
    case sold
    /// Units that certainly nobody has although they were wanted.
    case undersold
    /// Purchases whose every attempt met a quicker buyer.
    case gaveUp = "gave_up"
    case attemptsPerWin = "attempts_per_win"
    /// Commands of the run that the server counted, those inside scripts not among them.
    case commandsPerWin = "commands_per_win"
    /// Throughput.
    case attemptsPerSecond = "attempts_per_second"
    /// From the opening of the doors until the buyer of the last unit was told of it, in seconds; infinite where units stayed.
    case sellOutSeconds = "sell_out_seconds"
    /// Half of the attempts that won took no longer, in microseconds.
    case winP50 = "win_p50_us"
    case winP99 = "win_p99_us"
    /// CPU time of the server's process, in microseconds.
    case serverCPUPerWin = "server_cpu_us_per_win"

    package static let kind = "figure"

    package var moreIsBetter: Bool { self == .sold || self == .attemptsPerSecond }

    /// Units that were sold say the same as those that were not: one of the two is tested.
    package static let tested = allCases.filter { $0 != .sold }
}
