import FlashSale
import Recordings
import Reports
import Testing

/// What a file says is what is read, however it is cut into pieces.
struct AttemptsCSVReaderTests {
    private static func reading(_ text: String) -> Reading<Attempt> { Reading(attempts: Array(text.utf8)) }

    @Test func whatIsWrittenIsRead() {
        let attempts = (1...500).map { id in
            let outcome = Outcome.allCases[id % Outcome.allCases.count]
            return Attempt(
                id: id * 18_014_398_509_481, purchase: id + 1, buyer: id + 2, worker: id % 7, thread: 65535 - id,
                client: id % 5, number: 1 + id % 9, invokedNanoseconds: UInt64(id),
                returnedNanoseconds: outcome == .unknown && id.isMultiple(of: 4) ? nil : UInt64(Int64.max) - UInt64(id),
                outcome: outcome, quantity: 1 + id % 3, remaining: id.isMultiple(of: 3) ? nil : id - 250)
        }
        var sink = MemorySink()
        AttemptsCSV.write(attempts, to: &sink)
        #expect(sink.bytes.withUnsafeBytes { try? AttemptsCSVReader.attempts(in: $0) } == attempts)
        #expect(Reading(attempts: sink.bytes).rows.map(\.line) == Array(2...501))
    }

    @Test func theLargestNumbersAreRead() {
        let reading = Self.reading(
            "attempt,purchase,buyer,worker,thread,client,number,invoked_ns,returned_ns,outcome,quantity,remaining\n"
                + "9007199254740992,9007199254740992,9007199254740992,65535,65535,65535,65535,9223372036854775807,"
                + "9223372036854775807,won,2147483647,-9007199254740992")
        let largest = 9_007_199_254_740_992
        #expect(
            reading.rows.map(\.row) == [
                Attempt(
                    id: largest, purchase: largest, buyer: largest, worker: 65535, thread: 65535, client: 65535,
                    number: 65535, invokedNanoseconds: UInt64(Int64.max), returnedNanoseconds: UInt64(Int64.max),
                    outcome: .won, quantity: 2_147_483_647, remaining: -largest)
            ])
    }

    /// In any order, with quotes or without, and with columns of any other name.
    @Test func whatIsMissingHasDefaults() {
        let expected = [
            Attempt(id: 7, purchase: 7, buyer: 7, invokedNanoseconds: 5, returnedNanoseconds: 5, outcome: .soldOut),
            Attempt(id: 7, purchase: 7, buyer: 7, invokedNanoseconds: 0, returnedNanoseconds: nil, outcome: .unknown),
        ]
        let least = Self.reading(
            "\u{FEFF}outcome,attempt,returned_ns,invoked_ns\r\nsold-out,007,5,5\r\nunknown,7,,0\n\r\n\n")
        #expect(least.rows.map(\.row) == expected && least.damage == nil)
        let most = Self.reading(
            "\"out\"\"x\",\"outcome\",purchase,buyer,worker,thread,client,number,quantity,remaining,\"a\nb\",attempt,"
                + "returned_ns,invoked_ns,\n"
                + "\"a \"\",\"\"\r\n\",\"sold-out\",,,,,,,,,\u{0}x\"y\",\"7\",\"5\",5,\n,unknown,\"\",,,,,,,\"\",,7,,0,\"\""
        )
        #expect(most.rows.map(\.row) == expected && most.damage == nil)
        #expect(most.rows.map(\.line) == [3, 5])
        let purchase = Self.reading("attempt,purchase,invoked_ns,returned_ns,outcome\n1,2,3,4,won")
        #expect(purchase.rows.map(\.row.buyer) == [2])
    }

    @Test func itSaysWhichColumnsThereAre() throws {
        var reader = AttemptsCSVReader()
        #expect(reader.columns.isEmpty)
        let text = "attempt,buyer,invoked_ns,x,returned_ns,outcome,remaining\n"
        _ = try Array(text.utf8).withUnsafeBytes { bytes throws(CSVDamage) in
            try reader.feed(bytes, isLast: true) { _, _ in }
        }
        #expect(reader.columns == [.attempt, .buyer, .invoked, .returned, .outcome, .remaining])
    }

    @Test(arguments: [
        "attempt,invoked_ns,returned_ns,outcome,note\r\n1,2,3,won,\"a\r\n\"\"b\"\r\n\"22\",33,,unknown,x\r\n\r\n\n",
        "\u{FEFF}outcome,attempt,invoked_ns,returned_ns,remaining\nconflict,1,2,3,-4\nwon,1,2,3,4\nfailed,1,x,3,4\n",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n\n\r\n1,2,3,won\n",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n1,x,3,won,5\n",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n\"1\"x,2,3,won\n",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n\r4,2,3,won\n",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n1,2\r,3,won\n",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\r",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n12,34",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n12,34,35,\"won",
        "attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n12,34,5,won\n1,2,3,won",
        "attempt,invoked_ns,returned_ns,outcomes\n1,2,3,won\n", "attempt,invoked_ns,returned_ns,outcome", "",
        "\u{FEFF}",
        "STRSJRNLxyz",
    ])
    func piecesMakeNoDifference(_ text: String) {
        let file = Array(text.utf8)
        let whole = Reading(attempts: file)
        for first in 0...file.count {
            for second in first...file.count {
                #expect(Reading(attempts: file, cuts: [first, second]) == whole, "\(first) \(second)")
            }
        }
        #expect(Reading(attempts: file, cuts: Array(0..<file.count)) == whole)
    }

    @Test func whatTheCallerThrowsEndsTheReading() {
        let file = Array("attempt,invoked_ns,returned_ns,outcome\n1,2,3,won\n1,2,3,won\n".utf8)
        var reader = AttemptsCSVReader()
        let error = #expect(throws: CSVDamage.self) {
            _ = try file.withUnsafeBytes { bytes throws(CSVDamage) in
                try reader.feed(bytes, isLast: true) { (_, line) throws(CSVDamage) in
                    if line == 3 { throw CSVDamage(line: line, "too many") }
                }
            }
        }
        #expect(error == CSVDamage(line: 3, "too many"))
    }
}
