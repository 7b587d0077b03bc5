internal import FlashSale

/// Which columns of one file tell what: a ``LogMapping`` held against what the file has.
struct LogPlan: Sendable {
    /// A column and what its numbers count.
    struct Place: Sendable {
        var slot: Int
        var unit: TimeUnit?
    }

    /// Where a time comes from; `second` is empty where that is one column.
    struct Time: Sendable {
        var first: [Place]
        var operation: LogTerm.Operation
        var second: [Place]

        /// The column that tells it, where that is one.
        var only: Place? { first.count == 1 && second.isEmpty ? first[0] : nil }
    }

    /// The columns that are read, by their slots.
    private(set) var columns: [String] = []
    private(set) var invoked = Time(first: [], operation: .plus, second: [])
    private(set) var returned = Time(first: [], operation: .plus, second: [])
    /// Of each field but the times, by its index, the slots that may tell it: the first that does.
    private(set) var slots: [[Int]] = Array(repeating: [], count: LogField.allCases.count)
    private(set) var filters: [(slot: Int, filter: LogFilter)] = []
    /// Columns in which rows that count must not differ.
    private(set) var kinds: [Int] = []
    /// The column that separates goods.
    private(set) var goods: Int?
    /// Fields that somebody named a column for.
    private(set) var named: [LogField: String] = [:]

    /// Whether any name may be a column.
    let isOpen: Bool
    private let header: [String]
    private let path: String

    /// - Parameters:
    ///   - header: the file's columns; nil where each row may have others, so that any name may be one.
    ///   - path: of the file, for what is said of it.
    /// - Throws: ``RunError`` (usage) where a column is not there.
    init(
        _ mapping: LogMapping, _ layout: LogTool.Layout?, header: [String]?, itemColumn: String?, path: String
    ) throws(RunError) {
        isOpen = header == nil
        self.header = header ?? []
        self.path = path
        for field in LogField.allCases { try bind(field, mapping, layout) }
        var filters = mapping.filters
        if let own = layout?.filter { filters += try LogFilter.filters(own) }
        for filter in filters {
            guard let column = try find(filter.column) else {
                throw missing("--where", filter.column, [filter.column])
            }
            self.filters.append((slot(column), filter))
        }
        for kind in layout?.kinds ?? [] {
            guard let column = try find(kind), !filters.contains(where: { $0.column == kind }) else { continue }
            kinds.append(slot(column))
        }
        if let itemColumn {
            guard let column = try find(itemColumn) else { throw missing("--item-column", itemColumn, [itemColumn]) }
            goods = slot(column)
        }
    }

    private mutating func bind(_ field: LogField, _ mapping: LogMapping, _ layout: LogTool.Layout?) throws(RunError) {
        let own = mapping.terms[field]
        let text: String
        if let own {
            text = own
            named[field] = own
        } else if let known = layout?.terms[field] {
            text = known
        } else if !mapping.isExplicit || field.isNeeded {
            text =
                field.isTime
                ? ["ns", "us", "ms", "s"].map { "\(field.word)_\($0)" }.joined(separator: "|") + "|\(field.word)"
                : field.word
        } else {
            return
        }
        var problem: RunError?
        let term = LogTerm(text, isOpen: isOpen) { name in
            do throws(RunError) { return try find(name) } catch {
                problem = error
                return nil
            }
        }
        if let problem { throw problem }
        guard let term else {
            if own == nil, !field.isNeeded, layout == nil, field != .attempt || mapping.isExplicit { return }
            throw notThere(field, text, mapping)
        }
        guard field.isTime || term.second.isEmpty else {
            throw RunError(.usage, "--map: \(field.word)=\(text) is a sum; only times can be one")
        }
        if field.isTime {
            let (first, second) = (places(term.first), places(term.second))
            let time = Time(first: first, operation: term.operation, second: second)
            if field == .invoked { invoked = time } else { returned = time }
        } else {
            slots[field.rawValue] = places(term.first).map(\.slot)
        }
    }

