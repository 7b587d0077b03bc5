import FlashSale
import Recordings
import Reports

/// CSV files of other systems.
extension FuzzedReader {
    static let attempts = FuzzedReader(
        "attempts", words: AttemptsCSVReader.columnNames + Outcome.allCases.map(\.word) + csvWords,
        examples: { csv(attemptsExamples) }
    ) { (bytes) throws(BrokenPromise) in
        for column in [nil, "sku"] {
            let file = CutFile(bytes: bytes)
            var whole: [Attempt] = []
            var pieces: [Attempt] = []
            var reader = AttemptsCSVReader(itemColumn: column)
            let damage = try file.feed(inPieces: false) { piece, isLast throws(CSVDamage) in
                try reader.feed(piece, isLast: isLast) { (attempt, _) throws(CSVDamage) in whole.append(attempt) }
            }
            let goods = (reader.goods.names, reader.goods.rows, reader.goodsColumn)
            reader = AttemptsCSVReader(itemColumn: column)
            let second = try file.feed(inPieces: true) { piece, isLast throws(CSVDamage) in
                try reader.feed(piece, isLast: isLast) { (attempt, _) throws(CSVDamage) in pieces.append(attempt) }
            }
            try BrokenPromise.unless(whole == pieces && damage == second, "pieces make a difference")
            try BrokenPromise.unless(
                goods == (reader.goods.names, reader.goods.rows, reader.goodsColumn),
                "pieces make a difference to goods")
            try BrokenPromise.unless(
                goods.1.isEmpty || damage != nil || goods.1.count == whole.count, "a row has no item")
            for attempt in whole { try check(attempt) }
            try checkWritingAndReading(whole)
        }
    }

    static func check(_ attempt: Attempt) throws(BrokenPromise) {
        let ids = 1...(1 << 53)
        try BrokenPromise.unless(
            ids.contains(attempt.id) && ids.contains(attempt.purchase) && ids.contains(attempt.buyer)
                && 1...65535 ~= attempt.number && 1...0x7FFF_FFFF ~= attempt.quantity
                && attempt.returnedNanoseconds ?? .max >= attempt.invokedNanoseconds
                && (attempt.returnedNanoseconds != nil || attempt.outcome == .unknown)
                && attempt.remaining?.magnitude ?? 0 <= 1 << 53, "no attempt is like \(attempt)")
    }

    /// What was read, written and read again is the same.
    private static func checkWritingAndReading(_ attempts: [Attempt]) throws(BrokenPromise) {
        var written = MemorySink()
        AttemptsCSV.write(attempts, to: &written)
        let again = written.bytes.withUnsafeBytes { try? AttemptsCSVReader.attempts(in: $0) }
        try BrokenPromise.unless(again == attempts, "attempts.csv does not give back what was written")
    }

    static let ledger = FuzzedReader(
        "ledger", words: ["attempt", "purchase", "buyer", "quantity", "unit"] + csvWords,
        examples: { csv(ledgerExamples) }
    ) { (bytes) throws(BrokenPromise) in
        let file = CutFile(bytes: bytes)
        func read(inPieces: Bool) throws(BrokenPromise) -> ([Ledger.Order], CSVDamage?) {
            var reader = LedgerCSVReader(itemColumn: bytes.count % 2 == 0 ? nil : "sku")
            var orders: [Ledger.Order] = []
            let damage = try file.feed(inPieces: inPieces) { piece, isLast throws(CSVDamage) in
                try reader.feed(piece, isLast: isLast) { (order, _) throws(CSVDamage) in orders.append(order) }
            }
            return (orders, damage)
        }
        let whole = try read(inPieces: false)
        let pieces = try read(inPieces: true)
        try BrokenPromise.unless(whole == pieces, "pieces make a difference")
        var written = MemorySink()
        LedgerCSV.write(Ledger(orders: whole.0, isAtomic: false), to: &written)
        let again = written.bytes.withUnsafeBytes { try? LedgerCSVReader.orders(in: $0) }
        try BrokenPromise.unless(again == whole.0, "ledger.csv does not give back what was written")
    }

    static let units = FuzzedReader(
        "units", words: ["unit"] + csvWords,
        examples: { csv(["unit\r\nA1\r\n\"B;2\"\r\n", "x,unit\n1,a\\;b;c\n2,\"d\"\"e\"\n"]) }
    ) { (bytes) throws(BrokenPromise) in
        let file = CutFile(bytes: bytes)
        func read(inPieces: Bool) throws(BrokenPromise) -> ([String], CSVDamage?) {
            var reader = UnitsCSVReader()
            var names: [String] = []
            let damage = try file.feed(inPieces: inPieces) { piece, isLast throws(CSVDamage) in
                try reader.feed(piece, isLast: isLast) { names += $0 }
            }
            return (names, damage)
        }
        let whole = try read(inPieces: false)
        let pieces = try read(inPieces: true)
        try BrokenPromise.unless(whole == pieces, "pieces make a difference")
        try BrokenPromise.unless(!whole.0.contains(""), "a unit has no name")
        try BrokenPromise.unless(UnitText.names(in: UnitText.text(whole.0)) == whole.0, "names are not given back")
    }

    static func csv(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let csvWords = [
        "sku", "\"", "\"\"", ",", "\r\n", "\u{FEFF}", "9007199254740992", "9223372036854775807",
    ]

    static let attemptsExamples = [
        """
        attempt,purchase,buyer,worker,thread,client,number,invoked_ns,returned_ns,outcome,quantity,remaining\r
        7,2,3,0,1,2,1,100,200,won,1,-4\r
        8,2,3,0,1,2,2,100,,unknown,1,\r\n
        """,
        "outcome,\"a \"\"note\"\"\",attempt,invoked_ns,returned_ns\nsold-out,\"1\n,\"\"2\",5,6,7\n",
        "attempt,invoked_ns,returned_ns,outcome,sku,unit\n1,1,2,won,a,A1\n2,3,4,won,\"b\"\"\",\"B;\\;2\"\n",
    ]

    private static let ledgerExamples = [
        "attempt,purchase,buyer,quantity\r\n1,2,3,4\r\n,,\"5\",\r\n", "buyer\n1\n\"\"\n\n",
        "buyer,unit,sku\n1,A1,a\n2,\"B,2\",b\n",
    ]
}
