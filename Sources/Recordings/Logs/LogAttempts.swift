internal import FlashSale

/// Makes attempts of the rows of somebody's log.
struct LogAttempts: Sendable {
    let plan: LogPlan
    let mapping: LogMapping
    let path: String
    private let hasDecimalComma: Bool

    var ids = TextIDs()
    private(set) var clocks = LogClocks()
    /// Rows that were read, and those of them that are attempts.
    private(set) var rows = 0
    private(set) var taken = 0
    /// The attempt that returned longest before it was invoked, by what its row says.
    private(set) var backward: (nanoseconds: Int64, line: Int)?

    private var known = KnownOutcomes()
    private var kinds: [[UInt8]?]
    /// A bit for each field that some row tells, and that some row does not.
    private var toldBits: UInt32 = 0
    private var untoldBits: UInt32 = 0
    private let (attempt, purchase, buyer, outcome): (LogSlots, LogSlots, LogSlots, LogSlots)
    private let (number, quantity, remaining, unit): (LogSlots, LogSlots, LogSlots, LogSlots)
    private let (worker, thread, client): (LogSlots, LogSlots, LogSlots)
    /// Columns that alone tell a time.
    private let (invokedPlace, returnedPlace): (LogPlan.Place?, LogPlan.Place?)
    private let hasFilters: Bool

    init(_ plan: LogPlan, _ mapping: LogMapping, path: String, hasDecimalComma: Bool) {
        self.plan = plan
        self.mapping = mapping
        self.path = path
        self.hasDecimalComma = hasDecimalComma
        kinds = plan.kinds.map { _ in nil }
        clocks.invoked.operation = plan.invoked.operation
        clocks.returned.operation = plan.returned.operation
        invokedPlace = plan.invoked.only
        returnedPlace = plan.returned.only
        hasFilters = !plan.filters.isEmpty
        func slots(_ field: LogField) -> LogSlots { LogSlots(plan.slots[field.rawValue]) }
        (attempt, purchase, buyer, outcome) = (slots(.attempt), slots(.purchase), slots(.buyer), slots(.outcome))
        (number, quantity, remaining, unit) = (slots(.number), slots(.quantity), slots(.remaining), slots(.unit))
        (worker, thread, client) = (slots(.worker), slots(.thread), slots(.client))
    }

    /// Fields that rows tell, of which checks may be made: not purchases and buyers where a row does not tell its own.
    var columns: AttemptsCSVReader.Columns {
        var columns: AttemptsCSVReader.Columns = [.invoked, .returned, .outcome]
        let fields: [(LogField, AttemptsCSVReader.Columns)] = [
            (.attempt, .attempt), (.purchase, .purchase), (.buyer, .buyer), (.worker, .worker), (.thread, .thread),
            (.client, .client), (.number, .number), (.quantity, .quantity), (.remaining, .remaining), (.unit, .unit),
        ]
        for (field, column) in fields where tells(field) {
            let isWhole = untoldBits & 1 << UInt32(field.rawValue) == 0
            if isWhole || (field != .purchase && field != .buyer) { columns.insert(column) }
        }
        return columns
    }

    func tells(_ field: LogField) -> Bool { toldBits & 1 << UInt32(field.rawValue) != 0 }

    // MARK: A row

