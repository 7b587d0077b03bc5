package import FlashSale

/// What else this machine did while the doors were open.
package struct MachineLoad: Equatable {
    /// CPU time of processes that are not of this run, as a share of what all processors had: 0…1.
    package var others: Double
    /// Time that other guests of the same host took, as such a share.
    package var steal: Double
    /// Length of the time that was looked at, in seconds.
    var seconds: Double

    /// From this share on others are mentioned: with 10% of the processors gone, figures of speed differ by more than
    /// two runs on a quiet machine do.
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

    /// What the user should know about it.
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

/// How the processors of this machine have spent their time since it started: the first line of `/proc/stat`, proc(5).
package struct ProcessorTimes: Equatable, Codable, Sendable {
    /// Seconds of all processors together, in user mode and in the kernel, interrupts included.
    var busy: Double
    /// Waiting for something to do, or for a disk.
    var idle: Double
    /// Taken by other guests of the same host while there was something to do.
    var steal: Double

    package var total: Double { busy + idle + steal }

    /// - Parameters:
    ///   - text: what `/proc/stat` holds.
    ///   - ticksPerSecond: of the kernel's clock for users, `sysconf(_SC_CLK_TCK)`.
    init?(_ text: String, ticksPerSecond: Double) {
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("cpu ") }) else {
            return nil
        }
        // user nice system idle iowait irq softirq steal guest guest_nice; guests are in user and nice already, and old
        // kernels have fewer.
        let ticks = line.split(separator: " ").dropFirst().map { Double($0) }
        guard ticks.count >= 4, ticksPerSecond > 0 else { return nil }
        func seconds(_ columns: Int...) -> Double {
            columns.reduce(0) { $0 + ($1 < ticks.count ? ticks[$1] ?? 0 : 0) } / ticksPerSecond
        }
        busy = seconds(0, 1, 2, 5, 6)
        idle = seconds(3, 4)
        steal = seconds(7)
    }
}
