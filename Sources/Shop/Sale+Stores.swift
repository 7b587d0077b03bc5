internal import CLinux
package import FlashSale
internal import Host
internal import Stores
internal import Strategies

/// Other stores that have a part in the sale: whether they can be asked, whether they agree, and whether they are through.
extension Sale {
    /// - Throws: ``RunError`` with 64 or 69 for the first of them that cannot be asked.
    package func checkStores() throws(RunError) {
        for question in commands.questions { try stores.check(question) }
    }

    /// Leaves the stores as they are, and closes what was opened to ask them.
    package func closeStores() { stores.close() }

    // MARK: Whether they agree

    /// - Throws: ``RunError`` with 64 if one does not have the units of the sale.
    mutating func readOtherStocksAtOpening() throws(RunError) {
        for probe in strategy.otherStocks {
            let stock = try readStock(by: probe)
            guard stock != .units(units) else { continue }
            throw RunError(
                .usage,
                "\(strategy.file):\(probe.calls.first?.line ?? 1): after open, every probe (stock:) should find the \(units) units of the sale; "
                    + "this one finds \(stock.inWords)")
        }
    }

    /// For how long stores that differ are asked again: what a service writes after its answer, it writes soon.
    private static var patienceNanoseconds: UInt64 { 3_000_000_000 }

    /// What was read once the doors were closed.
    package struct End {
        package var stock: FinalStock
        /// Of these, the units on hold; nil where they are not counted apart.
        package var held: Int?
        package var ledger: Ledger?
        package var ledgerProblem: String?
        /// What stores said that keep the same thing.
        package var stores: [StoreComparison]
    }

    /// Reads the stock and the orders. Where several stores keep the same thing and differ, all are read again for a while.
    package mutating func readEnd() -> End {
        let deadline = Clock.nanoseconds() + Self.patienceNanoseconds
        while true {
            var end = readAccount()
            end.stores = stockComparisons(end.stock) + ledgerComparisons(end.ledger)
            guard end.stores.contains(where: \.differs), Clock.nanoseconds() < deadline, Interruption.requests < 2
            else { return end }
            Clock.sleep(until: Clock.nanoseconds() + 200_000_000)
        }
    }

    /// Reads the stock, with what is on hold, and the orders, once. Stores that keep the same thing are not compared.
    package mutating func readAccount() -> End {
        var stock = finalStock()
        let held = takeHeld(into: &stock)
        let (ledger, problem) = ledger()
        return End(stock: stock, held: held, ledger: ledger, ledgerProblem: problem, stores: [])
    }

    /// Adds what is on hold to what is left: neither is sold. A count that fell below 0 stands for no unit, and takes none of those that are
    /// left away: it would hide that there are too many.
    private mutating func takeHeld(into stock: inout FinalStock) -> Int? {
        guard let probe = strategy.held else { return nil }
        do throws(RunError) {
            guard case .units(let left) = stock else { return nil }
            switch try readStock(by: probe) {
            case .units(let held):
                let sum = left.addingReportingOverflow(max(0, held))
                guard !sum.overflow else {
                    stock = .unreadable("\(left) left and \(held) held are more than can be counted")
                    return nil
                }
                stock = .units(sum.partialValue)
                return held
            case .absent: stock = .unreadable("what is held could not be counted: the probe of held: answered nil")
            case .unreadable(let reason): stock = .unreadable("what is held could not be counted: \(reason)")
            case .unread: break
            }
        } catch {
            stock = .unreadable("what is held could not be counted: \(error.message)")
        }
        return nil
    }

    private mutating func stockComparisons(_ first: FinalStock) -> [StoreComparison] {
        var comparisons: [StoreComparison] = []
        for probe in strategy.otherStocks {
            var comparison = StoreComparison(
                .stock, first: Self.name(of: strategy.stock.calls), other: Self.name(of: probe.calls))
            do throws(RunError) {
                let other = try readStock(by: probe)
                comparison.compare(first, with: other)
            } catch {
                comparison.problem = error.message
            }
            comparisons.append(comparison)
        }
        return comparisons
    }

    private mutating func ledgerComparisons(_ first: Ledger?) -> [StoreComparison] {
        var comparisons: [StoreComparison] = []
        for (number, rule) in strategy.otherLedgers.enumerated() {
            var comparison = StoreComparison(
                .orders, first: Self.name(of: [strategy.ledger?.read].compactMap { $0 }),
                other: Self.name(of: [rule.read].compactMap { $0 }))
            let (other, problem) = ledger(by: rule, number: number + 1)
            if let first, let other {
                comparison.compare(first, with: other)
            } else {
                comparison.problem = problem ?? "the orders of the first store could not be read"
            }
            comparisons.append(comparison)
        }
        return comparisons
    }

    /// `redis (line 12)`.
    private static func name(of calls: [Strategy.Call]) -> String {
        guard let call = calls.first else { return "Redis" }
        let kind =
            if case .query(let query) = call {
                switch query.words {
                case .redis: "redis"
                case .sql: "sql"
                case .http: "http"
                case .run: "run"
                }
            } else {
                "redis"
            }
        return "\(kind) (line \(call.line))"
    }

    // MARK: Whether they are through

    /// Waits until what the file says under `drain:` holds.
    ///
    /// - Returns: nil where it says nothing.
    package mutating func waitUntilDrained() -> DrainRecord? {
        guard let drain = strategy.drain else { return nil }
        let start = Clock.nanoseconds()
        let deadline = start + drain.withinNanoseconds
        var pause: UInt64 = 5_000_000
        while true {
            let left = drain.conditions.compactMap { unmet($0) }
            let now = Clock.nanoseconds()
            if left.isEmpty || now >= deadline || Interruption.requests >= 2 {
                return DrainRecord(seconds: Double(now - start) / 1e9, left: left)
            }
            Clock.sleep(until: min(deadline, now + pause))
            pause = min(200_000_000, pause * 2)
        }
    }

    /// - Returns: what a condition lacks, for people; nil where it holds.
    private mutating func unmet(_ condition: Strategy.Drain.Condition) -> String? {
        go(to: 0)
        defer { goHome() }
        do throws(RunError) {
            switch try number(of: commands.request(of: condition)) {
            case .number(let number):
                return condition.comparison.holds(number, condition.number)
                    ? nil : "\(condition.text), and it is \(number.grouped)"
            // A list or stream that is gone has nothing left.
            case .nothing:
                return condition.comparison.holds(0, condition.number) ? nil : "\(condition.text), and there is nothing"
            case .another(let text): return "\(condition.text), and the answer is \(text)"
            }
        } catch {
            return "\(condition.text), and \(error.message)"
        }
    }
}
