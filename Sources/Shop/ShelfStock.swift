internal import FlashSale
internal import Strategies

/// What a probe found on all shelves, or in the one place where the stock is.
struct ShelfStock {
    /// Of each shelf, below 0 as well; nil where its stock is gone.
    private var shelves: [Int?] = []
    /// What parts of a sum have less than nothing, together.
    private var partsBelowZero = 0
    /// The first of these, in words.
    private var lowPart: String?
    /// Why that is not all.
    private var problem: FinalStock?

    init() {}

    init(_ problem: FinalStock) { self.problem = problem }

    /// - Parameters:
    ///   - numbers: that the probe's requests gave on one shelf; nil for nothing.
    ///   - commands: of that shelf.
    mutating func add(_ numbers: [Int?], of probe: Strategy.Probe, _ commands: SaleCommands) {
        var known: [Int] = []
        for (number, missing) in zip(numbers, commands.missing(of: probe)) {
            guard let number = number ?? missing else { return shelves.append(nil) }
            known.append(number)
        }
        for (index, place) in probe.parts.enumerated() where known[place] < 0 {
            lowPart = lowPart ?? "part \(index + 1) of the sum fell to \(known[place].grouped)"
            guard probe.belowZeroIsSoldOut else { continue }
            partsBelowZero = Self.added(partsBelowZero, known[place])
            known[place] = 0
        }
        guard let units = commands.units(of: probe, from: known) else {
            problem = Self.tooLarge
            return
        }
        shelves.append(units)
    }

    private static let tooLarge = FinalStock.unreadable("the probe's numbers are too large to be added")

    /// What shelves, or parts of a sum, have less than nothing.
    var belowZero: Int { shelves.lazy.compactMap { $0 }.filter { $0 < 0 }.reduce(partsBelowZero, Self.added) }

    /// Of two numbers below 0; the lowest that there is where their sum is lower.
    private static func added(_ one: Int, _ other: Int) -> Int { max(one, .min - other) + other }

    /// All units together. A shelf or a part below 0 has sold what others still have, which no sum may hide.
    var inAll: FinalStock {
        let sum = sum(of: shelves)
        guard case .units(let units) = sum, units >= 0, let low = lowShelf ?? lowPart else { return sum }
        return .unreadable("\(low), while \(units.grouped) are left in all")
    }

    private var lowShelf: String? {
        guard shelves.count > 1, let low = shelves.firstIndex(where: { $0 ?? 0 < 0 }), let below = shelves[low] else {
            return nil
        }
        return "shelf \(low + 1) fell to \(below.grouped)"
    }

    /// The same where a number below 0 means that nothing is left.
    var nothingBelowZero: FinalStock { sum(of: shelves.map { $0.map { max(0, $0) } }) }

    private func sum(of shelves: [Int?]) -> FinalStock {
        if let problem { return problem }
        var sum = 0
        for (index, units) in shelves.enumerated() {
            guard let units else {
                if shelves.allSatisfy({ $0 == nil }) { return .absent }
                // What the others have is not all that there may be.
                return .unreadable("the stock of shelf \(index + 1) is gone (the probe answered nil)")
            }
            let next = sum.addingReportingOverflow(units)
            guard !next.overflow else { return Self.tooLarge }
            sum = next.partialValue
        }
        return .units(sum)
    }
}
