import FlashSale
import Recordings

/// Logs of others, and what says how they are read.
extension FuzzedReader {
    /// The first byte chooses how the log is read; where it chooses none, the first two lines are what `--map` and `--outcomes` say.
    /// The log follows, and after a byte 1E its orders.
    static let logs = FuzzedReader(
        "logs",
        words: LogField.allCases.map(\.word) + Outcome.allCases.map(\.word) + [
            "NULL", "\\N", "\"\"", "\r\n", "\u{FEFF}", ";", "\t", "2026-05-01T12:00:00.123Z", "+02:00", "1777636800123",
            "1777636800.123", "1e9", "9223372036854775807", "4503599627370496", "0.000001", "-1", "id", "t0_ms",
            "status", "200",
            "409", "{\"", "\":", "\\u0041", "null", "resourceSpans", "scopeSpans", "spans", "attributes", "\u{1E}",
            ":ms", ":epoch",
        ],
        examples: { logExamples.map { [UInt8($0)] + Array($1.utf8) } }
    ) { (input) throws(BrokenPromise) in
        guard let first = input.first else { return }
        let kind = Int(first) % (logMappings.count + 1)
        var rest = input[1...]
        func line() -> String {
            let text = rest.prefix { $0 != 10 }
            rest = rest[min(text.endIndex + 1, rest.endIndex)...]
            return String(decoding: text, as: UTF8.self)
        }
        let texts =
            kind < logMappings.count
            ? logMappings[kind] : LogMapFile(from: nil, map: line(), outcomes: line(), filter: nil)
        guard let mapping = try valid({ () throws(RunError) in try LogMapping(texts) }) else { return }
        let end = rest.firstIndex(of: 0x1E) ?? rest.endIndex
        let file = UnsafeRawBufferPointer(rebasing: rest[..<end])
        try checkIDs(file)
        let whole = try read(log: file, mapping, cut: nil)
        for cut in cuts(of: file) {
            let pieces = try read(log: file, mapping, cut: cut)
            try BrokenPromise.unless(
                pieces == whole,
                "a piece of \(cut) bytes makes a difference: \(pieces.problem ?? "none"), \(whole.problem ?? "none")")
        }
        guard whole.problem == nil, var log = whole.log else { return }
        for attempt in whole.attempts { try check(attempt) }
        if kind == 0 {
            try BrokenPromise.unless(
                whole.attempts.allSatisfy { $0.id == $0.purchase && $0.id == $0.buyer }, "one text has two ids")
        }
        let orders = UnsafeRawBufferPointer(rebasing: rest[min(end + 1, rest.endIndex)...])
        let ledger = try valid { () throws(RunError) in
            try LogLedger.orders(in: orders, of: "orders", log: &log, columns: whole.columns)
        }
        guard whole.attempts.count <= 64 else { return }
        var judged = Judged(
            whole.attempts, tellsPurchases: whole.columns.contains(.purchase),
            tellsBuyers: whole.columns.contains(.buyer),
            units: 1 + file.count % 5)
        if let ledger { judged.ledger = Ledger(orders: ledger.orders, isAtomic: false) }
        try judged.check()
    }

    struct ReadLog: Equatable {
        var attempts: [Attempt] = []
        var columns: AttemptsCSVReader.Columns = []
        var rounding: String?
        var log: LogFacts?
        var problem: String?

        static func == (one: ReadLog, other: ReadLog) -> Bool {
            one.attempts == other.attempts && one.columns == other.columns && one.rounding == other.rounding
                && one.problem == other.problem && one.log?.ids.count == other.log?.ids.count
        }
    }

    /// - Parameter cut: how long the first of two pieces is; nil for one piece.
    static func read(
        log file: UnsafeRawBufferPointer, _ mapping: LogMapping, cut: Int?
    ) throws(BrokenPromise) -> ReadLog {
        var read = ReadLog()
        do throws(RunError) {
            var reader = try LogReader("log", mapping, itemColumn: nil)
            var taken = 0
            if let cut { taken = try reader.feed(UnsafeRawBufferPointer(rebasing: file[..<cut]), isLast: false) }
            let rest = UnsafeRawBufferPointer(rebasing: file[taken...])
            taken += try reader.feed(rest, isLast: true)
            let contents = try reader.contents(requests: nil)
            read.attempts = Array(contents.history)
            read.columns = contents.columns
            read.log = contents.log
            read.rounding = contents.log?.rounding?.detail
            if taken != file.count { read.problem = "\(file.count - taken) bytes were left" }
        } catch {
            read.problem = error.message
            try BrokenPromise.unless(
                !error.message.isEmpty && [.usage, .badData].contains(error.status), "no reason: \(error)")
            return read
        }
        try BrokenPromise.unless(read.problem == nil, read.problem ?? "")
        return read
    }

