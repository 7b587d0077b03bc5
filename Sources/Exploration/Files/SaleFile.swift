package import FlashSale
package import Strategies

/// A strategy file whose buyers ask a service or programs, as it is explored: it says how the sale opens, what a buyer does, what answers
/// mean, and where stock and orders are.
package struct SaleFile: Sendable, Equatable {
    package var strategy: Strategy
    package var source: Scenario.StrategySource
    /// Of each purchase, at most.
    package var attempts = 1
    /// Whether a purchase goes on after an unknown attempt.
    package var retryUnknown = false
    /// That each buyer makes, all at once.
    package var purchasesPerBuyer = 1
    /// How many programs all purchases share that are asked line by line; nil where each purchase has one of its own.
    package var sharedPrograms: Int?

    package init(_ strategy: Strategy, from source: Scenario.StrategySource) {
        self.strategy = strategy
        self.source = source
    }

    /// - Parameter purchases: of all buyers together.
    func scenario(purchases: Int, units: Int, quantity: Int) -> Scenario {
        var scenario = Scenario(
            strategy: source, units: units,
            buyers: StrategySale.firstBuyer - 1 + (purchases + purchasesPerBuyer - 1) / purchasesPerBuyer,
            purchasesPerBuyer: purchasesPerBuyer, quantity: .init(min: quantity, max: quantity), attempts: attempts,
            procs: 1, threads: 1, clients: purchases)
        scenario.retryUnknown = retryUnknown
        return scenario
    }

    /// The number of a purchase, by its place from 0.
    func number(ofPurchase place: Int) -> Int { (StrategySale.firstBuyer - 1) * purchasesPerBuyer + 1 + place }

    /// Whether buyers do the same, whoever they are.
    var buyersAreAlike: Bool {
        // Two purchases of one cannot be exchanged freely with another's, nor can those who were told something of their own before.
        strategy.buyersAreAlike && purchasesPerBuyer == 1 && strategy.signIn.isEmpty
    }

    // MARK: Stores

    /// Whether the sale is opened by more than commands to the private Redis, so that putting back what that holds is not enough.
    var opensElsewhere: Bool {
        strategy.open.contains { call in if case .query(let query) = call { !query.isOfOwnRedis } else { false } }
            || !strategy.signIn.isEmpty
    }

    /// Whether something is asked that may itself ask the private Redis through the proxy.
    var asksThroughProxy: Bool {
        !strategy.signIn.isEmpty || strategy.drain != nil
            || strategy.storeQueries.contains { query in
                switch query.words {
                case .http, .run: true
                case .redis, .sql: false
                }
            }
    }

    /// Whether stock and orders can be read while commands are held.
    var canBeReadWhileHeld: Bool {
        let stocks = ([strategy.stock] + strategy.otherStocks).flatMap(\.calls)
        return !(stocks + strategy.ledgers.compactMap(\.read)).contains { call in
            guard case .query(let query) = call else { return false }
            switch query.words {
            case .http, .run: return true
            case .redis, .sql: return false
            }
        }
    }

    /// What beside the private Redis buyers' purchases may touch, in words for the user; nil where the file tells of nothing. Races there
    /// are not explored.
    ///
    /// - Parameter environment: what `$NAME` is looked up in.
    package func otherStore(environment: [String: String]) -> String? {
        for query in strategy.storeQueries where !query.isOfOwnRedis {
            let place = "\(strategy.file):\(query.line)"
            switch query.words {
            case .sql: return "a database (\(place))"
            case .redis: return "another Redis (\(place))"
            case .http where query.at != nil: return "another service (\(place))"
            case .http: continue
            case .run: return "what a program tells of (\(place))"
            }
        }
        guard let start = strategy.serviceStart else { return nil }
        for text in start.words + start.variables.map(\.value) {
            if text.values.contains(.run) { return "a folder of its own ({run})" }
            for piece in text.pieces {
                let value: String? =
                    switch piece {
                    case .text(let text): text
                    case .environment(let name): environment[name]
                    case .value: nil
                    }
                if let value, let scheme = Self.storeScheme(in: value) { return "what it is told of by \(scheme)://" }
            }
        }
        return nil
    }

    /// The scheme of a URL that is not of the web.
    private static func storeScheme(in text: String) -> Substring? {
        guard let colon = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<colon.lowerBound].suffix {
            $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))
        }
        return scheme.isEmpty || ["http", "https"].contains(scheme.lowercased()) ? nil : scheme
    }
}

extension Strategy.StoreQuery {
    /// Whether it asks the sale's own Redis.
    fileprivate var isOfOwnRedis: Bool { if case .redis = words { at == nil } else { false } }
}

extension StringProtocol {
    /// The end of it that holds throughout.
    fileprivate func suffix(_ holds: (Character) -> Bool) -> SubSequence {
        var start = endIndex
        while start > startIndex, holds(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
