package import FlashSale

/// Reads somebody's log in pieces.
package struct LogReader: ~Copyable {
    private let path: String
    private let mapping: LogMapping
    private let itemColumn: String?
    private var rows: LogRows?
    private var plan: LogPlan?
    private var attempts: LogAttempts?
    private var goods = GoodsCells()
    private var cells: LogCells
    private var records: RecordSpool
    private var batch = LogBatch()

    /// The line of the row that was read last, from 1; 0 before any.
    var line: Int { plan == nil ? 0 : rows?.line ?? 0 }

    /// - Parameter path: what the file is called in messages.
    package init(_ path: String, _ mapping: LogMapping, itemColumn: String?) throws(RunError) {
        self.path = path
        self.mapping = mapping
        self.itemColumn = itemColumn
        goods.areKept = itemColumn != nil
        cells = LogCells(slots: 64, rowLimit: LogRows.limit(of: mapping.tool))
        records = try RecordSpool()
    }

    /// Takes the rows from a piece of the file. The first piece holds the whole first line at least.
    ///
    /// - Returns: how many bytes were taken; the others have to come again.
    package mutating func feed(_ piece: UnsafeRawBufferPointer, isLast: Bool) throws(RunError) -> Int {
        var offset = 0
        if plan == nil {
            guard isLast || piece.count >= ForeignFormat.bytesNeeded else { return 0 }
            try start(piece, &offset)
        }
        do throws(RunError) { try take(piece, &offset, isLast) } catch {
            // What is wrong with a row before comes first.
            try settle()
            throw error
        }
        try settle()
        return offset
    }

    private mutating func take(
        _ piece: UnsafeRawBufferPointer, _ offset: inout Int, _ isLast: Bool
    ) throws(RunError) {
        while try next(piece, &offset, isLast) {
            let line = rows?.line ?? 0
            let attempt: Attempt?
            do throws(RunError) {
                attempt = try attempts?.attempt(cells, line: line, &batch.texts)
            } catch {
                throw explained(error, piece)
            }
            guard let attempt else { continue }
            batch.append(attempt)
            // The next row is unescaped where this one was.
            if batch.isFull || !cells.areInPiece { try settle() }
            if let slot = plan?.goods { try take(item: slot, line) }
        }
    }

    /// Numbers the texts of the rows that were read, and keeps their attempts.
    private mutating func settle() throws(RunError) {
        guard attempts != nil else { return }
        try batch.settle(&attempts!.ids, into: &records)
        if attempts!.ids.isFull { throw TextIDs.tooLong(path) }
    }

    private mutating func start(_ piece: UnsafeRawBufferPointer, _ offset: inout Int) throws(RunError) {
        var rows = try LogRows(piece, at: &offset, tool: mapping.tool, path: path)
        let layout = mapping.tool?.layout(isJSON: rows.isJSON)
        if let tool = mapping.tool, layout == nil {
            throw RunError(
                .usage,
                "\(path) is \(rows.isJSON ? "JSON" : "CSV"), and not a file of \(tool.rawValue) with a row for each request; \(tool.advice)"
            )
        }
        let plan = try LogPlan(mapping, layout, header: rows.names, itemColumn: itemColumn, path: path)
        guard plan.columns.count <= 64 else {
            throw RunError(.usage, "--map: at most 64 columns can be read, and these are \(plan.columns.count)")
        }
        rows.want(plan.columns, tool: mapping.tool)
        cells.want(plan.columns.count)
        attempts = LogAttempts(plan, mapping, path: path, hasDecimalComma: rows.hasDecimalComma)
        self.rows = rows
        self.plan = plan
    }

    @inline(__always)
    private mutating func next(
        _ piece: UnsafeRawBufferPointer, _ offset: inout Int, _ isLast: Bool
    ) throws(RunError) -> Bool {
        do throws(CSVDamage) {
            return try rows?.next(piece, at: &offset, isLast: isLast, &cells) ?? false
        } catch {
            throw RunError(.badData, "\(path), \(error)")
        }
    }

    private mutating func take(item slot: Int, _ line: Int) throws(RunError) {
        let cell = cells[slot]
        do throws(CSVDamage) {
            try goods.take(cell, 0..<cell.count, line: line, column: itemColumn ?? "")
        } catch {
            throw RunError(.badData, "\(path), \(error)")
        }
    }

    /// Where the first row of JSON lacks what is needed, the mapping is wrong and not the row.
    private func explained(_ error: RunError, _ piece: UnsafeRawBufferPointer) -> RunError {
        guard error.status == .badData, let plan, let rows, rows.isJSON, attempts?.taken == 0 else { return error }
        let lacking = plan.needed.first { term in term.slots.allSatisfy { cells[$0].isEmpty } }
        guard let lacking else { return error }
        let names = lacking.slots.map { plan.columns[$0] }
        let flag = mapping.tool.map { "--from \($0.rawValue)" } ?? "--map \(lacking.field.word)"
        return LogPlan.missing(flag, names.joined(separator: "|"), names, among: rows.fieldNames(piece), path)
    }

    // MARK: The end

    package consuming func contents(requests: Int?) throws(RunError) -> HistoryFile.Contents {
        guard let attempts, let plan else {
            throw RunError(.badData, "\(path) is empty; give the file that was meant")
        }
        guard attempts.rows == 0 || attempts.taken > 0 else {
            throw RunError(
                .usage,
                "\(path): none of \(attempts.rows.counted("row")) is an attempt to buy\(mapping.filters.isEmpty ? "" : " (--where)"); "
                    + (mapping.filters.isEmpty ? mapping.tool?.advice ?? "" : "look at the values once more"))
        }
        for (field, text) in plan.named
        where plan.isOpen && !field.isNeeded && attempts.taken > 0 && !attempts.tells(field) {
            throw RunError(.usage, "--map \(field.word)=\(text): no row of \(path) has such a value")
        }
        let clocks = attempts.clocks
        if let (deficit, line) = attempts.backward, deficit > clocks.invoked.earlier + clocks.returned.later {
            throw RunError(
                .badData,
                "\(path), line \(line): the attempt returned \(Int(deficit).grouped) ns before it was invoked; take both times from one clock that never goes back, and look at their units"
            )
        }
        var widening = clocks.widening
        widening.opensLost = mapping.tool?.hidesLostTime ?? false
        var facts = LogFacts(gap: Self.gap(mapping.tool, requests, attempts.taken))
        facts.ids = attempts.ids
        facts.isForeign = true
        facts.columns = plan.columnsOfIDs
        if !clocks.areExact { facts.rounding = Self.finding(clocks, plan) }
        let columns = attempts.columns
        let goods = goods
        var metForCertain = true
        let history =
            if widening.isNone { try records.history() } else {
                try records.history { metForCertain = JournalRecord.widen($0, by: widening) }
            }
        facts.metForCertain = metForCertain || clocks.areExact
        var contents = HistoryFile.Contents(history: history, columns: columns, goodsColumn: nil, goods: goods)
        contents.log = facts
        return contents
    }

    /// Why requests may be missing; nil where nothing speaks for it.
    static func gap(_ tool: LogTool?, _ requests: Int?, _ taken: Int) -> String? {
        if let requests {
            guard requests != taken else { return nil }
            return
                "the history has \(taken.counted("attempt")), but \(requests.counted("request")) were sent (--requests)"
        }
        guard let tool, tool.leavesOutLost else { return nil }
        return
            "\(tool.rawValue) leaves out requests without an answer, which may have bought; say how many were sent (--requests N), so that it shows whether one is missing"
    }

    private static func finding(_ clocks: LogClocks, _ plan: LogPlan) -> Finding {
        func milliseconds(_ nanoseconds: Int64) -> String {
            var text = (Double(nanoseconds) / 1e6).fixed(places: 6) ?? "?"
            while text.last == "0" { text.removeLast() }
            return (text.last == "." ? String(text.dropLast()) : text) + " ms"
        }
        return Finding(
            .timesRounded,
            "Times in this file are rounded: \(clocks.words(plan)). Each attempt was judged as begun up to \(milliseconds(clocks.invoked.earlier)) earlier and "
                + "ended up to \(milliseconds(clocks.returned.later)) later than it says, so that rounding accuses nobody; what is nearer together than that counts as at once."
        )
    }
}
