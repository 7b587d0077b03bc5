import FlashSale
import Recordings
import Testing

/// What is wrong with a file is said with its line, its column, what was wanted, what was found and what to do.
struct AttemptsCSVDamageTests {
    private static let header = "attempt,invoked_ns,returned_ns,outcome\n"
    private static let wide = "attempt,invoked_ns,returned_ns,outcome,quantity,remaining,note,worker\n"
    private static let ids = "wanted a whole number from 1 to 9007199254740992, found"
    private static let idAdvice = "; number the attempts from 1, each with an id of its own"
    private static let times = "wanted a whole number from 0 to 9223372036854775807, found"
    private static let needed = "wanted a header with attempt, invoked_ns, returned_ns and outcome, found"
    private static let outcomes =
        "wanted one of won, sold-out, conflict, duplicate, failed, unknown, returned, held, found"
    private static let example =
        "attempt,purchase,buyer,worker,thread,client,number,invoked_ns,returned_ns,outcome,quantity,remaining,unit,phase"

    private static func expect(
        _ file: [UInt8], line: Int, column: String?, reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let expected = CSVDamage(line: line, column: column, reason)
        #expect(Reading(attempts: file).damage == expected, sourceLocation: sourceLocation)
    }

    @Test(
        arguments: [
            ("", nil, "wanted a header such as \(example), found an empty file; give the file that was meant"),
            ("\u{FEFF}", nil, "wanted a header such as \(example), found an empty file; give the file that was meant"),
            ("\n1,2,3,won\n", nil, "wanted a header such as \(example), found an empty line; put the header there"),
            ("1,2,3,won\n", nil, "\(needed) \"1,2,3,won\"; put a line before the rows that names their columns"),
            (
                "attempt,invoked_ns,outcome\n", "returned_ns",
                "\(needed) \"attempt,invoked_ns,outcome\"; add the column, or rename the one that holds it"
            ),
            (
                "attempt,invoked_ns,Returned_NS,outcome\n", "returned_ns",
                "\(needed) \"attempt,invoked_ns,Returned_NS,outcome\"; rename the column \"Returned_NS\" if that is it"
            ),
            (
                "attempt,invoked_ns,returned_ns,outcome,x,attempt", "attempt",
                "wanted each column once, found this one as the columns 1 and 6; take one of them out"
            ),
            (
                "attempt;invoked_ns;returned_ns;outcome\n", nil,
                "\(needed) \"attempt;invoked_ns;returned_ns;outcome\"; separate the cells with commas"
            ),
            ("{\"attempt\": 1}", nil, "\(needed) \"{\"attempt\": 1}\", which seems to be JSON; export it as CSV"),
            (
                "attempt,\"x", "",
                "wanted a closing quote, found the end of the file; close the quote, or write the file "
                    + "again if it was cut off"
            ),
            (
                "STRSJRNL\u{1}\u{0}", nil,
                "wanted CSV, found a file that seems to be a journal of stress; give the folder of its run instead"
            ),
        ] as [(String, String?, String)])
    func header(file: String, column: String?, reason: String) {
        Self.expect(Array(file.utf8), line: 1, column: column == "" ? nil : column, reason: reason)
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], "compressed with gzip; unpack it first"),
            ([0x28, 0xB5, 0x2F, 0xFD, 0], "compressed with zstd; unpack it first"),
            ([0x50, 0x4B, 3, 4, 20], "a ZIP archive or a spreadsheet; export the table as CSV"),
            ([0xFF, 0xFE, 0x61, 0], "text in UTF-16; save it as UTF-8"),
            ([0xFE, 0xFF, 0, 0x61], "text in UTF-16; save it as UTF-8"),
        ] as [([UInt8], String)])
    func otherFormats(_ file: [UInt8], _ sentence: String) {
        Self.expect(file, line: 1, column: nil, reason: "wanted CSV, found a file that seems to be \(sentence)")
    }

    @Test(
        arguments: [
            ("0,2,3,won\n", "attempt", "\(ids) \"0\"\(idAdvice)"),
            (",2,3,won\n", "attempt", "\(ids) an empty cell\(idAdvice)"),
            ("\"\",2,3,won\n", "attempt", "\(ids) an empty cell\(idAdvice)"),
            ("9007199254740993,2,3,won\n", "attempt", "\(ids) \"9007199254740993\"\(idAdvice)"),
            ("18446744073709551617,2,3,won\n", "attempt", "\(ids) \"18446744073709551617\"\(idAdvice)"),
            (" 1,2,3,won\n", "attempt", "\(ids) \" 1\"\(idAdvice)"),
            ("1 ,2,3,won\n", "attempt", "\(ids) \"1 \"\(idAdvice)"),
            ("+1,2,3,won\n", "attempt", "\(ids) \"+1\"\(idAdvice)"),
            ("-1,2,3,won\n", "attempt", "\(ids) \"-1\"\(idAdvice)"),
            ("1.0,2,3,won\n", "attempt", "\(ids) \"1.0\"\(idAdvice)"),
            ("1\u{0},2,3,won\n", "attempt", "\(ids) \"1\\x00\"\(idAdvice)"),
            ("\"1\"\"\",2,3,won\n", "attempt", "\(ids) \"1\"\"\(idAdvice)"),
            ("\"1\n2\",2,3,won\n", "attempt", "\(ids) \"1\\n2\"\(idAdvice)"),
            ("1\u{1B}[31m\u{202E}\\,2,3,won", "attempt", "\(ids) \"1\\x1b[31m\\u{202E}\\\"\(idAdvice)"),
            (
                "1\(String(repeating: "é", count: 60)),2,3,won", "attempt",
                "\(ids) \"1\(String(repeating: "é", count: 39))… (121 bytes)\"\(idAdvice)"
            ),
            (
                "1,,3,won\n", "invoked_ns",
                "\(times) an empty cell; give nanoseconds of a clock that never goes back"
            ),
            (
                "1,9223372036854775808,3,won\n", "invoked_ns",
                "\(times) \"9223372036854775808\"; give nanoseconds of a clock that never goes back"
            ),
            (
                "1,2,x,won\n", "returned_ns",
                "wanted a whole number from 0 to 9223372036854775807, or nothing, found \"x\"; give nanoseconds of the same "
                    + "clock, or nothing where the attempt may still take effect"
            ),
            (
                "1,200,199,won\n", "returned_ns",
                "wanted a time not before invoked_ns, which is 200, found 199; take both from one clock that never goes "
                    + "back"
            ),
            (
                "1,2,,sold-out\n", "returned_ns",
                "wanted the time at which the attempt returned, since its outcome is sold-out, found an empty cell; only an "
                    + "unknown attempt may have no end"
            ),
            ("1,2,3,soldout\n", "outcome", "\(outcomes) \"soldout\"; did you mean sold-out?"),
            ("1,2,3,WON\r\n", "outcome", "\(outcomes) \"WON\"; did you mean won?"),
            ("1,2,3,\"w\"\"n\"\r\n", "outcome", "\(outcomes) \"w\"n\"; did you mean won?"),
            ("1,2,3,\u{0}won\n", "outcome", "\(outcomes) \"\\x00won\"; did you mean won?"),
            ("1,2,3,\n", "outcome", "\(outcomes) an empty cell; say unknown where it may have taken effect"),
            (
                "1,2,3,xduplicatexduplicate\n", "outcome",
                "\(outcomes) \"xduplicatexduplicate\"; say unknown where it may have taken effect"
            ),
            (
                "1,2\n", nil,
                "wanted a row of 4 cells as in the header, found 2; write a comma for each cell that is empty"
            ),
            (
                "x,2,3,won,5\n", nil,
                "wanted a row of 4 cells as in the header, found 5; put a cell that holds a comma into quotes"
            ),
            (
                "1,2", nil,
                "wanted a row of 4 cells as in the header, found 2 and then the end; the file seems to be cut off, so write "
                    + "it again"
            ),
            (
                "1,2,3,\"won", "outcome",
                "wanted a closing quote, found the end of the file; close the quote, or write the file again if it was cut "
                    + "off"
            ),
            (
                "\"1\"x,2,3,won\n", "attempt",
                "wanted a comma or the line's end after the closing quote, found \"x\"; write a quote within a quoted cell "
                    + "twice"
            ),
            (
                "1,2,3\rwon\n", "returned_ns",
                "wanted LF or CR LF at the line's end, found a CR alone; convert the line ends, or quote the cell that "
                    + "holds it"
            ),
            (
                "\n1,2,3,won\n", nil, "wanted a row of 4 cells, found an empty line before other lines; take it out"
            ),
        ] as [(String, String?, String)])
    func rows(row: String, column: String?, reason: String) {
        // After a row that is fine and one whose quoted cell takes two lines.
        let start = "attempt,invoked_ns,returned_ns,outcome\r\n7,0,0,won\n\"8\",1,,unknown\n"
        Self.expect(Array((start + row).utf8), line: 4, column: column, reason: reason)
        #expect(Reading(attempts: Array((start + row).utf8)).rows.map(\.line) == [2, 3])
    }

    @Test(
        arguments: [
            (
                "1,2,3,won,0,,,\n", "quantity",
                "wanted a whole number from 1 to 2147483647, or nothing, found \"0\"; give the units that the attempt wanted"
            ),
            (
                "1,2,3,won,2147483648,,,\n", "quantity",
                "wanted a whole number from 1 to 2147483647, or nothing, found \"2147483648\"; give the units that the "
                    + "attempt wanted"
            ),
            (
                "1,2,3,won,,-9007199254740993,,\n", "remaining",
                "wanted a whole number from -9007199254740992 to 9007199254740992, or nothing, found \"-9007199254740993\"; "
                    + "give the units that were left, as the attempt was told"
            ),
            (
                "1,2,3,won,,-,,\n", "remaining",
                "wanted a whole number from -9007199254740992 to 9007199254740992, or nothing, found \"-\"; give the units "
                    + "that were left, as the attempt was told"
            ),
            (
                "1,2,3,won,,,\"never closed\n", "note",
                "wanted a closing quote, found the end of the file; close the quote, or write the file again if it was cut "
                    + "off"
            ),
            (
                "1,2,3,won,,,\"a\" b,\n", "note",
                "wanted a comma or the line's end after the closing quote, found \" \"; write a quote within a quoted cell "
                    + "twice"
            ),
            (
                "1,2,3,won,,,,65536\n", "worker",
                "wanted a whole number from 0 to 65535, or nothing, found \"65536\"; number them from 0, or leave out the "
                    + "column"
            ),
        ] as [(String, String, String)])
    func optionalCells(row: String, column: String, reason: String) {
        let start = Self.wide + "1,2,3,won,,,\"a \"\"note\"\"\r\nof three,\nlines\",\n"
        Self.expect(Array((start + row).utf8), line: 5, column: column, reason: reason)
    }

    @Test func aRowMayHaveAMebibyteAndNoMore() {
        let start = "note,attempt,invoked_ns,returned_ns,outcome\n"
        let end = "\",1,2,3,won\n"
        let fits = "\"" + String(repeating: "\n", count: AttemptsCSVReader.rowLimit - end.utf8.count - 1) + end
        let reading = Reading(attempts: Array((start + fits + "x,4,5,6,won\n").utf8))
        #expect(reading.damage == nil)
        #expect(reading.rows.map(\.line) == [2, 2 + AttemptsCSVReader.rowLimit - end.utf8.count])
        let reason =
            "wanted a row of at most 1048576 bytes, found no end of this one; it may hold a quote that is never closed"
        let long = Array((start + "\"" + fits.dropFirst(1).prefix(1) + fits.dropFirst(1)).utf8)
        for cuts in [[], [start.utf8.count + AttemptsCSVReader.rowLimit], [long.count - 1]] {
            #expect(Reading(attempts: long, cuts: cuts) == Reading(damage: CSVDamage(line: 2, reason)))
        }
    }

    @Test func aSentence() {
        #expect(CSVDamage(line: 5, column: "attempt", "no").description == "line 5, column attempt: no")
        #expect(CSVDamage(line: 1, "no").description == "line 1: no")
    }
}
