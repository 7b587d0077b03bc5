package import Strategies

/// Rows out of a JSON text: an array of objects, of arrays or of single values; one object is one row, and one value one cell.
package struct JSONTable {
    /// How the elements of the array are made.
    private enum Shape {
        case objects, arrays, values
    }

    /// Columns that a table may have.
    static let mostColumns = 1000
    /// Cells that a table may have; those that its rows lack count, too.
    static let mostCells = 1 << 28

    private let bytes: UnsafeRawBufferPointer

    /// - Parameter path: where the rows are.
    package static func read(_ bytes: some Collection<UInt8>, at path: [JSONStep]) throws(JSONProblem) -> StoreTable {
        let text = ContiguousArray(bytes)
        return try text.withUnsafeBufferPointer { (text) throws(JSONProblem) -> StoreTable in
            try JSONTable(bytes: UnsafeRawBufferPointer(text)).table(at: path)
        }
    }

    private func table(at path: [JSONStep]) throws(JSONProblem) -> StoreTable {
        var cursor = JSONCursor(bytes)
        _ = try cursor.skip()
        cursor.skipBlanks()
        guard cursor.offset == bytes.count else { throw .notJSON(offset: cursor.offset) }
        cursor = JSONCursor(bytes)
        for step in path {
            guard try Self.enter(step, &cursor) else { throw .absent }
        }
        return try cursor.kind() == .array ? rows(at: cursor) : row(at: cursor)
    }

    private static func enter(_ step: JSONStep, _ cursor: inout JSONCursor) throws(JSONProblem) -> Bool {
        switch step {
        case .element(let position):
            guard cursor.take("[") else { return false }
            if cursor.take("]") { return false }
            for _ in 0..<position {
                _ = try cursor.skip()
                guard cursor.take(",") else { return false }
            }
            return true
        case .field(let name):
            guard cursor.take("{") else { return false }
            if cursor.take("}") { return false }
            repeat {
                if cursor.unescaped(try cursor.name()).elementsEqual(name.utf8) { return true }
                _ = try cursor.skip()
            } while cursor.take(",")
            return false
        }
    }

    // MARK: Rows

    /// One row: of an object its members, else one cell.
    private func row(at start: JSONCursor) throws(JSONProblem) -> StoreTable {
        var cursor = start
        guard try cursor.kind() == .object else {
            var table = StoreTable(columnCount: 1)
            append(try cursor.skip(), to: &table)
            return table
        }
        var names = Names()
        try names.add(&cursor)
        var table = StoreTable(columns: names.columns)
        cursor = start
        try appendObject(&cursor, names, to: &table)
        return table
    }

    private func rows(at start: JSONCursor) throws(JSONProblem) -> StoreTable {
        var cursor = start
        _ = cursor.take("[")
        if cursor.take("]") { return StoreTable(columnCount: 1) }
        let shape = try Self.shape(try cursor.kind())
        // Once for the columns, since a later row may have more of them.
        var names = Names()
        var columnCount = 1
        var rowCount = 0
        repeat {
            rowCount += 1
            guard try Self.shape(try cursor.kind()) == shape else { throw .mixed }
            switch shape {
            case .objects: try names.add(&cursor)
            case .arrays: columnCount = max(columnCount, try Self.count(&cursor))
            case .values: _ = try cursor.skip()
            }
        } while cursor.take(",")
        if shape == .objects { columnCount = names.columns.count }
        guard columnCount <= Self.mostColumns, columnCount * rowCount <= Self.mostCells else {
            throw .tooManyColumns
        }
        var table = StoreTable(columns: names.columns, columnCount: columnCount)
        cursor = start
        _ = cursor.take("[")
        repeat {
            switch shape {
            case .objects: try appendObject(&cursor, names, to: &table)
            case .arrays: try appendArray(&cursor, to: &table)
            case .values: append(try cursor.skip(), to: &table)
            }
        } while cursor.take(",")
        return table
    }

    private static func shape(_ kind: JSONCursor.Kind) throws(JSONProblem) -> Shape {
        switch kind {
        case .object: .objects
        case .array: .arrays
        case .text, .number, .boolean, .null: .values
        }
    }

    private static func count(_ cursor: inout JSONCursor) throws(JSONProblem) -> Int {
        _ = cursor.take("[")
        if cursor.take("]") { return 0 }
        var count = 0
        repeat {
            _ = try cursor.skip()
            count += 1
        } while cursor.take(",")
        _ = cursor.take("]")
        return count
    }

    private func appendArray(_ cursor: inout JSONCursor, to table: inout StoreTable) throws(JSONProblem) {
        _ = cursor.take("[")
        var count = 0
        if !cursor.take("]") {
            repeat {
                append(try cursor.skip(), to: &table)
                count += 1
            } while cursor.take(",")
            _ = cursor.take("]")
        }
        // A row that is shorter than others ends with nothing.
        for _ in count..<table.columnCount { table.appendNull() }
    }

    private func appendObject(
        _ cursor: inout JSONCursor, _ names: Names, to table: inout StoreTable
    ) throws(JSONProblem) {
        var values = [Range<Int>?](repeating: nil, count: table.columnCount)
        _ = cursor.take("{")
        if !cursor.take("}") {
            var member = 0
            repeat {
                let name = try cursor.name()
                let column =
                    names.isColumn(member, name, bytes)
                    ? member : names.column(cursor.unescaped(name), guess: member)
                let value = try cursor.skip()
                // Of two members with one name the last counts, as in most readers.
                if let column { values[column] = value }
                member += 1
            } while cursor.take(",")
            _ = cursor.take("}")
        }
        for value in values {
            if let value { append(value, to: &table) } else { table.appendNull() }
        }
    }

    private func append(_ value: Range<Int>, to table: inout StoreTable) {
        let cursor = JSONCursor(bytes, at: value.lowerBound)
        switch bytes[value.lowerBound] {
        case UInt8(ascii: "n"): table.appendNull()
        case UInt8(ascii: "\""):
            let inner = value.lowerBound + 1..<value.upperBound - 1
            if bytes[inner].contains(UInt8(ascii: "\\")) {
                table.append(cursor.unescaped(inner))
            } else {
                table.append(bytes[inner])
            }
        // Numbers and words as they are written, and what is nested as JSON.
        default: table.append(bytes[value])
        }
    }

    /// The columns of objects: every name that one of them has, in the order in which they appear first.
    private struct Names {
        private(set) var columns: [String] = []
        private var texts: [[UInt8]] = []
        private var places: [[UInt8]: Int] = [:]

        /// Passes an object, and adds the names that are new.
        mutating func add(_ cursor: inout JSONCursor) throws(JSONProblem) {
            _ = cursor.take("{")
            if cursor.take("}") { return }
            var member = 0
            repeat {
                let name = try cursor.name()
                if !isColumn(member, name, cursor.bytes) { try add(cursor.unescaped(name), member) }
                _ = try cursor.skip()
                member += 1
            } while cursor.take(",")
            _ = cursor.take("}")
        }

        private mutating func add(_ name: [UInt8], _ member: Int) throws(JSONProblem) {
            guard column(name, guess: member) == nil else { return }
            guard columns.count < JSONTable.mostColumns else { throw .tooManyColumns }
            places[name] = columns.count
            texts.append(name)
            columns.append(String(decoding: name, as: UTF8.self))
        }

        /// Whether the name that is written there is the column's; false where that takes a closer look.
        func isColumn(_ column: Int, _ name: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> Bool {
            column < texts.count && bytes[name].elementsEqual(texts[column])
                && !texts[column].contains(UInt8(ascii: "\\"))
        }

        /// - Parameter guess: where it is in most objects.
        func column(_ name: [UInt8], guess: Int) -> Int? {
            guess < texts.count && texts[guess] == name ? guess : places[name]
        }
    }
}
