import FlashSale

/// Reads the same files as the readers do, a cell at a time and as plainly as can be, to compare with.
enum PlainCSV {
    /// The cells of each line, or nil where it is no CSV. An empty line has no cells.
    private static func table(_ file: [UInt8]) -> [[[UInt8]]]? {
        var rest = file.starts(with: [0xEF, 0xBB, 0xBF]) ? file.dropFirst(3) : file[...]
        var table: [[[UInt8]]] = []
        while !rest.isEmpty {
            var row: [[UInt8]] = []
            if let end = lineEnd(&rest) {
                guard end else { return nil }
                table.append([])
                continue
            }
            while true {
                guard let cell = cell(&rest) else { return nil }
                row.append(cell)
                if rest.isEmpty { break }
                if rest.first == 44 {
                    rest.removeFirst()
                    continue
                }
                guard lineEnd(&rest) == true else { return nil }
                break
            }
            table.append(row)
        }
        return table
    }

    /// Passes a line's end. Nil where there is none, false where it is a CR alone.
    private static func lineEnd(_ rest: inout ArraySlice<UInt8>) -> Bool? {
        if rest.starts(with: [10]) || Array(rest) == [13] {
            rest.removeFirst()
        } else if rest.starts(with: [13, 10]) {
            rest.removeFirst(2)
        } else {
            return rest.first == 13 ? false : nil
        }
        return true
    }

    private static func cell(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var text: [UInt8] = []
        guard rest.first == 34 else {
            while let byte = rest.first, byte != 44, byte != 10, byte != 13 { text.append(rest.removeFirst()) }
            return text
        }
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte == 34 {
                guard rest.first == 34 else { return text }
                rest.removeFirst()
            }
            text.append(byte)
        }
        return nil
    }

    /// The rows by the names of their columns, without those that `known` lacks. Nil where they cannot be had.
    private static func rows(_ file: [UInt8], known: [String], isEnough: (Set<String>) -> Bool) -> [[String: String]]? {
        guard var table = table(file), let header = table.first, !header.isEmpty else { return nil }
        while table.last?.isEmpty == true { table.removeLast() }
        let names = header.map { String(decoding: $0, as: UTF8.self) }
        let given = names.filter(known.contains)
        guard Set(given).count == given.count, isEnough(Set(given)) else { return nil }
        var rows: [[String: String]] = []
        for cells in table.dropFirst() {
            guard cells.count == names.count else { return nil }
            var row: [String: String] = [:]
            for (name, cell) in zip(names, cells) where known.contains(name) && !cell.isEmpty {
                row[name] = UnitText.decoded(cell)
            }
            rows.append(row)
        }
        return rows
    }

    private struct Refused: Error {}

    /// The number in a cell, or the default where it is empty.
    private static func number(_ text: String?, in range: ClosedRange<Int>, standard: Int?) throws -> Int? {
        guard let text else { return standard }
        let digits = text.hasPrefix("-") && range.lowerBound < 0 ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.count <= 19, digits.utf8.allSatisfy({ 48...57 ~= $0 }),
            let number = Int(text),
            range.contains(number)
        else { throw Refused() }
        return number
    }

    /// The attempts, or nil where the file is damaged.
    static func attempts(_ file: [UInt8]) -> [Attempt]? {
        let known = [
            "attempt", "purchase", "buyer", "worker", "thread", "client", "number", "invoked_ns", "returned_ns",
            "outcome", "quantity", "remaining", "unit",
        ]
        let needed: Set = ["attempt", "invoked_ns", "returned_ns", "outcome"]
        let largest = 1 << 53
        guard let rows = rows(file, known: known, isEnough: { needed.isSubset(of: $0) }) else { return nil }
        return try? rows.map { row in
            guard let id = try number(row["attempt"], in: 1...largest, standard: nil),
                let invoked = try number(row["invoked_ns"], in: 0...Int.max, standard: nil),
                let outcome = Outcome.allCases.first(where: { $0.word == row["outcome"] })
            else { throw Refused() }
            let returned = try number(row["returned_ns"], in: 0...Int.max, standard: nil)
            guard returned ?? .max >= invoked, returned != nil || outcome == .unknown else { throw Refused() }
            let purchase = try number(row["purchase"], in: 1...largest, standard: id)!
            var unit = row["unit"]
            if unit != nil, outcome == .soldOut || outcome == .conflict || outcome == .failed { throw Refused() }
            if outcome == .duplicate { unit = nil }
            return Attempt(
                id: id, purchase: purchase, buyer: try number(row["buyer"], in: 1...largest, standard: purchase)!,
                worker: try number(row["worker"], in: 0...65535, standard: 0)!,
                thread: try number(row["thread"], in: 0...65535, standard: 0)!,
                client: try number(row["client"], in: 0...65535, standard: 0)!,
                number: try number(row["number"], in: 1...65535, standard: 1)!,
                invokedNanoseconds: UInt64(invoked), returnedNanoseconds: returned.map(UInt64.init), outcome: outcome,
                quantity: try number(row["quantity"], in: 1...2_147_483_647, standard: 1)!,
                remaining: try number(row["remaining"], in: -largest...largest, standard: nil), unit: unit)
        }
    }

    /// The orders, or nil where the file is damaged.
    static func orders(_ file: [UInt8]) -> [Ledger.Order]? {
        let ids: Set = ["attempt", "purchase", "buyer"]
        let largest = 1 << 53
        guard let rows = rows(file, known: ids + ["quantity", "unit"], isEnough: { !ids.isDisjoint(with: $0) }) else {
            return nil
        }
        return try? rows.map { row in
            Ledger.Order(
                attempt: try number(row["attempt"], in: 1...largest, standard: nil),
                purchase: try number(row["purchase"], in: 1...largest, standard: nil),
                buyer: try number(row["buyer"], in: 1...largest, standard: nil),
                quantity: try number(row["quantity"], in: 1...2_147_483_647, standard: nil), unit: row["unit"])
        }
    }
}
