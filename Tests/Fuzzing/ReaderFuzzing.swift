import FlashSale
import Recordings

/// Feeds a reader with what libFuzzer makes up: `reader-fuzzing attempts|ledger|journal`, then libFuzzer's own arguments.
/// Built by `scripts/fuzz` only.
@main enum ReaderFuzzing {
    static func main() {
        // libFuzzer takes its program's name from the first argument, and would take the target for a folder.
        guard CommandLine.argc > 1 else { fatalError("name a target: attempts, ledger or journal") }
        var count = CommandLine.argc - 1
        var arguments = CommandLine.unsafeArgv + 1
        let target = CommandLine.arguments[1]
        arguments[0] = CommandLine.unsafeArgv[0]
        let test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 =
            switch target {
            case "attempts": { ReaderFuzzing.readAttempts(UnsafeRawBufferPointer(start: $0, count: $1)) }
            case "ledger": { ReaderFuzzing.readLedger(UnsafeRawBufferPointer(start: $0, count: $1)) }
            case "journal": { ReaderFuzzing.readJournal(UnsafeRawBufferPointer(start: $0, count: $1)) }
            default: fatalError("no target is called \(target): attempts, ledger or journal")
            }
        _ = runFuzzer(&count, &arguments, test)
    }

    /// Reads the file at once and in two pieces, which has to make no difference.
    private static func readAttempts(_ file: UnsafeRawBufferPointer) -> Int32 {
        func read(cut: Int) -> ([Attempt], CSVDamage?) {
            var reader = AttemptsCSVReader()
            var attempts: [Attempt] = []
            let damage = feed(file, cut: cut) { piece, isLast throws(CSVDamage) in
                try reader.feed(piece, isLast: isLast) { (attempt, _) throws(CSVDamage) in attempts.append(attempt) }
            }
            return (attempts, damage)
        }
        let whole = read(cut: 0)
        precondition(whole == read(cut: cut(file)), "pieces make a difference")
        let ids = 1...(1 << 53)
        for attempt in whole.0 {
            precondition(ids.contains(attempt.id) && ids.contains(attempt.purchase) && ids.contains(attempt.buyer))
            precondition(1...65535 ~= attempt.number && 1...0x7FFF_FFFF ~= attempt.quantity)
            precondition(attempt.returnedNanoseconds ?? .max >= attempt.invokedNanoseconds)
            precondition(attempt.returnedNanoseconds != nil || attempt.outcome == .unknown)
            precondition(attempt.remaining?.magnitude ?? 0 <= 1 << 53)
        }
        return 0
    }

    private static func readLedger(_ file: UnsafeRawBufferPointer) -> Int32 {
        func read(cut: Int) -> ([Ledger.Order], CSVDamage?) {
            var reader = LedgerCSVReader()
            var orders: [Ledger.Order] = []
            let damage = feed(file, cut: cut) { piece, isLast throws(CSVDamage) in
                try reader.feed(piece, isLast: isLast) { (order, _) throws(CSVDamage) in orders.append(order) }
            }
            return (orders, damage)
        }
        precondition(read(cut: 0) == read(cut: cut(file)), "pieces make a difference")
        return 0
    }

    /// Somewhere in the file.
    private static func cut(_ file: UnsafeRawBufferPointer) -> Int {
        file.isEmpty ? 0 : file.reduce(0) { $0 &* 31 &+ Int($1) }.magnitudeRemainder(file.count)
    }

    private static func feed(
        _ file: UnsafeRawBufferPointer, cut: Int,
        _ feed: (UnsafeRawBufferPointer, Bool) throws(CSVDamage) -> Int
    ) -> CSVDamage? {
        do throws(CSVDamage) {
            let taken = try feed(UnsafeRawBufferPointer(rebasing: file[..<cut]), false)
            let rest = UnsafeRawBufferPointer(rebasing: file[taken...])
            let isAll = try feed(rest, true) == rest.count
            precondition(isAll, "something was left")
            return nil
        } catch {
            precondition(1...(file.count + 1) ~= error.line)
            return error
        }
    }

    /// The first 20 bytes are the header's, and what follows is records, so that the fuzzer need not learn that the header
    /// is long.
    private static func readJournal(_ input: UnsafeRawBufferPointer) -> Int32 {
        let start = min(input.count, 20)
        let count = start < 20 ? start : JournalRecord.headerSize + input.count - start
        let file = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        defer { file.deallocate() }
        file.initializeMemory(as: UInt8.self, repeating: 0)
        file.copyBytes(from: input[..<start])
        if start == 20 { file[JournalRecord.headerSize...].copyBytes(from: input[start...]) }
        guard let attempts = try? JournalRecord.attempts(in: UnsafeRawBufferPointer(file)) else { return 0 }
        precondition(attempts.count <= (count - JournalRecord.headerSize) / JournalRecord.size)
        precondition(attempts.allSatisfy { $0.id > 0 && $0.purchase > 0 && $0.buyer > 0 && $0.number > 0 })
        return 0
    }
}

extension Int {
    fileprivate func magnitudeRemainder(_ divisor: Int) -> Int { Int(magnitude % UInt(divisor)) }
}

/// libFuzzer's loop: it calls `test` with one input after the other until one crashes or the time is over.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
