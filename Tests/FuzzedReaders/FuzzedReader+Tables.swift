import FlashSale
import Stores
import Strategies

/// What databases, services and programs print as rows.
extension FuzzedReader {
    /// The first byte says what the rest is: CSV with a header (0), CSV as any program prints it (1), JSON with a path on its first
    /// line (2), the XML of `mysql` (3), or replies of Redis to one of some commands (4).
    static let tables = FuzzedReader(
        "tables",
        words: [
            "\"\"", "NULL", "\r\n", "\u{FEFF}", "<row>", "</row>", "<field name=\"a\">", "</field>",
            "xsi:nil=\"true\" />",
            "<resultset>", "</resultset>", "&lt;", "&quot;", "&amp;", "\\u00e9", "\\ud83d\\ude00", "null", "{\"a\":",
            "[[",
        ],
        examples: {
            csv([
                "\u{0}id,\"na\"\"me\"\r\n1,\"a,\"\"b\"\"\r\n\"\n2,NULL\r\n", "\u{0}a\n\n\"\"\n", "\u{1}7\n\n8\n",
                "\u{1}id,name\n1,x\n", "\u{2}\n[{\"a\":1,\"b\":\"x\\n\"},{\"b\":null,\"c\":[1]}]",
                "\u{2}.data[1]\n{\"data\":[0,[[1,\"\\ud83d\\ude00\"],[true]]]}", "\u{2}\n7",
                "\u{2}.a\n{\"a\":[1,2,null]}",
                """
                \u{3}<?xml version="1.0"?>

                <resultset statement="select &gt; 1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
                  <row>
                \t<field name="a&quot;">x &lt; &amp;amp;</field>
                \t<field name="b" xsi:nil="true" />
                  </row>
                </resultset>

                """,
            ]) + [
                [4, 1, 39, 6, 14, 8, 16], [4, 2, 15, 23, 14, 39, 6, 14, 22, 30], [4, 3, 39, 6, 14, 8, 16],
                [4, 0, 15, 23, 8, 16, 23, 8, 16],
            ]
        }
    ) { (input) throws(BrokenPromise) in
        guard let first = input.first else { return }
        let rest = Array(input.dropFirst())
        switch first % 5 {
        case 0: try check((try? CSVTable.read(rest, header: .always, null: null)))
        case 1: try check(try? CSVTable.read(rest, header: .ofSeveralColumns))
        case 2: try read(json: rest)
        case 3: try check(XMLTable.read(rest))
        default: try read(replies: rest)
        }
    }

    private static let null = Array("NULL".utf8)

    /// Whatever a table was read from, it has all its cells, and is the same once it was printed and read again.
    private static func check(_ table: StoreTable?) throws(BrokenPromise) {
        guard let table else { return }
        try BrokenPromise.unless(
            table.columns.isEmpty || table.columns.count == table.columnCount,
            "a column has no name, or a name no column")
        guard table.columnCount > 0 else {
            return try BrokenPromise.unless(table.rowCount == 0, "rows have no columns")
        }
        let rows = TableText.rows(table)
        let names = table.columns.isEmpty ? (0..<table.columnCount).map { "c\($0)" } : table.columns
        let printed = TableText.csv(names, rows, null: null)
        let again = try? CSVTable.read(printed, header: .always, null: null)
        try BrokenPromise.unless(
            again?.columns == names && again.map(TableText.rows) == rows, "CSV does not give back \(rows)")
        guard !rows.isEmpty else { return }
        let xml = XMLTable.read(TableText.xml(names, rows))
        try BrokenPromise.unless(
            xml?.columns == names && xml.map(TableText.rows) == rows, "XML does not give back \(rows)")
        let json = try? JSONTable.read(TableText.json(rows), at: [])
        try BrokenPromise.unless(json.map(TableText.rows) == rows, "JSON does not give back \(rows)")
    }

    private static func read(json input: [UInt8]) throws(BrokenPromise) {
        let end = input.firstIndex(of: 10) ?? input.endIndex
        let document = Array(input[end...].dropFirst())
        let text = String(decoding: document, as: UTF8.self)
        let path = steps(String(decoding: input[..<end], as: UTF8.self)[...])
        // Only what it is held against has to be told from no JSON: that reads less deep.
        let isShallow = document.count { "[{".utf8.contains($0) } < 50
        let tree = isShallow ? JSONTree(text) : nil
        let result: Result<StoreTable, JSONProblem>
        do throws(JSONProblem) { result = .success(try JSONTable.read(document, at: path)) } catch {
            result = .failure(error)
        }
        switch result {
        case .failure(.notJSON(let offset)):
            try BrokenPromise.unless(tree == nil, "what is JSON is refused from byte \(offset) on")
        case .failure: break
        case .success(let table):
            try BrokenPromise.unless(!isShallow || tree != nil, "rows are read out of what is no JSON")
            if path.isEmpty, case .array(let elements)? = tree, table.columnCount > 0 {
                try BrokenPromise.unless(
                    table.rowCount == elements.count, "\(elements.count) elements have \(table.rowCount) rows")
            }
            try check(table)
        }
    }

    private static func read(replies input: [UInt8]) throws(BrokenPromise) {
        guard let first = input.first else { return }
        let commands = [
            "LRANGE l 0 -1", "HGETALL h", "XRANGE s - +", "ZRANGE z 0 -1 WITHSCORES", "CONFIG GET x", "GET k",
        ]
        let command = commands[Int(first) % commands.count].split(separator: " ").map { Array($0.utf8) }
        var replies = ReplyMaker(Array(input.dropFirst()))
        while !replies.isOver {
            guard case .reply(let reply) = replies.next() else { continue }
            try check(RedisTable.read(reply, to: command))
        }
    }
}
