internal import FlashSale

/// What is wrong with a row.
extension LogAttempts {
    func refusal(
        _ problem: LogTime.Problem, of cell: UnsafeRawBufferPointer, _ column: String, _ unit: TimeUnit?, _ line: Int
    ) -> RunError {
        let found = CSVExcerpt.quoted(cell)
        let start = "\(path), line \(line), column \(column): "
        switch problem {
        case .noUnit:
            return RunError(
                .usage,
                "\(start)found the number \(found), and nobody says what it counts; add ns, us, ms, s or epoch, such as --map 'invoked=\(column):ms'"
            )
        case .noTime:
            let wanted = unit.map { "a number (of \($0.rawValue)) or a time of ISO 8601" } ?? "a time of ISO 8601"
            return RunError(.badData, "\(start)wanted \(wanted), such as 2026-05-01T12:00:00.123Z, found \(found)")
        case .noZone:
            return RunError(
                .badData,
                "\(start)wanted a time with its zone, such as Z or +02:00, found \(found); without it nobody knows what was first"
            )
        case .negative: return RunError(.badData, "\(start)wanted a time since 1970 or a duration, found \(found)")
        case .outOfRange:
            let wanted =
                unit == .epoch
                ? "seconds, ms, us or ns since 1970, of 10, 13, 16 or 19 digits" : "a time before the year 2262"
            return RunError(.badData, "\(start)wanted \(wanted), found \(found); is the unit right?")
        }
    }

    func damage(_ field: LogField, _ line: Int, _ reason: String) -> RunError {
        RunError(.badData, "\(path), line \(line), \(field.word) (column \(column(of: field))): \(reason)")
    }

    func nothing(_ field: LogField, _ line: Int, _ advice: String) -> RunError {
        damage(field, line, "wanted a value, found nothing; \(advice)")
    }

    func neverReturned(_ outcome: Outcome, _ line: Int) -> RunError {
        damage(
            .returned, line,
            "wanted the time at which the attempt returned, since its outcome is \(outcome.word), found nothing; only an unknown attempt may have no end"
        )
    }

    func noOutcome(_ cell: UnsafeRawBufferPointer, _ line: Int) -> RunError {
        let found = cell.isEmpty ? "an empty cell" : CSVExcerpt.quoted(cell)
        guard mapping.outcomes != nil else {
            return damage(
                .outcome, line,
                "wanted one of \(Outcome.allCases.map(\.word).joined(separator: ", ")), found \(found); say what it means, such as \(LogTool.outcomesExample)"
            )
        }
        let value = ForeignText.shown(cell, limit: CSVExcerpt.limit)
        return damage(
            .outcome, line,
            "found \(found), which --outcomes does not name; add '\(value)=…' with what it means, or '*=unknown' for all others"
        )
    }

    private func column(of field: LogField) -> String {
        let slots =
            switch field {
            case .invoked: plan.invoked.first.map(\.slot)
            case .returned: (plan.returned.first + plan.returned.second).map(\.slot)
            default: plan.slots[field.rawValue]
            }
        return slots.map { plan.columns[$0] }.joined(separator: "|")
    }
}
