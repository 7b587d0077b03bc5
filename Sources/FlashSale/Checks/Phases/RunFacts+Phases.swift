/// Purchases that take their time, as one attempt each: the checks of what was sold are made of these.
///
/// What is on hold becomes the attempt that reserved it, with what became of it in the end (``Hold/ending``): a sale is `won`, what was given
/// back `returned`, what lapsed `failed`, which may hold units until they lapse. Orders of attempts that pay are those of the reserving one.
extension RunFacts {
    /// The same, with ``holds``; unchanged where no purchase takes its time.
    var byPurchase: RunFacts {
        let survey = recorded.survey
        guard recorded.scenario?.phases != nil || survey.tally.held > 0 || survey.hasLater else { return self }
        var facts = self
        // Who does not say when holds lapse says that they may at any time.
        facts.rules.lapsesNanoseconds = rules.lapsesNanoseconds ?? 0
        let parts = PurchaseParts(recorded.history, lapses: rules.lapsesNanoseconds)
        facts.holds = parts.holds
        facts.asMade = recorded.history
        facts.recorded = recorded.replaced(by: History(parts.purchases))
        if let ledger = epoch.ledger, !parts.reserving.isEmpty {
            facts.epoch.ledger?.orders = ledger.orders.map { order in
                guard let attempt = order.attempt, let own = parts.reserving[attempt] else { return order }
                var order = order
                order.attempt = own
                return order
            }
        }
        return facts
    }
}

/// A history taken apart, and put together again by purchase.
private struct PurchaseParts {
    var purchases: [Attempt] = []
    var holds: [Hold] = []
    /// Of each attempt that follows a hold, the one that reserved.
    var reserving: [Int: Int] = [:]

    init(_ history: History, lapses: UInt64?) {
        var later: [Int: [Attempt]] = [:]
        var own: [Attempt] = []
        var held: [Int: Int] = [:]
        for (position, record) in history.records {
            let attempt = history[position]
            if record.phase == .reserve {
                own.append(attempt)
                if attempt.outcome == .held { held[attempt.purchase, default: 0] += 1 }
            } else {
                later[attempt.purchase, default: []].append(attempt)
            }
        }
        purchases.reserveCapacity(own.count)
        for var attempt in own {
            guard attempt.outcome == .held else {
                purchases.append(attempt)
                continue
            }
            guard held[attempt.purchase] == 1 else {
                // Which of several holds was paid for is not known.
                attempt.outcome = later[attempt.purchase] == nil ? .failed : .unknown
                purchases.append(attempt)
                continue
            }
            var hold = Hold(attempt, lapses: lapses)
            let following = (later.removeValue(forKey: attempt.purchase) ?? []).sorted {
                ($0.invokedNanoseconds, $0.id) < ($1.invokedNanoseconds, $1.id)
            }
            // A payment that is declined, and lets the hold go with that, is a giving back.
            hold.cancels = following.filter { $0.phase == .cancel || $0.outcome == .returned }
            hold.pays = following.filter { $0.phase == .pay && $0.outcome != .returned }
            for next in following { reserving[next.id] = attempt.id }
            holds.append(hold)
            (attempt.outcome, attempt.returnedNanoseconds) = hold.ending
            purchases.append(attempt)
        }
        // Whoever pays for what nobody recorded as held has it all the same.
        for attempts in later.values {
            guard held[attempts[0].purchase] == nil else { continue }
            if let paid = attempts.first(where: { $0.phase == .pay && $0.outcome == .won }) { purchases.append(paid) }
        }
    }
}