    /// Ends of first pieces: each holds the whole first line that says something, as with files of any size.
    private static func cuts(of file: UnsafeRawBufferPointer) -> [Int] {
        var isQuoted = false
        let start = file.firstIndex { $0 > 0x20 } ?? file.endIndex
        let end = file[start...].firstIndex { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == 10 && !isQuoted
        }
        guard let end else { return [] }
        let first = max(end + 1, 8)
        guard first < file.count else { return [] }
        return Array(Set([first, first + CutFile(bytes: file).cut % (file.count - first), file.count - 1]))
    }

    /// Ids of texts are equal where the texts are.
    private static func checkIDs(_ file: UnsafeRawBufferPointer) throws(BrokenPromise) {
        var ids = TextIDs()
        var known: [[UInt8]: Int] = [:]
        var texts: [Int: [UInt8]] = [:]
        for cell in file.split(whereSeparator: { ",;\t\n ".utf8.contains($0) }) {
            let id = ids.id(UnsafeRawBufferPointer(rebasing: cell))
            let text = Array(cell)
            try BrokenPromise.unless(
                known[text, default: id] == id && texts[id, default: text] == text,
                "the id \(id) stands for two texts, or a text has two")
            known[text] = id
            texts[id] = text
            try BrokenPromise.unless(
                ids.text(id) ?? String(id) == String(decoding: text, as: UTF8.self),
                "the id \(id) does not give back its text")
        }
    }

    // MARK: How a log is read

    /// Files of `--save-map`, or what `--from`, `--map`, `--outcomes` and `--where` say with the byte 1E between them.
    static let maps = FuzzedReader(
        "maps", mostBytes: 1024,
        words: LogField.allCases.map(\.word) + Outcome.allCases.map(\.word) + LogTool.allCases.map(\.rawValue) + [
            "\u{1E}", "=", "..", "*", "\"", "|", ":ms", ":epoch", "{\"map\":\"", "\"outcomes\":", "\"where\":",
            "\\u0000",
        ],
        examples: {
            csv([
                "\u{1E}attempt=RequestId, buyer=\"User, name\", invoked=start_ms|a:epoch, returned=start_ms + elapsed, outcome=status\u{1E}200=won, 409=sold-out, 5*=unknown, 400..499=failed, =failed\u{1E}label=Buy*, \"a,b\"=c",
                "jmeter\u{1E}\u{1E}200=won,*=unknown", "otel\u{1E}buyer=attributes.user.id\u{1E}\"2*\"=won\u{1E}name=*",
                "{\"from\":\"k6\",\"map\":\"buyer=data.tags.user\",\"outcomes\":\"200=won\",\"where\":\"a=b\"}",
                "{\"map\":\"\\u0000=\\ud83d\"}",
            ])
        }
    ) { (input) throws(BrokenPromise) in
        if let file = try valid({ () throws(RunError) in try LogMapFile(Array(input), of: "map.json") }) {
            try check(file)
        }
        let texts = input.split(separator: 0x1E, maxSplits: 3, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        func text(_ index: Int) -> String? { index < texts.count && !texts[index].isEmpty ? texts[index] : nil }
        try check(LogMapFile(from: text(0), map: text(1), outcomes: text(2), filter: text(3)))
    }

    /// What is kept of a mapping is the same mapping.
    private static func check(_ file: LogMapFile) throws(BrokenPromise) {
        guard [file.from, file.map, file.outcomes, file.filter].contains(where: { $0 != nil }) else { return }
        let again = try? LogMapFile(file.bytes, of: "map.json")
        let fields: [KeyPath<LogMapFile, String?>] = [\.from, \.map, \.outcomes, \.filter]
        try BrokenPromise.unless(
            fields.allSatisfy { field in
                again?[keyPath: field].map { Array($0.utf8) } == file[keyPath: field].map { Array($0.utf8) }
            },
            "a file does not give back \(file)")
        let mapping = try valid { () throws(RunError) in try LogMapping(file) }
        let same = try valid { () throws(RunError) in try LogMapping(again ?? file) }
        try BrokenPromise.unless(mapping == same, "a file maps otherwise than \(file)")
        guard let mapping else { return }
        // A file that has whatever columns are asked for.
        let row = Array("{\"attempt\":\"a\",\"t_ns\":5,\"outcome\":\"won\"}\n".utf8)
        let log = UnsafeMutableRawBufferPointer.allocate(byteCount: row.count, alignment: 1)
        defer { log.deallocate() }
        log.copyBytes(from: row)
        _ = try read(log: UnsafeRawBufferPointer(log), mapping, cut: nil)
    }

    private static func valid<Value>(_ read: () throws(RunError) -> Value) throws(BrokenPromise) -> Value? {
        do throws(RunError) { return try read() } catch {
            try BrokenPromise.unless(
                !error.message.isEmpty && [.usage, .badData].contains(error.status), "no reason is given: \(error)")
            return nil
        }
    }
}

extension LogMapping {
    init(_ texts: LogMapFile) throws(RunError) {
        try self.init(from: texts.from, map: texts.map, outcomes: texts.outcomes, filter: texts.filter)
    }
}
