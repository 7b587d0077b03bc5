extension Scenario {
    /// What the numbers of a scenario may be.
    package enum Bounds {
        package static let procs = 1...512
        /// In each process.
        package static let threads = 1...10_000
        /// On each thread.
        package static let clients = 1...10_000
        package static let units = 1...1_000_000_000
        package static let buyers = 1...20_000_000
        package static let purchasesPerBuyer = 1...10_000
        package static let attempts = 1...1000
        package static let quantity = 1...1_000_000
        /// Purchases of which one is asked for again.
        package static let repeatEvery = 1...1_000_000
        /// Purchases a second.
        package static let rate = 0.001...10_000_000
        /// Extra rushes.
        package static let bursts = 0...1000
        /// A day.
        package static let nanoseconds: ClosedRange<UInt64> = 0...86_400_000_000_000
    }

    /// Whether its numbers can be those of a run. One that was read from a file may have any.
    package var isPlausible: Bool {
        Bounds.units.contains(units) && Bounds.buyers.contains(buyers)
            && Bounds.purchasesPerBuyer.contains(purchasesPerBuyer) && Bounds.attempts.contains(attempts)
            && Bounds.quantity.contains(quantity.min) && Bounds.quantity.contains(quantity.max)
            && quantity.min <= quantity.max && (repeatEvery.map(Bounds.repeatEvery.contains) ?? true)
            && Bounds.procs.contains(procs) && Bounds.threads.contains(threads)
            && Bounds.clients.contains(clients) && totalPurchases <= Bounds.buyers.upperBound
            && (items.map { $0.isPlausible && $0.units == units } ?? true)
            && (phases?.isPlausible ?? true) && pace.isPlausible && pace.burstBuyers <= buyers
    }

    /// Why a text is no quantity.
    package struct QuantityProblem: Error {
        package var message: String

        package init(_ message: String) { self.message = message }
    }

    /// Reads the bounds of a range such as `1..50`, which may be the wrong way round.
    package static func bounds(_ text: String) -> (lower: Int, upper: Int)? {
        let bounds = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2, let lower = Int(bounds[0]), let upper = Int(bounds[1]) else { return nil }
        return (lower, upper)
    }

    /// Reads a quantity: `2`, or a range such as `1..3`.
    package static func quantity(_ text: String) throws(QuantityProblem) -> Range {
        let bounds = Int(text).map { ($0, $0) } ?? Self.bounds(text)
        guard let (lower, upper) = bounds, Bounds.quantity.contains(lower), Bounds.quantity.contains(upper),
            lower <= upper
        else {
            throw QuantityProblem(
                "a number from \(Bounds.quantity.lowerBound) to \(Bounds.quantity.upperBound), or a range such as 1..3, is wanted; found \(text.isEmpty ? "nothing" : text)"
            )
        }
        return Range(min: lower, max: upper)
    }
}

extension Pace {
    fileprivate var isPlausible: Bool {
        let times = Scenario.Bounds.nanoseconds
        return rate?.isPlausible != false && durationNanoseconds != 0 && times.contains(durationNanoseconds ?? 1)
            && times.contains(warmUpNanoseconds) && Scenario.Bounds.bursts.contains(bursts.count)
            && bursts.allSatisfy {
                Scenario.Bounds.buyers.contains($0.buyers) && times.contains($0.atNanoseconds)
                    && $0.atNanoseconds < durationNanoseconds ?? .max
            }
    }
}

extension Rate {
    /// A number that is none is in no range.
    fileprivate var isPlausible: Bool {
        let most = Scenario.Bounds.rate.upperBound
        return (0...most).contains(from) && (0...most).contains(to) && Scenario.Bounds.rate.contains(max(from, to))
            && Scenario.Bounds.nanoseconds.contains(rampNanoseconds) && (rampNanoseconds > 0 || from == to)
    }
}
