internal import Exploration
internal import FlashSale
internal import Foundation
internal import Recordings
internal import Reports
internal import Strategies

/// `stress explore --replay`: one order again.
struct ExploreReplay {
    private let title: String
    private let search: ExploreSearchOptions
    private let format: ExploreCommand.Format

    /// - Parameter title: of the strategy or the program.
    init(title: String, _ search: ExploreSearchOptions, format: ExploreCommand.Format) {
        self.title = title
        self.search = search
        self.format = format
    }

    /// - Parameters:
    ///   - text: the path of an `explore.json`, or a schedule.
    ///   - sale: makes the sale.
    func execute<Sale: SteppedSale & ~Copyable>(
        _ text: String, sale makeSale: (ExplorationPhase) throws(RunError) -> Sale
    ) throws(RunError) -> ExitStatus {
        let order = try Self.order(text)
        let named = order.steps.compactMap(\.choice.buyer).max().map { $0 + 1 } ?? 1
        let buyers = order.buyers ?? search.buyers ?? named
        let units = order.units ?? search.units ?? max(1, buyers - 1)
        guard named <= buyers * (order.purchasesPerBuyer ?? search.purchasesPerBuyer ?? 1) else {
            throw RunError(.usage, "--replay: the schedule names buyer \(named - 1), and there are only \(buyers)")
        }
        var phase = ExplorationPhase(
            buyers: buyers, purchasesPerBuyer: order.purchasesPerBuyer ?? search.purchasesPerBuyer ?? 1, units: units)
        phase.instances = order.instances
        var sale = try makeSale(phase)
        let result = try Replay.make(Schedule(order.steps), at: &sale, in: phase, expected: order.rows)
        var record = ExplorationRecord(
            started: Date().formatted(.iso8601), subject: title, attempts: search.attempts,
            quantity: search.quantity,
            verdict: !result.counterexample.violated.isEmpty ? .violated : result.isWhole ? .upheld : .inconclusive,
            reason: nil, phases: [],
            findings: [], counterexample: result.counterexample.record)
        if let difference = result.difference {
            record.reason =
                "step \(difference.step + 1) is not as it was: then \(difference.was), and now \(difference.isNow)"
        }
        switch format {
        case .json:
            var output = MemorySink()
            ExplorationJSON.write(record, to: &output)
            try Terminal.write(data: output.bytes)
        case .text: try Terminal.write(ExplorationText.replay(record, Terminal.layout))
        }
        return ExitStatus(record.verdict)
    }

    private struct Order {
        var steps: [Schedule.Step]
        var buyers: Int?
        var purchasesPerBuyer: Int?
        var units: Int?
        var instances: Int?
        var rows: [Counterexample.Row]?
    }

    private static func order(_ text: String) throws(RunError) -> Order {
        guard text.contains("/") || text.hasSuffix(".json") else { return Order(steps: try steps(text)) }
        let record: ExplorationRecord
        do throws(InputProblem) {
            let bytes = try SmallInput.bytes(of: text, limit: 16 << 20)
            do {
                record = try ExplorationJSON.record(from: Array(bytes))
            } catch {
                throw InputProblem(reason: "is no explore.json of this version of stress (\(Version.current))")
            }
        } catch {
            throw RunError(
                .usage,
                error.isMissing ? "--replay: the file \(text) does not exist" : "--replay: \(text) \(error.reason)")
        }
        guard let found = record.counterexample else {
            throw RunError(.usage, "--replay: \(text) has no order that goes wrong: it is \(record.verdict.word)")
        }
        return Order(
            steps: try steps(found.schedule), buyers: found.buyers, purchasesPerBuyer: found.purchasesPerBuyer,
            units: found.units, instances: found.instances,
            rows: found.steps.map { step in
                Counterexample.Row(
                    choice: Choice(step.choice) ?? .run(buyer: 0, ordinal: 0), buyer: step.buyer, words: step.command,
                    reply: step.reply, note: step.note, stock: step.stock, orders: step.orders, outcome: step.outcome)
            })
    }

    private static func steps(_ text: String) throws(RunError) -> [Schedule.Step] {
        var steps: [Schedule.Step] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let choice = Choice(String(word)) else {
                throw RunError(
                    .usage,
                    "--replay: \(word.isEmpty ? "nothing" : ForeignText.shown(String(word))) is no step; one is 0 (a command of buyer 0), 0!r (its reply is lost), 0!q (it is lost), "
                        + "0!c (the buyer is gone), restart (the server is restarted) or x:KEY (a key expires), with commas between them"
                )
            }
            steps.append(.init(choice))
        }
        return steps
    }
}
