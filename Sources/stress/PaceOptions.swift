internal import ArgumentParser
internal import FlashSale
internal import Strategies

extension Rate.Arrivals: ExpressibleByArgument {}
extension Scenario.Gate: ExpressibleByArgument {}

/// The flags that say when buyers come.
struct PaceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Purchases that come in a second, whether or not a client is free: 5000/s. Default: everyone at once, and a client asks again only after its answer.",
            valueName: "n/s"))
    var rate: String?

    @Option(
        help: ArgumentHelp(
            "A rate that changes in a straight line, and then stays: 0..20000/s@10s.", valueName: "a..b/s@time"))
    var ramp: String?

    @Option(
        help:
            "How purchases follow each other at a rate: at equal distances, or each by itself, as customers come. Default: constant."
    )
    var arrivals: Rate.Arrivals?

    @Option(
        help: ArgumentHelp(
            "So many more buyers at once, so long after the doors opened: 500@2s. May be repeated.",
            valueName: "n@time"))
    var burst: [String] = []

    @Option(
        help: ArgumentHelp(
            "Close the doors by time: who has not started by then does not buy. Without --buyers, as many as come.",
            valueName: "time"))
    var duration: String?

    @Option(
        help: ArgumentHelp(
            "Buy from a sale of its own for so long before the doors open. None of it is counted.", valueName: "time"))
    var warmUp: String?

    @Option(
        help:
            "How clients wait for the doors: barrier, with nothing sent, or last-byte, with the first request sent but for its last byte, so that first requests come closer together."
    )
    var gate = Scenario.Gate.barrier

    func validate() throws {
        _ = try pace()
        guard gate == .lastByte else { return }
        for (flag, text) in [("--rate", rate), ("--ramp", ramp), ("--burst", burst.first)] {
            guard let text else { continue }
            throw ValidationError(
                "--gate last-byte and \(flag) \(text): who comes first is known beforehand only where everyone comes at once; leave one of them out"
            )
        }
    }

    /// - Throws: ``RunError`` with 64 where buyers think before they ask.
    func gate(for strategy: Strategy, _ scenario: Scenario) throws(RunError) -> Scenario.Gate? {
        guard gate == .lastByte else { return nil }
        guard !strategy.buysByProgram else {
            throw RunError(
                .usage,
                "--gate last-byte: buyers are programs, which get each question as a whole; leave the flag out")
        }
        if let first = strategy.buy.first, case .think(let own) = first.kind,
            (scenario.thinkTimeMicroseconds ?? own)?.max ?? 0 > 0
        {
            throw RunError(
                .usage,
                "--gate last-byte: \(strategy.file):\(first.line): buyers think before they ask, so there is no request to send beforehand; "
                    + "use --gate barrier, or --think-time 0")
        }
        return gate
    }

    /// What the flags make together.
    ///
    /// - Throws: `ValidationError` where one cannot be read, or they do not fit together.
    func pace() throws(ValidationError) -> Pace {
        var pace = Pace(
            rate: try wholeRate(), durationNanoseconds: try nanoseconds("--duration", duration),
            warmUpNanoseconds: try nanoseconds("--warm-up", warmUp) ?? 0)
        if let duration, pace.durationNanoseconds == 0 {
            throw ValidationError("--duration \(duration): nobody could buy; a time above 0 is wanted, such as 10s")
        }
        guard Scenario.Bounds.bursts.contains(burst.count) else {
            throw ValidationError(
                "--burst: \(burst.count) rushes are more than the \(Scenario.Bounds.bursts.upperBound) that are possible; a --rate may do"
            )
        }
        for text in burst {
            let burst = try read("--burst", text: text, as: PaceText.burst)
            if let duration, let end = pace.durationNanoseconds, burst.atNanoseconds >= end {
                throw ValidationError(
                    "--burst \(text): the doors are closed then; use a --duration longer than \(duration), or an earlier rush"
                )
            }
            pace.bursts.append(burst)
        }
        return pace
    }

    private func wholeRate() throws(ValidationError) -> Rate? {
        if let rate, let ramp {
            throw ValidationError(
                "--rate \(rate) and --ramp \(ramp): one of them is wanted; after its time, a ramp goes on at its last rate"
            )
        }
        var whole: Rate?
        if let rate { whole = Rate(perSecond: try read("--rate", text: rate, as: PaceText.rate)) }
        if let ramp { whole = try read("--ramp", text: ramp, as: PaceText.ramp) }
        if let arrivals {
            guard whole != nil else {
                throw ValidationError(
                    "--arrivals \(arrivals.rawValue): without a rate nobody arrives, all are there; add --rate or --ramp"
                )
            }
            whole?.arrivals = arrivals
        }
        return whole
    }

    private func nanoseconds(_ flag: String, _ text: String?) throws(ValidationError) -> UInt64? {
        guard let text else { return nil }
        return UInt64(
            try read(flag, text: text) { text throws(DurationText.Problem) in try DurationText.microseconds(text) })
            * 1000
    }

    private func read<Value>(
        _ flag: String, text: String, as reader: (String) throws(DurationText.Problem) -> Value
    ) throws(ValidationError) -> Value {
        do throws(DurationText.Problem) {
            return try reader(text)
        } catch {
            throw ValidationError("\(flag): \(error.message)")
        }
    }
}
