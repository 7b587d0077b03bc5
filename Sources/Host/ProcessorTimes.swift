/// How the processors of this machine have spent their time since it started: the first line of `/proc/stat`, proc(5).
package struct ProcessorTimes: Equatable {
    /// Seconds of all processors together, in user mode and in the kernel, interrupts included.
    var busy: Double
    /// Waiting for something to do, or for a disk.
    var idle: Double
    /// Taken by other guests of the same host while there was something to do.
    var steal: Double

    var total: Double { busy + idle + steal }

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