    /// The attempt of a row; nil where the row is none (`--where`).
    ///
    /// - Parameters:
    ///   - line: in which the row starts.
    ///   - texts: gets what may be texts among the ids, which the attempt has only once they are settled.
    /// - Throws: ``RunError``: 65 where a cell does not say what it should, 64 where the mapping cannot be meant.
    @inline(__always)
    mutating func attempt(
        _ cells: borrowing LogCells, line: Int, _ texts: inout TextBatch
    ) throws(RunError) -> Attempt? {
        rows &+= 1
        if hasFilters {
            for (slot, filter) in plan.filters where !filter.admits(cells[slot]) { return nil }
        }
        if !kinds.isEmpty { try compareKinds(cells, line) }
        let outcome = try outcome(cells, line)
        guard let begun = try time(cells, .invoked, line) else {
            throw nothing(.invoked, line, "every attempt has a beginning")
        }
        var ended = try time(cells, .returned, line)
        if let end = ended, end < begun { noteBackward(from: begun, to: end, line) }
        // Whoever asked has gone, and the request may go on.
        if outcome == .unknown { ended = nil } else if ended == nil { throw neverReturned(outcome, line) }
        guard let id = attempt.isEmpty ? taken &+ 1 : self.id(cells, attempt, .attempt, &texts) else {
            throw nothing(.attempt, line, "give each attempt an id of its own")
        }
        let purchase = self.id(cells, purchase, .purchase, &texts) ?? id
        let buyer = self.id(cells, buyer, .buyer, &texts) ?? purchase
        let made = Attempt(
            id: id, purchase: purchase, buyer: buyer, worker: try whole(cells, worker, .worker, 0...65535, line) ?? 0,
            thread: try whole(cells, thread, .thread, 0...65535, line) ?? 0,
            client: try whole(cells, client, .client, 0...65535, line) ?? 0,
            number: try whole(cells, number, .number, 1...65535, line) ?? 1,
            invokedNanoseconds: UInt64(max(0, begun)), returnedNanoseconds: ended.map { UInt64(max(0, $0)) },
            outcome: outcome,
            quantity: try whole(cells, quantity, .quantity, 1...Int(Int32.max), line) ?? 1,
            remaining: try whole(cells, remaining, .remaining, -(1 << 53)...1 << 53, line),
            unit: try unit(cells, outcome, line))
        taken &+= 1
        return made
    }

    @inline(never)
    private mutating func noteBackward(from begun: Int64, to end: Int64, _ line: Int) {
        // A difference of two times may be as much below 0 as others are above.
        let (difference, overflow) = begun.subtractingReportingOverflow(end)
        let nanoseconds = overflow ? Int64.max : difference
        if (backward?.nanoseconds ?? 0) < nanoseconds { backward = (nanoseconds, line) }
    }

    @inline(__always)
    private mutating func note(_ field: LogField, _ isTold: Bool) {
        if isTold { toldBits |= 1 << UInt32(field.rawValue) } else { untoldBits |= 1 << UInt32(field.rawValue) }
    }

    @inline(__always)
    private mutating func id(
        _ cells: borrowing LogCells, _ slots: LogSlots, _ field: LogField, _ texts: inout TextBatch
    ) -> Int? {
        guard !slots.isEmpty else { return nil }
        let cell = slots.cell(cells)
        note(field, cell != nil)
        guard let cell else { return nil }
        return texts.add(cell)
    }

    @inline(__always)
    private mutating func whole(
        _ cells: borrowing LogCells, _ slots: LogSlots, _ field: LogField, _ range: ClosedRange<Int>, _ line: Int
    ) throws(RunError) -> Int? {
        guard !slots.isEmpty else { return nil }
        let cell = slots.cell(cells)
        note(field, cell != nil)
        guard let cell else { return nil }
        guard let number = LogNumber(cell, hasDecimalComma: hasDecimalComma), let value = Self.whole(number),
            range.contains(value)
        else {
            throw damage(
                field, line,
                "wanted a whole number from \(range.lowerBound) to \(range.upperBound), or nothing, found \(CSVExcerpt.quoted(cell))"
            )
        }
        return value
    }

    /// Also `4.0`, as some programs write whole numbers.
    private static func whole(_ number: LogNumber) -> Int? {
        var digits = number.digits
        guard digits <= 1 << 60 else { return nil }
        for _ in 0..<max(0, -number.exponent) {
            guard digits.isMultiple(of: 10) else { return nil }
            digits /= 10
        }
        for _ in 0..<max(0, number.exponent) {
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            guard !overflow, product <= 1 << 60 else { return nil }
            digits = product
        }
        return number.isNegative ? -Int(digits) : Int(digits)
    }

