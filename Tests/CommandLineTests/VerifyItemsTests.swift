import Foundation
import TestSupport
import Testing

/// `stress verify --history --item-column`: several goods in one history, each with its own units.
struct VerifyItemsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rows: String
        /// `--units`: a number, or the text of a file.
        var units: String
        var arguments: [String] = []
        var exitCode: Int32
        /// Of each item; empty where none is judged by itself.
        var verdicts: [String: String] = [:]
        /// What the printed text has, without line breaks.
        var says: [String] = []
        /// The orders, if there are any.
        var orders: String?
    }

    private static let header = "attempt,buyer,sku,invoked_ns,returned_ns,outcome,remaining\n"
    /// Two units of a and one of b, each told rightly.
    private static let right =
        "1,1,a,100,250,won,1\n2,2,b,120,300,won,0\n3,3,a,200,400,won,0\n4,4,b,210,320,sold-out,\n"
    /// The same, but b was sold twice.
    private static let twice = "1,1,a,100,250,won,1\n2,2,b,120,300,won,0\n3,3,a,200,400,won,0\n4,4,b,210,320,won,0\n"
    private static let units = "sku,units\na,2\nb,1\n"

    static let cases = [
        Case(
            testDescription: "two goods, each with its own units", rows: right, units: units, exitCode: 0,
            verdicts: ["a": "upheld", "b": "upheld"],
            says: ["UPHELD the sale of 2 items sold 3 of 3 units", "a upheld 2 2"]),
        Case(
            testDescription: "one of two goods sold twice", rows: twice, units: units, exitCode: 1,
            verdicts: ["a": "upheld", "b": "violated"],
            says: ["VIOLATED item b oversold: buyers were promised 2 units, but there were only 1"]),
        // Together there are units enough: four wins of four.
        Case(
            testDescription: "too many of one while another is left", rows: twice, units: "sku,units\na,3\nb,1\n",
            exitCode: 1, verdicts: ["a": "violated", "b": "violated"], says: ["(and 1 other item)"]),
        Case(
            testDescription: "the same number for all",
            rows: right.replacing("a,100,250,won,1", with: "a,100,250,won,0"),
            units: "1", exitCode: 1, verdicts: ["a": "violated", "b": "upheld"], says: ["item a oversold"]),
        Case(
            testDescription: "units under the name item", rows: right, units: "units,item\n1,b\n2,a\n", exitCode: 0,
            verdicts: ["a": "upheld", "b": "upheld"]),
        Case(
            testDescription: "what was left of each", rows: right, units: "sku,units,remaining\na,2,0\nb,1,0\n",
            exitCode: 0,
            verdicts: ["a": "upheld", "b": "upheld"], says: ["sold 3 of 3 units and every one is accounted for"]),
        Case(
            testDescription: "a unit of one that is gone", rows: right.replacing("3,3,a,200,400,won,0\n", with: ""),
            units: "sku,units,remaining\na,2,0\nb,1,0\n", exitCode: 1, verdicts: ["a": "violated", "b": "upheld"],
            says: ["item a lost units"]),
        // Nobody raced for b, which proves nothing against it: over a somebody did.
        Case(
            testDescription: "an item that one buyer asked for",
            rows: right.replacing("4,4,b,210,320,sold-out,\n", with: ""),
            units: units, exitCode: 0, verdicts: ["a": "upheld", "b": "upheld"]),
        Case(
            testDescription: "no race for any item", rows: "1,1,a,100,250,won,1\n2,2,b,120,300,won,0\n", units: units,
            exitCode: 2, verdicts: ["a": "upheld", "b": "upheld"],
            says: ["INCONCLUSIVE the sale of 2 items", "nothing shows that buyers raced"]),
        Case(
            testDescription: "an item that nobody asked for", rows: right, units: units + "c,5\n", exitCode: 0,
            verdicts: ["a": "upheld", "b": "upheld"], says: ["Nobody asked for 1 item", ": c"]),
        Case(
            testDescription: "an item that nobody asked for, and that is gone", rows: right,
            units: "sku,units,remaining\na,2,0\nb,1,0\nc,5,3\n", exitCode: 2,
            verdicts: ["a": "upheld", "b": "upheld", "c": "inconclusive"]),
        Case(
            testDescription: "an attempt for two goods at once",
            rows: "1,1,a,100,250,won,0\n1,1,b,100,250,won,0\n2,2,a,200,300,sold-out,\n",
            units: "1", exitCode: 0, verdicts: ["a": "upheld", "b": "upheld"]),
        Case(
            testDescription: "the limit is of each item", rows: right.replacing("2,2,b", with: "2,1,b"), units: units,
            arguments: ["--limit", "1"], exitCode: 0, verdicts: ["a": "upheld", "b": "upheld"]),
        Case(
            testDescription: "more than the limit of one item", rows: right.replacing("3,3,a", with: "3,1,a"),
            units: units,
            arguments: ["--limit", "1"], exitCode: 1, verdicts: ["a": "violated", "b": "upheld"]),
        Case(
            testDescription: "names in quotes are the same names", rows: right.replacing(",a,200", with: ",\"a\",200"),
            units: "sku,units\n\"a\",2\nb,1\n", exitCode: 0, verdicts: ["a": "upheld", "b": "upheld"]),
        Case(
            testDescription: "names with commas and quotes", rows: right.replacing(",b,", with: ",\"b, \"\"2\"\"\","),
            units: "sku,units\na,2\n\"b, \"\"2\"\"\",1\n", exitCode: 0, verdicts: ["a": "upheld", "b, \"2\"": "upheld"]),
        Case(
            testDescription: "orders of each item", rows: right, units: units, exitCode: 0,
            verdicts: ["a": "upheld", "b": "upheld"], orders: "attempt,sku\n1,a\n3,a\n2,b\n"),
        Case(
            testDescription: "an order of the other item", rows: right, units: units, exitCode: 1,
            verdicts: ["a": "violated", "b": "violated"], orders: "attempt,sku\n1,a\n3,b\n2,b\n"),
    ]

    private func verify(_ row: Case, _ more: [String] = []) throws -> Sandbox.Finished {
        let sandbox = try Sandbox()
        try sandbox.folder.file("history.csv", Self.header + row.rows)
        try sandbox.folder.file("units.csv", row.units)
        var arguments = [
            "verify", "--history", "history.csv", "--item-column", "sku", "--units",
            Int(row.units) == nil ? "units.csv" : row.units,
        ]
        if let orders = row.orders {
            try sandbox.folder.file("orders.csv", orders)
            arguments += ["--ledger", "orders.csv"]
        }
        return try sandbox.stress(arguments + row.arguments + more)
    }

    @Test(arguments: cases) func judges(_ row: Case) throws {
        let run = try verify(row, ["--format", "json"])
        #expect(run.exitCode == row.exitCode, "\(run.output)\(run.errors)")
        let record = try JSON(Data(run.output.utf8))
        let verdicts = Dictionary(
            record["items"].list.map { ($0["item"].text ?? "?", $0["verdict"].text ?? "?") }, uniquingKeysWith: { $1 })
        #expect(verdicts == row.verdicts, "\(run.output)")
        #expect(record["exit_code"].number == row.exitCode.asInt)
        #expect(record["totals"]["attempts"].number == row.rows.split(separator: "\n").count)
        let text = try verify(row)
        #expect(text.exitCode == row.exitCode, "\(text.errors)")
        let said = text.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for words in row.says { #expect(said.contains(words), "\(text.output)") }
    }

    /// Every item of a long history has the rows that are its own, in whatever order they come.
    /// A name may be one item's and another's, too, but no two buyers' of one item.
    @Test(arguments: [("a,x b,x b,y", 0), ("a,x b,y b,y", 1)] as [(String, Int32)])
    func unitsHaveNamesOfTheirItem(_ sold: String, _ exitCode: Int32) throws {
        let sandbox = try Sandbox()
        let rows = sold.split(separator: " ").enumerated().map { number, cells in "\(number + 1),100,200,won,\(cells)\n"
        }
        try sandbox.folder.file(
            "named.csv", "attempt,invoked_ns,returned_ns,outcome,sku,unit\n" + rows.joined())
        let run = try sandbox.stress(["verify", "--history", "named.csv", "--units", "5", "--item-column", "sku"])
        #expect(run.exitCode == exitCode, "\(run.output)\(run.errors)")
    }

    @Test func manyItemsAreToldApart() throws {
        var rows = ""
        for attempt in 1...3000 {
            let item = attempt % 300
            let outcome = attempt <= 1500 ? "won" : "sold-out"
            rows += "\(attempt),\(attempt),s\(item),\(attempt / 300 * 10),\(attempt / 300 * 10 + 50),\(outcome),\n"
        }
        let row = Case(testDescription: "", rows: rows, units: "5", exitCode: 0)
        let run = try verify(row, ["--format", "json", "--remaining", "0"])
        #expect(run.exitCode == 0, "\(run.output.prefix(2000))\(run.errors)")
        let items = try JSON(Data(run.output.utf8))["items"].list
        #expect(items.count == 300)
        #expect(items.allSatisfy { $0["totals"]["won"].number == 5 && $0["totals"]["sold_out"].number == 5 })
        // One unit less, and every item is oversold.
        let less = Case(testDescription: "", rows: rows, units: "4", exitCode: 1)
        let refused = try verify(less)
        #expect(
            refused.exitCode == 1 && refused.output.contains("and 270 more items"), "\(refused.output.prefix(3000))")
    }

    struct Hint: Sendable, CustomTestStringConvertible {
        var testDescription: String { columns + " " + rows }
        var columns: String
        var rows: String
        var isGiven: Bool
    }

    static let hints =
        ["sku", "item", "Product", "goods_id", "productId"].map { name in
            Hint(columns: name, rows: "a,1,100,250,won\nb,2,200,400,won\n", isGiven: true)
        } + [
            // One item needs no other flag.
            Hint(columns: "sku", rows: "a,1,100,250,won\na,2,200,400,won\n", isGiven: false),
            Hint(columns: "note", rows: "a,1,100,250,won\nb,2,200,400,won\n", isGiven: false),
            Hint(columns: "itemised", rows: "a,1,100,250,won\nb,2,200,400,won\n", isGiven: false),
        ]

    @Test(arguments: hints) func aColumnOfGoodsIsNoticed(_ hint: Hint) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("h.csv", "\(hint.columns),attempt,invoked_ns,returned_ns,outcome\n\(hint.rows)")
        let run = try sandbox.stress(["verify", "--history", "h.csv", "--units", "2", "--format", "json"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let finding = try JSON(Data(run.output.utf8)).finding("items-not-separated")
        #expect((finding != nil) == hint.isGiven)
        #expect(finding?.contains("--item-column \(hint.columns)") ?? true)
    }

    static let refusals: [([String], String)] = [
        (["--item-column", "color", "--units", "2"], "wanted the column color that separates goods"),
        (["--item-column", "buyer", "--units", "2"], "the name of a column of goods is wanted"),
        (["--item-column", "sku", "--units", "few.csv"], "few.csv has no units for 1 item of h.csv: b"),
        (["--item-column", "sku", "--units", "twice.csv"], "wanted each item once"),
        (["--item-column", "sku", "--units", "0"], "--units 0: a number from"),
        (["--item-column", "sku", "--units", "none.csv"], "none.csv cannot be read"),
        (["--units", "units.csv"], "goes with --item-column"),
        (["--item-column", "sku", "--units", "units.csv", "--remaining", "3"], "--remaining is one number"),
        (["--item-column", "sku", "--units", "2", "--ledger", "orders.csv"], "wanted the column sku"),
        (["--item-column", "sku", "--units", "units.csv", "--ledger", "strange.csv"], "orders of the item z"),
        (["--item-column", "hole", "--units", "2"], "line 3, column hole: wanted the name of the item"),
    ]

    @Test(arguments: refusals) func refuses(_ arguments: [String], _ message: String) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file(
            "h.csv", "attempt,buyer,sku,hole,invoked_ns,returned_ns,outcome\n1,1,a,x,100,250,won\n2,2,b,,200,400,won\n")
        try sandbox.folder.file("few.csv", "sku,units\na,2\n")
        try sandbox.folder.file("units.csv", "sku,units\na,2\nb,2\n")
        try sandbox.folder.file("twice.csv", "sku,units\na,2\nb,2\na,3\n")
        try sandbox.folder.file("orders.csv", "attempt\n1\n")
        try sandbox.folder.file("strange.csv", "attempt,sku\n1,a\n2,b\n3,z\n")
        let run = try sandbox.stress(["verify", "--history", "h.csv"] + arguments)
        #expect(run.exitCode == 64 && run.output.isEmpty)
        let said = run.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(said.contains(message), "\(run.errors)")
    }
}

extension Int32 {
    fileprivate var asInt: Int { Int(self) }
}
