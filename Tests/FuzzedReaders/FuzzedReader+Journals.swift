import FlashSale

/// Files that workers write.
extension FuzzedReader {
    /// The first 20 bytes are the header's, and what follows is records, so that the fuzzer need not learn that the header
    /// is long.
    static let journal = FuzzedReader("journal", examples: { [[UInt8](journalOfOne)] }) {
        (input) throws(BrokenPromise) in
        let start = min(input.count, 20)
        let count = start < 20 ? start : JournalRecord.headerSize + input.count - start
        let file = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { file.deallocate() }
        file.initializeMemory(as: UInt8.self, repeating: 0)
        file.copyBytes(from: input[..<start])
        if start == 20 { file[JournalRecord.headerSize...].copyBytes(from: input[start...]) }
        guard let header = try? JournalHeader(UnsafeRawBufferPointer(file)) else { return }
        let records = UnsafeRawBufferPointer(rebasing: file[JournalRecord.headerSize...])
        let scan = JournalScan(records, worker: header.worker)
        try BrokenPromise.unless(
            scan.count + scan.unusable.count <= (records.count + JournalRecord.size - 1) / JournalRecord.size,
            "there are more records than fit")
        guard let attempts = try? JournalRecord.attempts(in: UnsafeRawBufferPointer(file)) else { return }
        try BrokenPromise.unless(
            attempts.count <= records.count / JournalRecord.size, "there are more attempts than fit")
        try BrokenPromise.unless(
            attempts.allSatisfy { $0.id > 0 && $0.purchase > 0 && $0.buyer > 0 && $0.number > 0 }, "an id is none")
        try Judged(attempts, tellsPurchases: true, tellsBuyers: true, units: 1 + input.count % 7).check()
    }

    /// The header's start (the magic, version 2, records of 64 bytes, worker 3), then an attempt that won.
    private static let journalOfOne: [UInt8] =
        Array("STRSJRNL".utf8) + [2, 0, 0, 0, 64, 0, 0, 0, 3, 0, 0, 0]
        + [2, 0, 3, 0, 1, 0, 5, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
        + [100, 0, 0, 0, 0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 2, 0]

    /// What follows the header of a file of names.
    static let names = FuzzedReader(
        "names",
        examples: {
            [
                [3, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, 65, 49, 0, 0, 0, 0, 0]
                    + [4, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 66, 1, 67, 0, 0, 0, 0]
            ]
        }
    ) { (input) throws(BrokenPromise) in
        let file = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count, alignment: 64)
        defer { file.deallocate() }
        file.copyBytes(from: input)
        guard let places = try? NamesFile.entries(in: UnsafeRawBufferPointer(file)) else { return }
        var builder = UnitNames.Builder()
        var end = 0
        for place in places {
            try BrokenPromise.unless(
                place.attempt > 0 && place.entry.lowerBound >= end && place.names.upperBound <= file.count,
                "an entry is where none can be")
            end = place.entry.upperBound
            guard let list = UnitNameList(UnsafeRawBufferPointer(rebasing: file[place.names])) else {
                throw BrokenPromise("an entry holds no names")
            }
            let names = list.map { String(decoding: $0, as: UTF8.self) }
            try BrokenPromise.unless(UnitText.names(in: UnitText.text(names)) == names, "names are not given back")
            _ = builder.add(list)
            try checkWritingAndReading(list, of: place)
        }
        try BrokenPromise.unless(builder.count == places.count, "an entry was lost")
    }

    private static func checkWritingAndReading(_ list: UnitNameList, of place: NamesFile.Place) throws(BrokenPromise) {
        let bytes = list.flatMap { [UInt8($0.count)] + Array($0) }
        let size = NamesFile.size(ofNames: bytes.count)
        let entry = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        defer { entry.deallocate() }
        entry.initializeMemory(as: UInt8.self, repeating: 0)
        bytes.withUnsafeBytes { NamesFile.store($0, ofAttempt: place.attempt, to: entry.baseAddress!) }
        let again = try? NamesFile.entries(in: UnsafeRawBufferPointer(entry))
        try BrokenPromise.unless(
            again?.count == 1 && again?[0].attempt == place.attempt && entry[again![0].names].elementsEqual(bytes),
            "an entry is not given back")
    }
}