    /// Only those who got a unit can name it.
    private mutating func unit(
        _ cells: borrowing LogCells, _ outcome: Outcome, _ line: Int
    ) throws(RunError) -> String? {
        guard !unit.isEmpty, let cell = unit.cell(cells) else { return nil }
        note(.unit, true)
        switch outcome {
        case .won, .unknown, .returned, .held: return UnitText.decoded(cell)
        case .duplicate: return nil
        case .soldOut, .conflict, .failed:
            throw damage(
                .unit, line,
                "wanted nothing, since the outcome is \(outcome.word) and this is the name of a unit that was sold, found \(CSVExcerpt.quoted(cell)); map a column that names units"
            )
        }
    }

    private mutating func outcome(_ cells: borrowing LogCells, _ line: Int) throws(RunError) -> Outcome {
        let cell = outcome.cell(cells) ?? UnsafeRawBufferPointer(start: nil, count: 0)
        if let outcome = known.outcome(of: cell) { return outcome }
        let found =
            if let rules = mapping.outcomes { rules.outcome(of: cell) } else {
                Outcome(word: String(decoding: cell, as: UTF8.self))
            }
        guard let found else { throw noOutcome(cell, line) }
        known.note(cell, found)
        return found
    }

    private mutating func compareKinds(_ cells: borrowing LogCells, _ line: Int) throws(RunError) {
        for (index, slot) in plan.kinds.enumerated() {
            let cell = cells[slot]
            guard let first = kinds[index] else {
                kinds[index] = Array(cell)
                continue
            }
            guard !cell.elementsEqual(first) else { continue }
            let column = plan.columns[slot]
            let (one, other) = (CSVExcerpt.quoted(first), CSVExcerpt.quoted(cell))
            throw RunError(
                .usage,
                "\(path), line \(line): requests of more than one kind (\(column): \(one) and \(other)), and not all may be purchases; say which are: "
                    + "--where '\(column)=\(ForeignText.shown(first, limit: CSVExcerpt.limit))', or --where '\(column)=*' for all"
            )
        }
    }

    // MARK: Times

    /// Nanoseconds; nil where a cell is empty.
    @inline(__always)
    private mutating func time(
        _ cells: borrowing LogCells, _ field: LogField, _ line: Int
    ) throws(RunError) -> Int64? {
        guard let place = field == .invoked ? invokedPlace : returnedPlace else {
            return try jointTime(cells, field == .invoked ? plan.invoked : plan.returned, field, line)
        }
        guard cells[place.slot].count > 0 else { return nil }
        let time = try time(cells, place, line)
        if field == .invoked { clocks.invoked.first.note(time) } else { clocks.returned.first.note(time) }
        return time.nanoseconds
    }

    /// Of one of several columns, or of two.
    private mutating func jointTime(
        _ cells: borrowing LogCells, _ source: LogPlan.Time, _ field: LogField, _ line: Int
    ) throws(RunError) -> Int64? {
        guard let first = try time(cells, source.first, line) else { return nil }
        if field == .invoked { clocks.invoked.first.note(first) } else { clocks.returned.first.note(first) }
        guard !source.second.isEmpty else { return first.nanoseconds }
        guard let second = try time(cells, source.second, line) else { return nil }
        if field == .invoked { clocks.invoked.second.note(second) } else { clocks.returned.second.note(second) }
        let (sum, overflow) =
            source.operation == .plus
            ? first.nanoseconds.addingReportingOverflow(second.nanoseconds)
            : first.nanoseconds.subtractingReportingOverflow(second.nanoseconds)
        guard !overflow else { throw damage(field, line, "wanted a time before the year 2262, found a later one") }
        return sum
    }

    private func time(
        _ cells: borrowing LogCells, _ places: [LogPlan.Place], _ line: Int
    ) throws(RunError) -> LogTime? {
        for place in places where !cells[place.slot].isEmpty { return try time(cells, place, line) }
        return nil
    }

    @inline(__always)
    private func time(_ cells: borrowing LogCells, _ place: LogPlan.Place, _ line: Int) throws(RunError) -> LogTime {
        let cell = cells[place.slot]
        do throws(LogTime.Problem) {
            return try LogTime(cell, unit: place.unit, hasDecimalComma: hasDecimalComma)
        } catch {
            throw refusal(error, of: cell, plan.columns[place.slot], place.unit, line)
        }
    }
}
