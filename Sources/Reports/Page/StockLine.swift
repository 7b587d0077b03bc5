internal import Charts
internal import FlashSale

/// How many units were left over time, as far as anybody was told: a line that breaks wherever something else than a sale
/// changed the stock, since nobody knows how it went there.
struct StockLine {
    /// What was told between two such changes.
    private(set) var pieces: [[Layer.Point]] = []
    /// What was read when all clients were gone; nil where nobody knows.
    private(set) var end: Layer.Point?
    /// Units that were given to the sale, over time.
    private(set) var forSale: [Layer.Point] = []

    init(_ series: SaleSeries, _ results: RunResults) {
        guard let start = series.startNanoseconds else { return }
        let epoch = results.facts.epoch
        let length = Double(series.widthNanoseconds) * Double(series.steps.count)
        func place(_ instant: UInt64) -> Double {
            min(length, instant < start ? 0 : Double(instant - start))
        }
        var breaks = epoch.restocks.map { (start: place($0.invokedNs), end: place($0.returnedNs ?? $0.invokedNs)) }
        breaks += results.facts.resets.map { (place($0.startedNs), place($0.endedNs)) }
        // What is left of one item says nothing of the others.
        let told = results.facts.items.isEmpty ? series.steps : []
        var known = told.enumerated().compactMap { index, step in
            step.remaining.map {
                Layer.Point((Double(index) + 0.5) * Double(series.widthNanoseconds), Double($0))
            }
        }
        known.insert(.init(0, Double(epoch.units)), at: 0)
        for reset in results.facts.resets {
            if case .units(let units) = reset.after { known.append(.init(place(reset.endedNs), Double(units))) }
        }
        for point in known.sorted(by: { $0.x < $1.x }) {
            let last = pieces.last?.last
            // A change within the step of a point may have come before it or after it.
            let isBroken = last.map { last in breaks.contains { $0.end >= last.x && $0.start <= point.x } } ?? true
            if isBroken { pieces.append([point]) } else { pieces[pieces.count - 1].append(point) }
        }
        // The opening alone tells nothing of the course, and of several items nobody is told what is left of all.
        if known.count == 1 || !results.facts.items.isEmpty { pieces = [] }
        if case .units(let units) = epoch.stock { end = .init(length, Double(units)) }
        forSale = Self.forSale(epoch, place: place, length: length)
    }

    /// What restocks that were answered added to the opening.
    private static func forSale(_ epoch: Epoch, place: (UInt64) -> Double, length: Double) -> [Layer.Point] {
        var units = Double(epoch.units)
        var points = [Layer.Point(0, units)]
        let answered = epoch.restocks.compactMap { restock in restock.returnedNs.map { (restock, $0) } }
        for (restock, returned) in answered.sorted(by: { $0.1 < $1.1 }) {
            units += Double(restock.units)
            points.append(.init(place(returned), units))
        }
        return points + [.init(length, units)]
    }

    var values: [Double] { pieces.joined().map(\.y) + forSale.map(\.y) + (end.map { [$0.y] } ?? []) }
}
