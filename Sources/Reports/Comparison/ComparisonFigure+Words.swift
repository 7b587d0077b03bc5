package import FlashSale

extension ComparisonFigure {
    /// In a sentence: `throughput`.
    package var name: String {
        switch self {
        case .sold: "units sold"
        case .undersold: "units left unsold"
        case .gaveUp: "purchases that gave up"
        case .attemptsPerWin: "attempts per win"
        case .commandsPerWin: "commands per win"
        case .attemptsPerSecond: "throughput"
        case .sellOutSeconds: "time to sell out"
        case .winP50: "p50 of a win"
        case .winP99: "p99 of a win"
        case .serverCPUPerWin: "server CPU per win"
        }
    }

    /// Over a column; short.
    var heading: String {
        switch self {
        case .sold: "sold"
        case .undersold: "unsold"
        case .gaveUp: "gave up"
        case .attemptsPerWin: "tries/win"
        case .commandsPerWin: "cmds/win"
        case .attemptsPerSecond: "tries/s"
        case .sellOutSeconds: "sold out"
        case .winP50: "p50"
        case .winP99: "p99"
        case .serverCPUPerWin: "cpu/win"
        }
    }

    /// With its unit, as people read it; `never` and `no win` for what has no end.
    package func text(_ value: Double?) -> String {
        guard let value else { return NumberText.absent }
        guard value.isFinite else { return self == .sellOutSeconds ? "never" : "no win" }
        switch self {
        case .sold, .undersold, .gaveUp:
            return NumberText.grouped(value, places: value == value.rounded() ? 0 : 1)
        case .attemptsPerWin, .commandsPerWin: return NumberText.grouped(value, places: value < 99.5 ? 2 : 0)
        case .attemptsPerSecond: return NumberText.rate(value)
        case .sellOutSeconds: return NumberText.duration(seconds: value)
        case .winP50, .winP99: return NumberText.grouped(value / 1000, places: 3) + " ms"
        case .serverCPUPerWin: return NumberText.grouped(value, places: value < 99.5 ? 1 : 0) + " us"
        }
    }
}
