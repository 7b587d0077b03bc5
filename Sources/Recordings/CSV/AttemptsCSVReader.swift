package import FlashSale

/// Reads `attempts.csv`, as ``FlashSale`` or any other system writes it, in pieces: RFC 4180 with a header, UTF-8, lines
/// that end with LF or CR LF.
///
/// The columns `attempt`, `invoked_ns`, `returned_ns` and `outcome` have to be there, in any order; others that are known
/// have defaults, and the rest is ignored. Attempts may come in any order, and whether they are unique is not looked at.
package struct AttemptsCSVReader: Sendable {
    /// The columns that a file has, of those that are known.
    package struct Columns: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        private init(_ slot: Int) { rawValue = 1 << UInt32(slot) }

        package static let attempt = Columns(Slot.attempt)
        /// Without it, each attempt is a purchase of its own.
        package static let purchase = Columns(Slot.purchase)
        /// Without it, each purchase has a buyer of its own.
        package static let buyer = Columns(Slot.buyer)
        package static let worker = Columns(Slot.worker)
        package static let thread = Columns(Slot.thread)
        package static let client = Columns(Slot.client)
        /// Without it, each attempt is the first of its purchase.
        package static let number = Columns(Slot.number)
        package static let invoked = Columns(Slot.invoked)
        package static let returned = Columns(Slot.returned)
        package static let outcome = Columns(Slot.outcome)
        /// Without it, each attempt wants one unit.
        package static let quantity = Columns(Slot.quantity)
        /// Without it, no attempt was told what is left.
        package static let remaining = Columns(Slot.remaining)
        /// Without it, no attempt was told which unit it was sold.
        package static let unit = Columns(Slot.unit)
    }

    /// Bytes that a row may have, with its line end. A piece has to be longer, or a row might never be whole.
    package static let rowLimit = CSVSplitRow.limit

    /// Places in ``columns``.
    private enum Slot {
        static let attempt = 0
        static let purchase = 1
        static let buyer = 2
        static let worker = 3
        static let thread = 4
        static let client = 5
        static let number = 6
        static let invoked = 7
        static let returned = 8
        static let outcome = 9
        static let quantity = 10
        static let remaining = 11
        static let unit = 12
        static let shownInvoked = 13
        static let shownReturned = 14
        static let phase = 15
        static let shown: UInt32 = 1 << UInt32(shownInvoked) | 1 << UInt32(shownReturned)
    }

    private static let columns: [CSVColumn] = {
        func ids(_ name: String, advice: String, mayBeEmpty: Bool = true) -> CSVColumn {
            CSVColumn(name: name, content: .natural(1...CSVColumn.largestId), mayBeEmpty: mayBeEmpty, advice: advice)
        }
        func place(_ name: String) -> CSVColumn {
            CSVColumn(
                name: name, content: .natural(0...65535), mayBeEmpty: true,
                advice: "number them from 0, or leave out the column")
        }
        func time(_ name: String, mayBeEmpty: Bool, advice: String, isOurs: Bool = false) -> CSVColumn {
            CSVColumn(
                name: name, content: .natural(0...Int64.max), mayBeEmpty: mayBeEmpty, advice: advice, isOurs: isOurs)
        }
        return [
            ids("attempt", advice: "number the attempts from 1, each with an id of its own", mayBeEmpty: false),
            ids("purchase", advice: "number the purchases from 1"),
            ids("buyer", advice: "number the buyers from 1"),
            place("worker"),
            place("thread"),
            place("client"),
            CSVColumn(
                name: "number", content: .natural(1...65535), mayBeEmpty: true,
                advice: "number the attempts of each purchase from 1"),
            time("invoked_ns", mayBeEmpty: false, advice: "give nanoseconds of a clock that never goes back"),
            time(
                "returned_ns", mayBeEmpty: true,
                advice: "give nanoseconds of the same clock, or nothing where the attempt may still take effect"),
            CSVColumn(
                name: "outcome", content: .word(Outcome.allCases.map(\.word)), mayBeEmpty: false,
                advice: "say unknown where it may have taken effect"),
            CSVColumn(
                name: "quantity", content: .natural(1...Int64(Int32.max)), mayBeEmpty: true,
                advice: "give the units that the attempt wanted"),
            CSVColumn(
                name: "remaining", content: .signed(CSVColumn.largestId), mayBeEmpty: true,
                advice: "give the units that were left, as the attempt was told"),
            CSVColumn(
                name: "unit", content: .text, mayBeEmpty: true,
                advice: "give the name of the unit that the attempt was sold"),
            time("shown_invoked_ns", mayBeEmpty: true, advice: "leave out the column", isOurs: true),
            time("shown_returned_ns", mayBeEmpty: true, advice: "leave out the column", isOurs: true),
            CSVColumn(
                name: "phase", content: .text, mayBeEmpty: true,
                advice: "say reserve, pay or cancel, or leave out the column"),
        ]
    }()

    private var rows: CSVRows

    /// By the index of their words. Kept, because `allCases` makes an array each time.
    private let outcomes = Outcome.allCases

    private var meeting = CertainMeeting()

    /// Whether attempts that met did so for certain, where times are those of several machines.
    package var metForCertain: Bool { meeting.isCertain }

    /// What was in stock, where a column of the file tells it.
    package private(set) var goods = GoodsCells()

    /// - Parameter itemColumn: the column that separates goods; nil only notices one that seems to.
    package init(itemColumn: String? = nil) {
        rows = CSVRows(
            columns: Self.columns, needed: .all([Slot.attempt, Slot.invoked, Slot.returned, Slot.outcome]),
            goods: itemColumn.map { .named($0) } ?? .likely)
        goods.areKept = itemColumn != nil
    }

    /// The columns that have a meaning of their own.
    package static var columnNames: [String] { columns.map(\.name) }

    /// A column that seems to separate goods, and in which cells differ; nil where the file has none.
    package var goodsColumn: String? { goods.differ ? rows.goodsName : nil }

    /// Whose attempts some rows do not tell: their ids are made up, and may be those that another row gives.
    private var untold: Columns = []

    /// The known columns that the file has and that a check may rely on: not ``Columns/purchase`` and ``Columns/buyer`` where
    /// a row so far has an empty cell there. None before the header was read.
    package var columns: Columns { Columns(rawValue: rows.given).subtracting(untold) }

    /// Takes the attempts from a piece of the file.
    ///
    /// - Parameters:
    ///   - piece: what follows the bytes that were taken before; longer than ``rowLimit`` unless the file is shorter.
    ///   - isLast: whether the file ends with these bytes.
    ///   - take: called for each attempt, with the line in which its row starts. What it throws ends the reading.
    /// - Returns: how many bytes were taken: whole rows only, and all of them where `isLast`. The others have to come
    ///   again, at the start of the next piece.
    /// - Throws: ``CSVDamage`` for the first row that cannot be read; those before it were taken. Feed nothing more then.
    package mutating func feed(
        _ piece: UnsafeRawBufferPointer, isLast: Bool,
        take: (_ attempt: Attempt, _ line: Int) throws(CSVDamage) -> Void
    ) throws(CSVDamage) -> Int {
        var offset = 0
        while try rows.next(piece, at: &offset, isLast: isLast) {
            let attempt = try attempt(piece)
            if rows.given & Slot.shown == Slot.shown, let invoked = rows.row[Slot.shownInvoked] {
                let returned = rows.row[Slot.shownReturned] ?? invoked
                meeting.take(attempt, invoked: UInt64(invoked), returned: UInt64(returned))
            }
            if let column = rows.goodsName {
                try goods.take(piece, rows.goodsCell, line: rows.line, column: column)
            }
            try take(attempt, rows.line)
        }
        return offset
    }

    /// Every attempt of a whole file.
    ///
    /// - Throws: ``CSVDamage`` for the first row that cannot be read.
    package static func attempts(in file: UnsafeRawBufferPointer) throws(CSVDamage) -> [Attempt] {
        var reader = AttemptsCSVReader()
        var attempts: [Attempt] = []
        _ = try reader.feed(file, isLast: true) { (attempt, _) throws(CSVDamage) in attempts.append(attempt) }
        return attempts
    }

    /// The attempt in the row that was read last.
    @inline(__always)
    private mutating func attempt(_ piece: UnsafeRawBufferPointer) throws(CSVDamage) -> Attempt {
        let row = rows.row
        // A row is not read without those that may not be empty.
        let id = Int(row[Slot.attempt]!)
        let invoked = UInt64(row[Slot.invoked]!)
        let outcome = outcomes[Int(row[Slot.outcome]!)]
        let returned = row[Slot.returned].map(UInt64.init)
        if let returned {
            guard returned >= invoked else { throw returnedTooEarly(returned, invoked) }
        } else {
            guard outcome == .unknown else { throw neverReturned(outcome) }
        }
        if row[Slot.purchase] == nil { untold.insert(.purchase) }
        if row[Slot.buyer] == nil { untold.insert(.buyer) }
        let purchase = row[Slot.purchase].map(Int.init) ?? id
        return Attempt(
            id: id, purchase: purchase, buyer: row[Slot.buyer].map(Int.init) ?? purchase,
            worker: Int(row[Slot.worker] ?? 0), thread: Int(row[Slot.thread] ?? 0), client: Int(row[Slot.client] ?? 0),
            number: Int(row[Slot.number] ?? 1), invokedNanoseconds: invoked, returnedNanoseconds: returned,
            outcome: outcome, quantity: Int(row[Slot.quantity] ?? 1), remaining: row[Slot.remaining].map(Int.init),
            unit: row[Slot.unit] == nil ? nil : try unit(of: outcome, row.text(Slot.unit, in: piece)),
            phase: row[Slot.phase] == nil ? .reserve : try phase(row.text(Slot.phase, in: piece)))
    }

    /// Which part of its purchase an attempt is.
    private func phase(_ text: String?) throws(CSVDamage) -> AttemptPhase {
        guard let text, !text.isEmpty else { return .reserve }
        guard let phase = AttemptPhase.allCases.first(where: { $0.word == text }) else {
            throw rows.damage(
                Slot.phase,
                "wanted reserve, pay or cancel, found \(CSVExcerpt.quoted(text.utf8)); rename the column if it means something else"
            )
        }
        return phase
    }

    /// The names of the units that an attempt was sold; nil for one that repeats what it was told before.
    private func unit(of outcome: Outcome, _ text: String?) throws(CSVDamage) -> String? {
        switch outcome {
        case .won, .unknown, .returned, .held: return text
        case .duplicate: return nil
        // The column means something else, such as a measure.
        case .soldOut, .conflict, .failed:
            throw rows.damage(
                Slot.unit,
                "wanted nothing, since the outcome is \(outcome.word) and this is the name of a unit that was sold, found "
                    + "\(CSVExcerpt.quoted((text ?? "").utf8)); give names of units to those who got one, or rename the column if it means something else"
            )
        }
    }

    private func returnedTooEarly(_ returned: UInt64, _ invoked: UInt64) -> CSVDamage {
        rows.damage(
            Slot.returned,
            "wanted a time not before invoked_ns, which is \(invoked), found \(returned); take both from one clock that "
                + "never goes back")
    }

    private func neverReturned(_ outcome: Outcome) -> CSVDamage {
        rows.damage(
            Slot.returned,
            "wanted the time at which the attempt returned, since its outcome is \(outcome.word), found an empty cell; "
                + "only an unknown attempt may have no end")
    }
}
