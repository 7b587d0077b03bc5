package import FlashSale

/// What else this machine did while the doors were open.
package struct MachineLoad: Equatable {
    /// CPU time of processes that are not of this run, as a share of what all processors had: 0…1.
    package var others: Double
    /// Time that other guests of the same host took, as such a share.
    package var steal: Double
    /// Length of the time that was looked at, in seconds.
    var seconds: Double

    /// From this on others are worth a word: with 10% of the processors gone, figures of speed differ by more than two
    /// runs on a quiet machine do.
    static let othersLimit = 0.10
    /// Stolen time stops whole processors for milliseconds, which shows in p99 long before it shows in the mean.
    static let stealLimit = 0.02
    /// The kernel counts in ticks of 10 ms: in less than half a second a few of them look like a busy machine.
    static let leastSeconds = 0.5

    /// - Parameters:
    ///   - ownSeconds: CPU time of this run's processes in between, those of a server on this machine included.
    ///   - cores: processors that are in use, at least 1.
    /// - Returns: nil where no time went by.
    package init?(from before: ProcessorTimes, to after: ProcessorTimes, ownSeconds: Double, cores: Int) {
        let total = after.total - before.total
        guard total > 0, cores > 0 else { return nil }
        others = min(1, max(0, after.busy - before.busy - ownSeconds) / total)
        steal = min(1, max(0, after.steal - before.steal) / total)
        seconds = total / Double(cores)
    }

    /// What the user should know of it.
    package var finding: Finding? {
        guard seconds >= Self.leastSeconds, others > Self.othersLimit || steal > Self.stealLimit else { return nil }
        var reasons: [String] = []
        if others > Self.othersLimit { reasons.append("other processes took \(Self.percent(others)) of its CPU time") }
        if steal > Self.stealLimit {
            reasons.append("other guests of the same host took \(Self.percent(steal)) of it (steal)")
        }
        return Finding(
            .machineBusy,
            "The machine was busy with something else: \(reasons.joined(separator: ", and ")). The figures of speed are lower than they "
                + "would be alone, and the high percentiles of latency may be the machine's.")
    }

    private static func percent(_ share: Double) -> String {
        ((share * 100).fixed(places: share < 0.1 ? 1 : 0) ?? "?") + "%"
    }
}
