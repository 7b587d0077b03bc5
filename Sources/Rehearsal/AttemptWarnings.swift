internal import FlashSale
internal import Strategies

/// What single attempts of a rehearsal give reason to doubt, beside what became of the stock.
enum AttemptWarnings {
    typealias Warning = RehearsalWarnings.Warning

    static func of(_ act: RehearsalRecord.Act, _ strategy: Strategy) -> [Warning] {
        act.visits.flatMap { visit in
            [movedInDoubt(visit, strategy), lack(visit, strategy), rawError(visit)].compactMap { $0 }
        } + leftoverLocks(act, strategy)
    }

    /// An unknown or an error that took units: nothing tells whose they are, unless the order is written with them.
    private static func movedInDoubt(_ visit: RehearsalRecord.Visit, _ strategy: Strategy) -> Warning? {
        guard visit.attempt.outcome == .unknown, !strategy.settlesUnknowns, case .units(let before) = visit.before,
            case .units(let after) = visit.after, before != after
        else { return nil }
        let reply = visit.exchanges.last { $0.isError }?.reply ?? visit.exchanges.last?.reply ?? "none"
        return Warning(
            "stock-in-doubt", kind: visit.exchanges.contains(where: \.isError) ? "error" : "unknown",
            message:
                "an attempt without a clear end (\(reply)) changed the stock from \(before.grouped) to \(after.grouped), and nobody "
                + "can tell whose that is; write the order together with the unit (ledger: with atomic: true)")
    }

    /// A capture or a `remaining:` that the reply does not have.
    private static func lack(_ visit: RehearsalRecord.Visit, _ strategy: Strategy) -> Warning? {
        let steps = strategy.buy + strategy.finally
        for exchange in visit.exchanges {
            guard let lack = exchange.lack, let step = exchange.step, steps.indices.contains(step) else { continue }
            let place = "\(strategy.file):\(steps[step].line)"
            switch lack {
            case .remaining:
                return Warning(
                    "no-remaining", at: place, kind: "\(step)",
                    message:
                        "the reply \(exchange.reply) does not have what remaining: is reckoned from, so that this win says nothing of "
                        + "what is left")
            case .capture(let index):
                let name = steps[step].captures.indices.contains(index) ? steps[step].captures[index].name : "as:"
                return Warning(
                    "no-capture", at: place, kind: "\(step)",
                    message:
                        "the reply \(exchange.reply) does not have what as: \(name) takes from it, so that the attempt cannot go on; add "
                        + "an outcome for it")
            }
        }
        return nil
    }

    /// Buyers who come too late should be told so.
    private static func rawError(_ visit: RehearsalRecord.Visit) -> Warning? {
        guard visit.attempt.outcome == .unknown || visit.attempt.outcome == .failed,
            let error = visit.exchanges.last(where: \.isError)
        else { return nil }
        if case .units(let before) = visit.before, before > 0 { return nil }
        return Warning(
            "error-after-sold-out", kind: "",
            message: "a buyer who came when nothing was left got an error instead of sold-out: \(error.reply)")
    }

    /// Purchases that are refused at one and the same place each time although nobody else is there.
    private static func leftoverLocks(_ act: RehearsalRecord.Act, _ strategy: Strategy) -> [Warning] {
        guard act.kind == .single else { return [] }
        var refusals: [Refusal] = []
        for visit in act.visits {
            guard let refusal = Refusal(visit, strategy) else {
                refusals = []
                continue
            }
            if let last = refusals.last, !refusal.isSame(as: last) { refusals = [] }
            refusals.append(refusal)
            guard refusals.count == RehearsalPlan.attempts else { continue }
            return [
                Warning(
                    "leftover-lock", at: "\(strategy.file):\(refusal.line)",
                    message:
                        "\(refusal.command) was refused \(refusals.count.counted("time")) although nobody else was there: whoever held it "
                        + "is gone and has not given it back (every exit needs its unlock: finally:)")
            ]
        }
        return []
    }

    /// An attempt that was turned away as if somebody else were there, while there was stock.
    private struct Refusal {
        var purchase: Int
        var item: KeyAccess.Item
        var command: String
        var line: Int

        init?(_ visit: RehearsalRecord.Visit, _ strategy: Strategy) {
            guard case .units(let before) = visit.before, before >= visit.attempt.quantity,
                let section = AttemptTrace(visit, strategy).sections.last(where: { $0.step < strategy.buy.count }),
                let access = section.accesses.last
            else { return nil }
            let isConditional = access.access.effect == .create || access.access.effect == .pop
            switch visit.attempt.outcome {
            case .conflict: break
            case .failed where isConditional && ["(nil)", "(integer) 0"].contains(section.reply): break
            default: return nil
            }
            purchase = visit.attempt.purchase
            item = access.access.item
            command = access.command.joined(separator: " ").replacing(WatchedSale.tag, with: "{sale}")
            line = strategy.buy[section.step].line
        }

        func isSame(as other: Refusal) -> Bool { purchase == other.purchase && item == other.item }
    }
}

extension Strategy {
    /// Whether an order tells of every attempt without a clear end whether it took its units.
    fileprivate var settlesUnknowns: Bool {
        guard let ledger, ledger.isAtomic else { return false }
        return ledger.holds != .count
    }
}

extension RehearsalRecord.Visit {
    /// Whether a reply did not have what a step takes from it, which is told by itself.
    var lacksCapture: Bool {
        exchanges.contains { exchange in if case .capture? = exchange.lack { true } else { false } }
    }
}
