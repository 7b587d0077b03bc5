/// The units that a threshold may be written in.
extension ThresholdFigure.Measure {
    /// Whether a value may be exactly what is wanted.
    var isCounted: Bool {
        switch self {
        case .units, .purchases, .attempts: true
        case .perSecond, .time, .ratio, .share: false
        }
    }

    /// What a number with this unit is multiplied by; nil for a unit that the figure does not have.
    func scale(of unit: String) -> (factor: Double, isShare: Bool)? {
        switch (self, unit) {
        case (.units, ""), (.purchases, ""), (.attempts, ""), (.ratio, ""): (1, false)
        case (.units, "%"), (.purchases, "%"), (.attempts, "%"): (1, true)
        case (.perSecond, ""), (.perSecond, "/s"): (1, false)
        case (.time, "us"), (.time, "µs"): (1, false)
        case (.time, "ms"): (1000, false)
        case (.time, "s"): (1_000_000, false)
        case (.time, "min"): (60_000_000, false)
        // In percent already.
        case (.share, "%"): (1, false)
        default: nil
        }
    }

    /// What to say where the unit is another.
    func wantedUnit(_ name: String, _ number: String) -> String {
        switch self {
        case .units, .purchases, .attempts: "\(name) is a number, or a share with %"
        case .perSecond: "\(name) is a number a second, with or without /s"
        case .time: "\(name) is a time and needs its unit, one of us, ms, s and min, such as 5ms"
        case .ratio: "\(name) is a plain number"
        case .share: "\(name) is a share and needs %, such as 1%"
        }
    }
}
