import FlashSale
import Recordings

/// What a reader made of a file: rows with their lines, then the damage that ended it, if any.
struct Reading<Row: Equatable>: Equatable {
    struct Line: Equatable {
        var row: Row
        var line: Int
    }

    var rows: [Line] = []
    var damage: CSVDamage?
}

extension Reading where Row == Attempt {
    /// Feeds the file in pieces that end at `cuts`; what was not taken comes again with the next.
    init(attempts file: [UInt8], cuts: [Int] = []) {
        var reader = AttemptsCSVReader()
        self.init(file, cuts: cuts) { (piece, isLast, take) throws(CSVDamage) in
            try reader.feed(piece, isLast: isLast) { (row, line) throws(CSVDamage) in take(row, line) }
        }
    }
}

extension Reading where Row == Ledger.Order {
    /// Feeds the file in pieces that end at `cuts`; what was not taken comes again with the next.
    init(orders file: [UInt8], cuts: [Int] = []) {
        var reader = LedgerCSVReader()
        self.init(file, cuts: cuts) { (piece, isLast, take) throws(CSVDamage) in
            try reader.feed(piece, isLast: isLast) { (row, line) throws(CSVDamage) in take(row, line) }
        }
    }
}

extension Reading {
    private init(
        _ file: [UInt8], cuts: [Int],
        feed: (UnsafeRawBufferPointer, Bool, (Row, Int) -> Void) throws(CSVDamage) -> Int
    ) {
        var rows: [Line] = []
        var taken = 0
        do throws(CSVDamage) {
            let ends = cuts + [file.count]
            for (index, cut) in ends.enumerated() {
                // A copy of its own, so that a read beyond its end is beyond an allocation too.
                let piece = Array(file[taken..<cut])
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
                defer { buffer.deallocate() }
                buffer.copyBytes(from: piece)
                taken += try feed(UnsafeRawBufferPointer(buffer), index == ends.count - 1) {
                    rows.append(Line(row: $0, line: $1))
                }
            }
        } catch {
            damage = error
        }
        self.rows = rows
    }
}
