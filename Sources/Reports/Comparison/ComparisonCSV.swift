package import FlashSale

/// `compare.csv`: a row for each subject and, behind these, for each baseline. `compare-differences.csv`: a row for each test.
package enum ComparisonCSV {
    package static let columns =
        ["subject", "role", "verdict", "runs", "upheld_runs", "violated_runs", "inconclusive_runs"]
        + ComparisonFigure.allCases.flatMap { figure in
            ["median", "min", "max"].map { "\(figure.rawValue)_\($0)" }
        }

    package static let differenceColumns = [
        "figure", "subject", "other", "subject_median", "other_median", "p", "corrected_p", "beyond_spread", "ahead",
        "better",
    ]

    /// A figure that nobody knows is empty, and one without an end `infinity`.
    package static func write<Sink: ByteSink & ~Copyable>(_ record: ComparisonRecord, to sink: inout Sink) {
        sink.append(row: columns)
        for subject in record.subjects { sink.append(row: row(subject, "subject")) }
        for subject in record.baseline ?? [] { sink.append(row: row(subject, "baseline")) }
    }

    package static func writeDifferences<Sink: ByteSink & ~Copyable>(
        _ record: ComparisonRecord, to sink: inout Sink
    ) {
        sink.append(row: differenceColumns)
        for difference in record.differences + (record.againstBaseline ?? []) {
            sink.append(row: [
                difference.figure.rawValue, difference.subject, difference.other, cell(difference.subjectMedian),
                cell(difference.otherMedian), difference.p.fixed(places: 6) ?? "",
                difference.correctedP.flatMap { $0.fixed(places: 6) } ?? "", "\(difference.beyondSpread)",
                difference.ahead ?? "", difference.better ?? "",
            ])
        }
    }

    private static func row(_ subject: ComparisonSubject, _ role: String) -> [String] {
        [
            subject.name, role, subject.verdict.rawValue, "\(subject.runs.count)", "\(subject.upheld)",
            "\(subject.violated)", "\(subject.inconclusive)",
        ]
            + ComparisonFigure.allCases.flatMap { figure -> [String] in
                guard let spread = subject[figure] else { return ["", "", ""] }
                return [spread.median, spread.min, spread.max].map(cell)
            }
    }

    private static func cell(_ value: Double) -> String {
        value.isFinite ? value.fixed(places: 6) ?? "" : "infinity"
    }
}
