import FlashSale
import Testing

/// A sale of several items, each judged by itself.
struct ItemChecksTests {
    /// A sale in which every attempt takes effect at one moment, for one of several items.
    private struct Model {
        var scenario: Scenario
        var attempts: [Attempt] = []
        var left: [Int]
        var orders: [[Ledger.Order]]

        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            let items = (0..<Int.random(in: 2...5, using: &random)).map {
                ItemsForSale.Item(item: "item-\($0)", units: Int.random(in: 1...6, using: &random))
            }
            let choices: [ItemChoice] = [.uniform, .each, .zipf(exponent: 1.1), .hot(purchases: 80, items: 50)]
            scenario = Scenario(
                strategy: .init(name: "model", yaml: ""), units: items.reduce(0) { $0 + $1.units },
                buyers: Int.random(in: 5...40, using: &random), attempts: 1, procs: 1, threads: 4, seed: seed)
            scenario.items = ItemsForSale(items: items, choice: choices[Int(seed % 4)])
            left = items.map(\.units)
            orders = items.map { _ in [] }
            let picker = ItemPicker(scenario.items!, seed: seed)
            for purchase in 1...scenario.buyers {
                // Effects in the order of purchases, ten apart; calls and returns around them overlap.
                let effect = 10_000 + UInt64(purchase) * 10
                let item = picker.item(ofPurchase: purchase)
                let isWon = left[item] > 0
                if isWon {
                    left[item] -= 1
                    orders[item].append(Ledger.Order(attempt: purchase, purchase: purchase, buyer: purchase))
                }
                let isLost = Int.random(in: 0..<12, using: &random) == 0
                attempts.append(
                    Attempt(
                        id: purchase, purchase: purchase, buyer: purchase, client: purchase, number: 1,
                        invokedNanoseconds: effect - UInt64.random(in: 0...60, using: &random),
                        returnedNanoseconds: isLost ? nil : effect + UInt64.random(in: 0...60, using: &random),
                        outcome: isLost ? .unknown : isWon ? .won : .soldOut, quantity: 1,
                        remaining: isWon && !isLost ? left[item] : nil))
            }
        }

        var picker: ItemPicker { ItemPicker(scenario.items!, seed: scenario.seed) }

        func histories() -> [History] {
            let picker = picker
            return (0..<picker.count).map { item in
                History(attempts.filter { picker.item(ofPurchase: $0.purchase) == item })
            }
        }

