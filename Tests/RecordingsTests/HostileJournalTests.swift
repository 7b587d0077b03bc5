import FlashSale
import Testing

/// Journals with every kind of damage: refused at a byte of the file, or read as their bytes say.
struct HostileJournalTests {
    /// What a record says, put together from its bytes.
    private static func plain(_ bytes: UnsafeRawBufferPointer, at record: Int, worker: Int) -> Attempt?? {
        func number(_ offset: Int, _ count: Int) -> UInt64 {
            (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[record + offset + $1]) }
        }
        if number(0, 4) == 0 { return .some(nil) }
        let state = number(0, 2)
        guard state >= 1, state <= 9 else { return nil }
        let (flags, returned) = state == 1 ? (0, 0) : (number(6, 2), number(40, 8))
        let ids = [8, 16, 24].map { Int(Int64(bitPattern: number($0, 8))) }
        guard ids.allSatisfy({ $0 > 0 }), number(4, 2) > 0, number(56, 4) > 0 else { return nil }
        return Attempt(
            id: ids[0], purchase: ids[1], buyer: ids[2], worker: worker, thread: Int(number(60, 2)),
            client: Int(number(62, 2)), number: Int(number(4, 2)), invokedNanoseconds: number(32, 8),
            returnedNanoseconds: flags & 4 == 0 ? nil : returned,
            outcome: state == 1 ? .unknown : Outcome(rawValue: UInt8(state))!, quantity: Int(number(56, 4)),
            remaining: flags & 1 == 0 ? nil : Int(Int64(bitPattern: number(48, 8))), isHole: flags & 2 != 0,
            node: Int(flags >> 4 & 15),
            // Known also before its end.
            phase: AttemptPhase(rawValue: UInt8(number(6, 2) >> 8 & 3)) ?? .reserve)
    }

    private static func fill(
        _ record: UnsafeMutableRawPointer, worker: Int, time: UInt64, using random: inout SeededGenerator
    ) {
        record.initializeMemory(as: UInt8.self, repeating: 0, count: JournalRecord.size)
        guard random.below(8) > 0 else { return }
        let ids = [1, 2, Int(Int64.max), 1 << 53]
        JournalRecord.invoke(
            record,
            with: .init(
                attempt: ids[random.below(4)], purchase: ids[random.below(4)], buyer: ids[random.below(4)],
                number: 1 + random.below(65535), quantity: 1 + random.below(1 << 31), worker: worker,
                thread: random.below(65536), client: random.below(65536)), at: time)
        guard random.below(4) > 0 else { return }
        JournalRecord.complete(
            record, with: Outcome.allCases[random.below(Outcome.allCases.count)],
            remaining: random.below(2) == 0 ? nil : Int(truncatingIfNeeded: random.next()),
            isHole: random.below(2) == 0, node: UInt16(random.below(16)), at: random.below(4) == 0 ? nil : random.next()
        )
    }

    /// Whether the record is not sound, is another worker's, is older than one before it, or is free before one that is not.
    private static func isOutOfPlace(_ bytes: UnsafeRawBufferPointer, at place: Int, worker: Int) -> Bool {
        guard let own = plain(bytes, at: place, worker: worker) else { return true }
        guard let own else {
            return stride(from: place + 64, to: bytes.count - 63, by: 64).contains {
                bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self) != 0
            }
        }
        guard Int(bytes.loadUnaligned(fromByteOffset: place + 2, as: UInt16.self)) == worker else { return true }
        let before = stride(from: 65536, to: place, by: 64).compactMap { plain(bytes, at: $0, worker: worker) ?? nil }
        return before.last.map { own.invokedNanoseconds < $0.invokedNanoseconds } ?? false
    }

    /// Nothing, or what is wrong with the reading of a journal.
    private static func fault(_ bytes: UnsafeRawBufferPointer, isHeaderFine: Bool, worker: Int) -> String? {
        let attempts: [Attempt]
        do throws(JournalDamage) {
            attempts = try JournalRecord.attempts(in: bytes)
        } catch {
            guard let byte = error.reason.split(separator: "(byte ").last.flatMap({ Int($0.dropLast()) }) else {
                return isHeaderFine && bytes.count.isMultiple(of: 64) ? error.reason : nil
            }
            guard byte + 64 <= bytes.count else {
                // A record that is cut off starts there.
                return byte < bytes.count && byte.isMultiple(of: 64) ? nil : error.reason
            }
            return isOutOfPlace(bytes, at: byte, worker: worker) ? nil : error.reason
        }
        var expected: [Attempt] = []
        for record in stride(from: 65536, to: bytes.count, by: 64) {
            guard let attempt = plain(bytes, at: record, worker: worker),
                !isOutOfPlace(bytes, at: record, worker: worker)
            else { return "took the record at \(record)" }
            if let attempt { expected.append(attempt) }
        }
        return isHeaderFine && attempts == expected ? nil : "read as \(attempts)"
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func attempts(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let size = JournalRecord.headerSize + 3 * JournalRecord.size
        let file = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { file.deallocate() }
        file.initializeMemory(as: UInt8.self, repeating: 0)
        let start = file.baseAddress!
        var read = 0
        for number in 0..<200_000 {
            let worker = random.below(1 << 16)
            JournalHeader(worker: worker).store(to: start)
            let records = random.below(4)
            for record in 0..<records {
                Self.fill(
                    start + (JournalRecord.headerSize + 64 * record), worker: worker, time: UInt64(100 + record),
                    using: &random)
            }
            var count = JournalRecord.headerSize + 64 * records
            var isHeaderFine = true
            for _ in 0..<random.below(3) {
                switch random.below(16) {
                case 0:
                    // The magic, the version or the size of a record.
                    file[random.below(16)] ^= 1 << UInt8(random.below(8))
                    isHeaderFine = JournalHeader.isFine(file)
                case 1: count = random.below(count + 1)
                case 2...8 where records > 0:
                    // A field is overwritten by a number at a limit.
                    let place = start + (JournalRecord.headerSize + 8 * random.below(8 * records))
                    let limits: [UInt64] = [0, 1, 2, 7, 8, 1 << 63, .max, 1 << 32, 1 << 31, 0xFFFF]
                    place.storeBytes(of: limits[random.below(limits.count)], as: UInt64.self)
                case _ where records > 0:
                    file[JournalRecord.headerSize + random.below(64 * records)] ^= 1 << UInt8(random.below(8))
                default: break
                }
            }
            let bytes = UnsafeRawBufferPointer(start: start, count: count)
            isHeaderFine = isHeaderFine && count >= JournalRecord.headerSize
            if let fault = Self.fault(bytes, isHeaderFine: isHeaderFine, worker: worker) {
                Issue.record("seed \(seed), journal \(number), \(Array(bytes.dropFirst(65536))): \(fault)")
                return
            }
            read += isHeaderFine ? records : 0
        }
        #expect(read > 10_000)
    }
}

extension JournalHeader {
    /// Whether the bytes start as a journal of this format does.
    fileprivate static func isFine(_ file: UnsafeMutableRawBufferPointer) -> Bool {
        Array(file[..<16]) == Array("STRSJRNL".utf8) + [2, 0, 0, 0, 64, 0, 0, 0]
    }
}