    private mutating func places(_ sources: [LogTerm.Source]) -> [Place] {
        var places: [Place] = []
        for source in sources { places.append(Place(slot: slot(source.column), unit: source.unit)) }
        return places
    }

    private mutating func slot(_ column: String) -> Int {
        if let slot = columns.firstIndex(of: column) { return slot }
        columns.append(column)
        return columns.count - 1
    }

    /// The file's own name of a column, in whatever case it was asked for; nil where there is none.
    private func find(_ name: String) throws(RunError) -> String? {
        guard !isOpen else { return name }
        let exact = header.count { $0 == name }
        if exact == 1 { return name }
        let same = exact > 1 ? header.filter { $0 == name } : header.filter { $0.lowercased() == name.lowercased() }
        guard same.count < 2 else {
            throw RunError(
                .usage,
                "\(path) has \(same.count) columns called \(UnitText.shown(name)), so that nobody knows which is meant; rename one"
            )
        }
        return same.first
    }

    /// What no attempt can do without, and the columns that may tell it.
    var needed: [(field: LogField, slots: [Int])] {
        var needed: [(LogField, [Int])] = [
            (.invoked, invoked.first.map(\.slot)), (.outcome, slots[LogField.outcome.rawValue]),
            (.returned, returned.first.map(\.slot)),
        ]
        for part in [(LogField.invoked, invoked.second), (.returned, returned.second)] where !part.1.isEmpty {
            needed.append((part.0, part.1.map(\.slot)))
        }
        if !slots[LogField.attempt.rawValue].isEmpty { needed.append((.attempt, slots[LogField.attempt.rawValue])) }
        return needed
    }

    /// What the columns of ids are called.
    var columnsOfIDs: [LogField: String] {
        var names: [LogField: String] = [:]
        for field in [LogField.attempt, .purchase, .buyer, .unit, .quantity] {
            if let slot = slots[field.rawValue].first { names[field] = columns[slot] }
        }
        return names
    }

    // MARK: What is missing

    private func notThere(_ field: LogField, _ text: String, _ mapping: LogMapping) -> RunError {
        if named[field] != nil {
            let parts = text.split { "+|-".contains($0) }.map { part in
                String(LogWords.trimmed(part.prefix { $0 != ":" }))
            }
            let lacking = parts.filter { (try? find($0)) == nil }
            return missing("--map \(field.word)=\(text)", lacking.first ?? text, lacking)
        }
        if let tool = mapping.tool {
            return RunError(
                .usage,
                "\(path) is no file of \(tool.rawValue): it has no column \(text), only \(shownHeader); \(tool.advice), or name the columns yourself (--map)"
            )
        }
        return RunError(
            .usage,
            "\(path) has no column \(field.isTime ? "\(field.word)_ns, _us, _ms or _s" : field.word), only \(shownHeader); say which one it is, such as --map '\(field.word)=\(header.first.map { UnitText.shown($0) } ?? "COLUMN")'"
        )
    }

    private var shownHeader: String { UnitText.shown(header.prefix(40).joined(separator: ", ")) }

    private func missing(_ flag: String, _ text: String, _ names: [String]) -> RunError {
        Self.missing(flag, text, names, among: header, path)
    }

    static func missing(
        _ flag: String, _ text: String, _ names: [String], among known: [String], _ path: String
    ) -> RunError {
        let near = names.flatMap { name in
            NearestNames.of(
                String(LogWords.trimmed(name[...])),
                among: known.prefix(200).filter { !$0.isEmpty && $0.utf8.count <= 80 })
        }
        let advice =
            near.first.map { "did you mean \(UnitText.shown($0))?" }
            ?? (known.allSatisfy(\.isEmpty)
                ? "its first line names none"
                : "it has \(UnitText.shown(known.prefix(40).joined(separator: ", ")))")
        return RunError(.usage, "\(flag): \(path) has no column \(UnitText.shown(text)); \(advice)")
    }
}
