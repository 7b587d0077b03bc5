internal import Charts
internal import FlashSale

/// What is marked in all pictures over time.
extension RunCharts {
    /// What is wrong first, then faults, other changes of the stock, and restocks.
    ///
    /// - Parameters:
    ///   - origin: CLOCK_MONOTONIC at the start of the axis.
    ///   - length: of the axis, in nanoseconds.
    static func notes(of results: RunResults, since origin: UInt64, length: Double) -> [Note] {
        func place(_ instant: UInt64) -> Double {
            instant < origin ? -Double(origin - instant) : Double(instant - origin)
        }
        func note(_ kind: Note.Kind, _ what: String, _ start: UInt64, _ end: UInt64?) -> Note? {
            let (from, to) = (place(start), end.map(place))
            guard from <= length, (to ?? from) >= 0 else { return nil }
            let times = to.map { "\(instant(from)) to \(instant(max($0, from)))" } ?? "\(instant(from))"
            return Note(
                kind, from: max(0, from), to: to.map { min(length, max($0, from, 0)) }, text: "\(what), \(times)")
        }
        let faults = (results.record.faults ?? []).compactMap { fault in
            fault.beganNs.flatMap { note(.fault, ForeignText.shown(fault.fault, limit: 60), $0, fault.endedNs) }
        }
        let broken = Set((results.record.faults ?? []).filter { $0.beganNs != nil }.map(\.kind))
        let resets = results.facts.resets.filter { !broken.contains($0.kind) }
            .compactMap { note(.fault, "\($0.kind.rawValue): stock changed", $0.startedNs, $0.endedNs) }
        let restocks = results.facts.epoch.restocks.compactMap {
            note(.event, "restock of \($0.units.counted("unit"))", $0.invokedNs, $0.returnedNs)
        }
        return alarms(results.record.checks).filter { $0.start <= length } + faults + resets + restocks
    }

    /// Since when which checks are violated.
    private static func alarms(_ checks: [RunRecord.Check]) -> [Note] {
        var names: [UInt64: [String]] = [:]
        for check in checks where check.result == .violated {
            if let since = check.sinceNs { names[since, default: []].append(check.name.rawValue) }
        }
        return names.sorted { $0.key < $1.key }.prefix(4).map { since, names in
            Note(
                .alarm, from: Double(since),
                text: "impossible since \(instant(Double(since))) (\(names.joined(separator: ", ")))")
        }
    }
}