        func verdict() -> Verdict {
            let history = History(attempts)
            let epochs = scenario.items!.items.enumerated().map { index, item in
                ItemEpoch(
                    item: item.item,
                    epoch: Epoch(
                        units: item.units, stock: .units(left[index]),
                        ledger: Ledger(orders: orders[index], isAtomic: true)))
            }
            var facts = RunFacts(
                RecordedAttempts(history, of: scenario, workers: [.init(index: 0, reported: Tally(history))]),
                rules: SaleRules(), epoch: .ofAll(epochs, span: nil))
            facts.items = epochs
            return Checks.judge(facts, items: histories())
        }
    }

    @Test("no right sale of several items is accused of anything")
    func noFalseAlarm() {
        for seed in 1...1500 {
            let verdict = Model(seed: UInt64(seed)).verdict()
            let bad = verdict.checks.filter { $0.result == .violated }
            #expect(bad.isEmpty, "seed \(seed): \(bad)")
            #expect(verdict.items.allSatisfy { $0.verdict.checks.allSatisfy { $0.result != .violated } })
        }
    }

    @Test("one item that is sold twice is found, and named, though others have units left")
    func oneOversold() throws {
        var found = 0
        for seed in 1...400 {
            var model = Model(seed: UInt64(seed))
            let picker = model.picker
            // The first one who was told that nothing is left gets what the last winner of that item got.
            guard let victim = model.attempts.firstIndex(where: { $0.outcome == .soldOut }) else { continue }
            let item = picker.item(ofPurchase: model.attempts[victim].purchase)
            model.attempts[victim].outcome = .won
            model.attempts[victim].remaining = 0
            let verdict = model.verdict()
            let name = try #require(model.scenario.items?.items[item].item)
            #expect(verdict.result == .violated, "seed \(seed)")
            for own in verdict.items {
                #expect((own.verdict.result == .violated) == (own.item == name), "seed \(seed), \(own.item)")
            }
            let told = verdict.checks.filter { $0.result == .violated }
            #expect(told.allSatisfy { $0.detail.contains("item \(name)") }, "\(told.map(\.detail))")
            found += 1
        }
        #expect(found > 100)
    }

    @Test("a unit of one item that is gone is not made up for by one too many of another")
    func wrongItem() {
        var model = Model(seed: 3)
        while model.left.filter({ $0 > 0 }).count < 1 || model.left.count < 2 {
            model = Model(seed: model.scenario.seed + 1)
        }
        let one = model.left.firstIndex { $0 > 0 } ?? 0
        model.left[one] -= 1
        model.left[one == 0 ? 1 : 0] += 1
        let verdict = model.verdict()
        #expect(verdict.checks.first { $0.name == .exactAccounting }?.result == .violated)
        #expect(verdict.checks.first { $0.name == .noOversell }?.result == .upheld)
    }

    @Test("a limit may count all items together; who has nothing at all was told wrongly", arguments: [true, false])
    func limits(_ hasAnother: Bool) throws {
        // Two items, one after the other; buyer 1 buys the first, and buyer 1 or 2 is told of the second that they have it.
        var scenario = Scenario(
            strategy: .init(name: "model", yaml: ""), units: 20, buyers: 2, purchasesPerBuyer: 2, attempts: 1, procs: 1,
            threads: 2, seed: 1)
        scenario.items = ItemsForSale(items: ItemsForSale.numbered(2, units: 10), choice: .each)
        func attempt(_ purchase: Int, _ outcome: Outcome, at time: UInt64) -> Attempt {
            Attempt(
                id: purchase, purchase: purchase, buyer: (purchase + 1) / 2, client: 0, number: 1,
                invokedNanoseconds: time,
                returnedNanoseconds: time + 50, outcome: outcome, quantity: 1, remaining: nil)
        }
        let attempts = [attempt(1, .won, at: 10), attempt(hasAnother ? 2 : 4, .duplicate, at: 100)]
        let epochs = ["1", "2"].map { ItemEpoch(item: $0, epoch: Epoch(units: 10, stock: .units($0 == "1" ? 9 : 10))) }
        let history = History(attempts)
        var facts = RunFacts(
            RecordedAttempts(history, of: scenario, workers: [.init(index: 0, reported: Tally(history))]),
            rules: SaleRules(limit: 1), epoch: .ofAll(epochs, span: nil))
        facts.items = epochs
        let verdict = Checks.judge(facts, items: attempts.map { History([$0]) })
        let check = try #require(verdict.checks.first { $0.name == .purchaseLimit })
        #expect(check.result == (hasAnother ? .inconclusive : .violated), "\(check)")
    }

    @Test("an item whose stock cannot be read is inconclusive, and named")
    func unreadable() throws {
        var model = Model(seed: 11)
        model.attempts = model.attempts.filter { $0.outcome != .unknown }
        let history = History(model.attempts)
        let epochs = model.scenario.items!.items.enumerated().map { index, item in
            ItemEpoch(
                item: item.item,
                epoch: Epoch(units: item.units, stock: index == 1 ? .absent : .units(model.left[index])))
        }
        var facts = RunFacts(
            RecordedAttempts(history, of: model.scenario, workers: [.init(index: 0, reported: Tally(history))]),
            rules: SaleRules(), epoch: .ofAll(epochs, span: nil))
        facts.items = epochs
        let check = try #require(
            Checks.judge(facts, items: model.histories()).checks.first { $0.name == .exactAccounting })
        #expect(check.result == .inconclusive && check.detail.contains("item item-1"), "\(check)")
    }

    @Test("what a server forgot of one item is told of that item only, and of none where it kept all")
    func reset() throws {
        /// Two items of 2 units, each sold out before a crash; the server comes back with so many of the first.
        func verdict(leftOfFirst left: Int, areRead: Bool = true) -> Verdict {
            var scenario = Scenario(
                strategy: .init(name: "model", yaml: ""), units: 4, buyers: 4, attempts: 1, procs: 1, threads: 2,
                seed: 1)
            scenario.items = ItemsForSale(items: ItemsForSale.numbered(2, units: 2), choice: .each)
            let attempts = (1...4).map { purchase in
                Attempt(
                    id: purchase, purchase: purchase, buyer: purchase, client: purchase, number: 1,
                    invokedNanoseconds: UInt64(purchase) * 100, returnedNanoseconds: UInt64(purchase) * 100 + 150,
                    outcome: .won, quantity: 1, remaining: (4 - purchase) / 2)
            }
            let stocks = [left, 0]
            let epochs = ["1", "2"].enumerated().map { index, item in
                // The last order of the first item is gone with its unit.
                let orders = attempts.filter { ($0.purchase - 1) % 2 == index }.prefix(2 - stocks[index])
                return ItemEpoch(
                    item: item,
                    epoch: Epoch(
                        units: 2, stock: .units(stocks[index]),
                        ledger: Ledger(
                            orders: orders.map { .init(attempt: $0.id, purchase: $0.purchase, buyer: $0.buyer) },
                            isAtomic: true)))
            }
            let history = History(attempts)
            var facts = RunFacts(
                RecordedAttempts(history, of: scenario, workers: [.init(index: 0, reported: Tally(history))]),
                rules: SaleRules(), epoch: .ofAll(epochs, span: nil))
            facts.items = epochs
            var crash = StockReset(
                .crashRedis, startedNs: 1000, endedNs: 1100, before: nil, after: .units(left), cutConnections: true,
                mayForget: true)
            if areRead {
                crash.items = [
                    .init("1", before: nil, after: .units(left)), .init("2", before: nil, after: .units(0)),
                ]
            }
            facts.resets = [crash]
            let histories = (0...1).map { item in History(attempts.filter { ($0.purchase - 1) % 2 == item }) }
            return Checks.judge(facts, items: histories)
        }
        let forgot = verdict(leftOfFirst: 1)
        let kept = try #require(forgot.checks.first { $0.name == .acknowledgedSalesKept })
        #expect(kept.result == .violated && kept.detail.contains("item 1"), "\(kept)")
        let own = forgot.items.map { $0.verdict.checks.first { $0.name == .acknowledgedSalesKept }?.result }
        #expect(own == [.violated, .upheld])
        let right = verdict(leftOfFirst: 0)
        #expect(right.checks.allSatisfy { $0.result != .violated }, "\(right.checks)")
        #expect(right.checks.first { $0.name == .acknowledgedSalesKept }?.result == .upheld)
        // Nobody knows of which item the unit is, where they were not read one by one.
        let unread = verdict(leftOfFirst: 1, areRead: false)
        #expect(unread.checks.first { $0.name == .acknowledgedSalesKept }?.result != .upheld, "\(unread.checks)")
        #expect(unread.checks.first { $0.name == .exactAccounting }?.result == .inconclusive, "\(unread.checks)")
    }
}
