/// One direction of a picture: what it shows, from where to where.
package struct Axis: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case linear
        /// Values above 0.
        case logarithmic
        /// Parts of a whole, from 0 to the upper bound, which is below 1.
        case percentile
        /// A band for each name; a value is the place of one.
        case bands([String])
    }

    package var kind: Kind
    package var range: ClosedRange<Double>
    package var measure: Measure
    package var title: String

    package init(_ title: String, _ range: ClosedRange<Double>, kind: Kind = .linear, measure: Measure = .count) {
        self.title = title
        self.range = range
        self.kind = kind
        self.measure = measure
    }

    package init(_ title: String, bands: [String]) {
        self.init(title, 0...Double(max(1, bands.count)), kind: .bands(bands))
    }

    func scale(from start: Double, to end: Double) -> any Scale {
        switch kind {
        case .linear: LinearScale(range, from: start, to: end)
        case .logarithmic: LogarithmicScale(range, from: start, to: end)
        case .percentile: PercentileScale(upTo: range.upperBound, from: start, to: end)
        case .bands(let names): BandScale(names.count, from: start, to: end)
        }
    }

    /// The title, with the unit that the ticks are in.
    var titleWithUnit: String {
        guard kind == .linear, let unit = measure.unit(range).name else { return title }
        return "\(title), \(unit)"
    }

    /// At most so many ticks, without regard to the room that their texts take.
    package func ticks(atMost count: Int) -> [Tick] {
        switch kind {
        case .linear:
            let unit = measure.unit(range).size
            let scaled = range.lowerBound / unit...range.upperBound / unit
            let step = NiceNumbers.step(scaled, atMost: count, wholes: measure == .count)
            let values = NiceNumbers.multiples(of: step, in: scaled)
            return zip(values, Measure.texts(values, step: step)).map { Tick($0 * unit, $1) }
        case .logarithmic:
            let all = NiceNumbers.powers(in: range)
            let apart = max(1, (all.count + count - 1) / max(1, count))
            return NiceNumbers.powers(in: range, apart: apart).map { Tick($0, measure.text($0)) }
        case .percentile:
            let names = ["0%", "50%", "90%", "99%", "99.9%", "99.99%", "99.999%", "99.9999%", "99.99999%"]
            let parts = [0, 0.5] + (1...7).map { PercentileScale.part(nines: Double($0)) }
            return zip(parts, names).filter { $0.0 <= range.upperBound + 1e-12 }.map { Tick($0, $1) }
        case .bands(let names):
            let apart = max(1, (names.count + count - 1) / max(1, count))
            return stride(from: 0, to: names.count, by: apart).map { Tick(Double($0), names[$0]) }
        }
    }
}
