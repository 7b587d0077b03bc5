/// One planned fault: what is broken, when, for how long, and how much of it.
package struct Fault: Codable, Sendable, Equatable {
    /// When it begins.
    package enum Moment: Codable, Sendable, Equatable {
        /// So many nanoseconds after the doors opened.
        case time(nanoseconds: UInt64)
        /// Once buyers were told that so much of the stock is theirs: from 0 to 1.
        case sold(share: Double)
    }

    package var kind: FaultKind
    package var moment: Moment
    /// Nanoseconds; nil where it is over at once. ``FaultDescription/untilTheEnd`` for the whole run.
    package var lengthNanoseconds: UInt64?
    /// From 0 (not included) to 1; nil where there is nothing to share.
    package var share: Double?

    /// - Parameters:
    ///   - lengthNanoseconds: nil for the kind's own.
    ///   - share: nil for the kind's own.
    package init(_ kind: FaultKind, at moment: Moment, lengthNanoseconds: UInt64? = nil, share: Double? = nil) {
        self.kind = kind
        self.moment = moment
        self.lengthNanoseconds = lengthNanoseconds ?? kind.description.length
        self.share = share ?? kind.description.share
    }

    /// As `--fault` takes it.
    package var text: String {
        var text = kind.rawValue + "@"
        switch moment {
        case .time(let nanoseconds): text += Self.duration(nanoseconds)
        case .sold(let share): text += Self.percent(share)
        }
        if let lengthNanoseconds, lengthNanoseconds != kind.description.length {
            text += "+" + Self.duration(lengthNanoseconds)
        }
        if let share, share != kind.description.share { text += ":" + Self.percent(share) }
        return text
    }

    private static func duration(_ nanoseconds: UInt64) -> String {
        let microseconds = nanoseconds / 1000
        if microseconds.isMultiple(of: 1_000_000) { return "\(microseconds / 1_000_000)s" }
        return microseconds.isMultiple(of: 1000) ? "\(microseconds / 1000)ms" : "\(microseconds)us"
    }

    private static func percent(_ share: Double) -> String {
        let percent = share * 100
        return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }
}
