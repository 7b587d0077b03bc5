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

    private let strategy: Strategy?

    /// - Parameters:
    ///   - title: of the strategy or the program.
    ///   - strategy: whose commands are made; nil for a program's.
    init(
        title: String, _ search: ExploreSearchOptions, format: ExploreCommand.Format, of strategy: Strategy? = nil
    ) {
        self.strategy = strategy
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
        let phase = try phase(of: order, named: named)
        guard named <= phase.participants else {
            throw RunError(
                .usage, "--replay: the schedule names buyer \(named - 1), and there are only \(phase.participants)")
        }
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

    /// The sale in which it is made.
    ///
    /// - Parameter named: buyers that the schedule names.
    private func phase(of order: Order, named: Int) throws(RunError) -> ExplorationPhase {
        let holds = order.afterHold ?? search.chosenHolds
        let carts = order.carts ?? search.chosenCarts
        if strategy?.later.isEmpty == false, holds.isEmpty {
            throw RunError(
                .usage,
                "--replay: what follows the hold of each purchase has to be said as well, as it was when the order was shown: --after-hold pay,cancel"
            )
        }
        if strategy?.cart != nil, carts.isEmpty {
            throw RunError(
                .usage,
                "--replay: what is in the cart of each purchase has to be said as well, as it was when the order was shown: --carts 1+2,2+1"
            )
        }
        let each = order.purchasesPerBuyer ?? search.purchasesPerBuyer ?? 1
        let chosen = max(holds.count, carts.count)
        let buyers = order.buyers ?? search.buyers ?? (chosen > 0 ? (chosen + each - 1) / each : named)
        let usual = carts.isEmpty ? max(1, buyers - 1) : 1
        var phase = ExplorationPhase(
            buyers: buyers, purchasesPerBuyer: each, units: order.units ?? search.units ?? usual)
        phase.instances = order.instances
        phase.afterHold = ExploreSearchOptions.forEach(phase, holds)
        phase.carts = ExploreSearchOptions.forEach(phase, carts)
        return phase
    }

    private struct Order {
        var steps: [Schedule.Step]
        var buyers: Int?
        var purchasesPerBuyer: Int?
        var units: Int?
        var afterHold: [AfterHold]?
        var carts: [[CartLine]]?
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
            units: found.units, afterHold: found.afterHold.map { $0.compactMap { AfterHold($0) } },
            carts: found.carts.map { $0.compactMap { CartLine.cart($0) } }, instances: found.instances,
            rows: found.steps.map { step in
                Counterexample.Row(
                    choice: Choice(step.choice) ?? .run(buyer: 0, ordinal: 0), buyer: step.buyer,
                    part: AttemptPhase.allCases.first { $0.word == step.phase }, words: step.command, reply: step.reply,
                    note: step.note, stock: step.stock, orders: step.orders, outcome: step.outcome)
            })
    }

    private static func steps(_ text: String) throws(RunError) -> [Schedule.Step] {
        var steps: [Schedule.Step] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let choice = Choice(String(word)) else {
                throw RunError(
                    .usage,
                    "--replay: \(word.isEmpty ? "nothing" : ForeignText.shown(String(word))) is no step; one is 0 (a command of buyer 0), 0!r (its reply is lost), 0!q (it is lost), "
                        + "0!c (the buyer is gone), restart (the server is restarted), x:KEY (a key expires) or lapse (every hold is over), with commas between them"
                )
            }
            steps.append(.init(choice))
        }
        return steps
    }
}
