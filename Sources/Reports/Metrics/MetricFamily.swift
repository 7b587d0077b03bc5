/// Figures of one name, as OpenMetrics has them.
struct MetricFamily: Sendable, Equatable {
    /// Of OpenMetrics' types those that are used here.
    enum Kind: String, Sendable {
        case counter, gauge, info, summary, stateset
    }

    struct Sample: Sendable, Equatable {
        /// Behind the family's name, such as `_total`; empty for none.
        var suffix = ""
        var labels: [(name: String, value: String)] = []
        var value: Double

        static func == (left: Self, right: Self) -> Bool {
            left.suffix == right.suffix && left.value == right.value
                && left.labels.map(\.name) == right.labels.map(\.name)
                && left.labels.map(\.value) == right.labels.map(\.value)
        }
    }

    /// Ends with its unit, where it has one; without a sample's suffix.
    var name: String
    var kind: Kind
    var unit: String?
    /// A sentence.
    var help: String
    var samples: [Sample]
}
