import FlashSale
import Recordings
import Reports
import Testing

struct LedgerCSVReaderTests {
    private static func reading(_ text: String) -> Reading<Ledger.Order> { Reading(orders: Array(text.utf8)) }

    @Test func whatIsWrittenIsRead() {
        let orders: [Ledger.Order] = [
            .init(attempt: 1, purchase: 2, buyer: 3), .init(attempt: 1, buyer: 3), .init(buyer: 3), .init(purchase: 2),
            .init(),
        ]
        var sink = MemorySink()
        LedgerCSV.write(Ledger(orders: orders, isAtomic: true), to: &sink)
        #expect(sink.bytes.withUnsafeBytes { try? LedgerCSVReader.orders(in: $0) } == orders)
    }

    @Test func anyIdWillDo() {
        let one = Self.reading("buyer\n5\n\"\"\n6\n\n")
        #expect(one.rows.map(\.row) == [.init(buyer: 5), .init(), .init(buyer: 6)] && one.damage == nil)
        let two = Self.reading("quantity,note,attempt\n2,x,7\n,\",\",8")
        #expect(two.rows.map(\.row) == [.init(attempt: 7, quantity: 2), .init(attempt: 8)] && two.damage == nil)
    }

    @Test(
        arguments: [
            (
                "quantity,x\n", 1, "attempt",
                "wanted a header with attempt, purchase or buyer, found \"quantity,x\"; add the column, or rename the one "
                    + "that holds it"
            ),
            (
                "buyer,quantity\n1,1\n0,1\n", 3, "buyer",
                "wanted a whole number from 1 to 9007199254740992, or nothing, found \"0\"; give the buyer's id as in "
                    + "attempts.csv"
            ),
            (
                "buyer,quantity\n1,-1\n", 2, "quantity",
                "wanted a whole number from 1 to 2147483647, or nothing, found \"-1\"; give the units that were ordered"
            ),
            ("buyer\n\n1\n", 2, nil, "wanted a row of 1 cell, found an empty line before other lines; take it out"),
        ] as [(String, Int, String?, String)])
    func damage(file: String, line: Int, column: String?, reason: String) {
        #expect(Self.reading(file).damage == CSVDamage(line: line, column: column, reason))
    }

    @Test(arguments: ["attempt,buyer\n1,2\n\"3\",\r\n,\n", "buyer\n1\nx\n", "buyer\n1\n\n", "\u{FEFF}buyer,x\n1\n"])
    func piecesMakeNoDifference(_ text: String) {
        let file = Array(text.utf8)
        let whole = Reading(orders: file)
        for cut in 0...file.count { #expect(Reading(orders: file, cuts: [cut]) == whole) }
        #expect(Reading(orders: file, cuts: Array(0..<file.count)) == whole)
    }
}
