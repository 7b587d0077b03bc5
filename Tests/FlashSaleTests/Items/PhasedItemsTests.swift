import FactsTestSupport
import FlashSale
import Testing

/// Purchases that take their time, of several items: each item is judged by itself.
struct PhasedItemsTests {
    /// Small sales side by side, each of one item. Purchases take turns, as `--choice each` has it.
    private struct Model {
        var sales: [PhasedHistory]

        private func purchase(_ own: Int, of item: Int) -> Int { (own - 1) * sales.count + item + 1 }

        private func attempts(of item: Int) -> [Attempt] {
            sales[item].attempts.map { own in
                var attempt = own
                attempt.purchase = purchase(own.purchase, of: item)
                attempt.buyer = attempt.purchase
                attempt.id = attempt.purchase * 10 + own.number
                return attempt
            }
        }

        var verdict: Verdict {
            let items = sales.enumerated().map { ItemsForSale.Item(item: "item-\($0)", units: $1.units) }
            var scenario = Scenario(
                strategy: .init(name: "phased", yaml: ""), units: items.reduce(0) { $0 + $1.units }, buyers: 40,
                attempts: 8, procs: 1, threads: 8)
            scenario.items = ItemsForSale(items: items, choice: .each)
            let epochs = sales.enumerated().map { index, sale in
                var epoch = Epoch(
                    units: sale.units, stock: sale.left.map { .units($0) } ?? .unread,
                    ledger: sale.orders.map { orders in
                        Ledger(
                            orders: orders.map { .init(purchase: purchase($0, of: index)) }, isAtomic: false,
                            mergesRepeats: true)
                    })
                epoch.held = sale.held
                return ItemEpoch(item: items[index].item, epoch: epoch)
            }
            let histories = sales.indices.map { attempts(of: $0) }
            let all = History(histories.flatMap { $0 })
            var facts = RunFacts(
                RecordedAttempts(all, of: scenario, workers: [.init(index: 0, reported: Tally(all))]),
                rules: SaleRules(), epoch: .ofAll(epochs, span: nil))
            facts.items = epochs
            facts.rules.givesBack = true
            facts.rules.lapsesNanoseconds = sales.map(\.lapses).min()
            return Checks.judge(facts, items: histories.map { History($0) })
        }
    }

    private static func isViolated(_ checks: [CheckResult], _ name: CheckName) -> Bool {
        checks.contains { $0.name == name && $0.result == .violated }
    }

    @Test("no right sale of several items is accused of anything, and both checks of holds are made")
    func noFalseAlarm() {
        var upheld: [CheckName: Int] = [:]
        for number in 0..<3000 {
            let model = Model(sales: (0..<3).map { PhasedHistory(seed: UInt64(5_000_000 + 3 * number + $0)) })
            let verdict = model.verdict
            let bad = verdict.checks.filter { $0.result == .violated }
            #expect(bad.isEmpty, "\(number): \(bad)")
            for check in verdict.checks where check.result == .upheld { upheld[check.name, default: 0] += 1 }
        }
        #expect(upheld[.heldThenSold, default: 0] > 100 && upheld[.givenBackOnce, default: 0] > 100, "\(upheld)")
    }

    /// The others have units to spare, or were sold out rightly: the one that is wrong is named all the same, and only that.
    @Test(
        "the item that is wrong is named, and no other",
        arguments: [PhasedHistory.Mistake.givesTwice, .paysLate, .losesOrder])
    func oneIsWrong(_ mistake: PhasedHistory.Mistake) throws {
        let name = mistake == .givesTwice ? CheckName.givenBackOnce : .heldThenSold
        // All of a run lapse alike.
        var right: [UInt64: [PhasedHistory]] = [:]
        for number in 0..<2000 {
            let history = PhasedHistory(seed: UInt64(6_000_000 + number))
            right[history.lapses, default: []].append(history)
        }
        var found = 0
        for number in 0..<10_000 {
            let wrong = PhasedHistory(seed: UInt64(7_000_000 + number), mistake: mistake)
            guard Self.isViolated(Checks.ofSale(wrong.facts), name) else { continue }
            let others = try #require(right[wrong.lapses])
            let place = number % 3
            var sales = [others[number % others.count], others[(number + 1) % others.count]]
            sales.insert(wrong, at: place)
            let verdict = Model(sales: sales).verdict
            #expect(Self.isViolated(verdict.checks, name))
            #expect(verdict.checks.first { $0.name == name }?.detail.contains("item item-\(place)") == true)
            for (index, item) in verdict.items.enumerated() {
                #expect(Self.isViolated(item.verdict.checks, name) == (index == place), "\(number): item \(index)")
                if index != place { #expect(item.verdict.result != .violated, "\(number): item \(index)") }
            }
            found += 1
            if found == 300 { break }
        }
        #expect(found > 100)
    }

    @Test("what is on hold of all items is known where that of each is")
    func heldOfAll() {
        func item(_ name: String, _ held: Int?) -> ItemEpoch {
            var epoch = Epoch(units: 5, stock: .units(3))
            epoch.held = held
            return ItemEpoch(item: name, epoch: epoch)
        }
        #expect(Epoch.ofAll([item("tea", 1), item("cup", 2)], span: nil).held == 3)
        #expect(Epoch.ofAll([item("tea", 1), item("cup", nil)], span: nil).held == nil)
        #expect(Epoch.ofAll([item("tea", nil)], span: nil).held == nil)
    }
}
