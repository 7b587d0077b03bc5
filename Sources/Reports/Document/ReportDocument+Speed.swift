internal import FlashSale

extension ReportDocument {
    /// Throughput and latency, and who was the limit; nil where nothing was attempted.
    static func speed(_ record: RunRecord) -> Section? {
        let throughput = record.throughput
        guard record.totals.tally.attempts > 0 else { return nil }
        let attempts = NumberText.rate(throughput.attemptsPerSecond)
        let commands = NumberText.rate(throughput.commandsPerSecond)
        let elapsed = NumberText.duration(seconds: throughput.elapsedSeconds)
        var rates = "\(attempts) attempts/s and \(commands) commands/s over \(elapsed)"
        if record.observed.serverLoss != nil { rates += ", without attempts that the lost server did not answer" }
        return Section(
            "Speed", text: rates,
            sections: [pace(record), gate(record), latency(record), client(record), hiccups(record)].compactMap { $0 })
    }

    /// Whether purchases started when they were planned to; nil where none were planned.
    private static func pace(_ record: RunRecord) -> Section? {
        let pace = record.pace
        let scenario = record.scenario.pace
        guard scenario.isOpen || !scenario.bursts.isEmpty || pace.late > 0 || pace.dropped > 0 else { return nil }
        var parts: [String] = []
        if let target = pace.targetPerSecond {
            parts.append(
                "\(NumberText.rate(target)) purchases/s wanted, \(NumberText.rate(pace.achievedPerSecond)) reached")
        }
        let longest = NumberText.duration(seconds: pace.lateMaxUs / 1e6)
        parts.append(
            pace.late == 0
                ? "none started late"
                : "\(pace.late.grouped) of \(pace.started.grouped) started late (by \(longest) at most)"
        )
        parts.append(
            "\(pace.dropped.grouped) dropped"
                + (pace.dropped > 0 ? " (planned, but not started before the doors closed)" : ""))
        return Section("Pace", text: "\(pace.loop) loop: " + parts.joined(separator: ", "))
    }

    /// Longer pauses are told. On a quiet machine a scheduler lets a thread wait about as long at most.
    private static let hiccupLimitUs = 10_000.0

    /// CPU time as a share of one core during the sale, which shows whether client or server was the limit.
    private static func cores(_ cpuSeconds: Double, _ elapsedSeconds: Double) -> String {
        let share = cpuSeconds / elapsedSeconds
        guard share.isFinite, share >= 0 else { return "" }
        return " (\(NumberText.grouped(share * 100, places: 0))% of a core)"
    }

    /// Who ran where, and how long connecting took.
    private static func client(_ record: RunRecord) -> Section? {
        let client = record.client
        guard !client.host.isEmpty else { return nil }
        let machine = ["\(client.cores.counted("core"))", client.cpuModel ?? "", client.kernel].filter { !$0.isEmpty }
        var text = "\(client.host) (\(machine.joined(separator: ", "))), "
        if let host = record.server.host {
            text += host == client.host ? "the server on the same machine; " : "the server on \(host); "
        }
        let elapsed = record.throughput.elapsedSeconds
        text += "\(NumberText.duration(seconds: client.cpuSeconds)) of CPU\(cores(client.cpuSeconds, elapsed))"
        if let seconds = record.server.cpuSeconds {
            text += ", the server \(NumberText.duration(seconds: seconds))\(cores(seconds, elapsed))"
        }
        if let others = client.othersCpuShare {
            text += ", other processes \(NumberText.grouped(others * 100, places: 0))% of the machine"
        }
        if let slowest = record.workers.map(\.connectSeconds).max() {
            text += "; connecting took \(NumberText.duration(seconds: slowest)) before the doors opened"
        }
        return Section("Client", text: text)
    }

    /// Whether the machine paused for so long that a latency may be its own.
    private static func hiccups(_ record: RunRecord) -> Section? {
        let hiccups = record.client.hiccupUs
        guard !record.client.host.isEmpty, let longest = hiccups.max, longest >= hiccupLimitUs else { return nil }
        let usual = NumberText.grouped((hiccups.p99 ?? longest) / 1000, places: 3)
        return Section(
            "Hiccups",
            text:
                "the machine let a sleeping thread wake up \(NumberText.duration(seconds: longest / 1e6)) late (p99 \(usual) ms): "
                + "a latency up to there may be the machine's")
    }
}
