internal import FlashSale

/// The rows of a log of whatever kind its first byte shows.
struct LogRows: Sendable {
    private var csv: LogCSVRows?
    private var json: LogJSONRows?

    var line: Int { csv?.line ?? json?.line ?? 1 }
    /// The header's names; nil where each row has its own.
    var names: [String]? { csv?.names }
    private var isCSV: Bool { csv != nil }
    var isJSON: Bool { !isCSV }
    /// Semicolons are used where a comma stands for the decimal point.
    var hasDecimalComma: Bool { csv?.separator == UInt8(ascii: ";") }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Bytes that a row may have. A span's line has all that a collector sent at a time.
    static func limit(of tool: LogTool?) -> Int { tool == .otel ? 64 << 20 : CSVSplitRow.limit }

    /// - Parameters:
    ///   - bytes: the start of the file; at least its first line.
    ///   - offset: is moved behind what is no row.
    /// - Throws: ``RunError``: 65 where it is no table, 64 where it is not what the tool writes.
    init(_ bytes: UnsafeRawBufferPointer, at offset: inout Int, tool: LogTool?, path: String) throws(RunError) {
        if let sentence = ForeignFormat.sentence(bytes) {
            throw RunError(.badData, "\(path): wanted CSV or lines of JSON, found a file that seems to be \(sentence)")
        }
        if bytes.starts(with: Self.byteOrderMark) { offset += Self.byteOrderMark.count }
        let start = bytes[offset...].first { $0 > 0x20 }
        switch start {
        case nil:
            throw RunError(.badData, "\(path) is empty; give the file that was meant")
        case UInt8(ascii: "{"): return
        case UInt8(ascii: "["):
            throw RunError(
                .badData,
                "\(path) is one list in JSON; one object a line is wanted: jq -c '.[]' \(path) makes it")
        case UInt8(ascii: "<"):
            throw RunError(
                .badData, "\(path) seems to be XML; \(tool?.advice ?? "CSV or lines of JSON are wanted")")
        default:
            let headers = tool?.layout(isJSON: false)?.headers ?? [:]
            do throws(CSVDamage) {
                csv = try LogCSVRows(bytes, at: &offset, headers: headers)
            } catch {
                throw RunError(.badData, "\(path), \(error)")
            }
        }
    }

    /// - Parameter columns: those that are wanted, by their slots.
    mutating func want(_ columns: [String], tool: LogTool?) {
        if csv == nil {
            json = LogJSONRows(columns, holdsSpans: tool == .otel, limit: Self.limit(of: tool))
        } else {
            csv?.want(columns)
        }
    }

    /// - Returns: false where there is no whole row at `offset`.
    @inline(__always)
    mutating func next(
        _ bytes: UnsafeRawBufferPointer, at offset: inout Int, isLast: Bool, _ cells: inout LogCells
    ) throws(CSVDamage) -> Bool {
        if isCSV { return try csv?.next(bytes, at: &offset, isLast: isLast, &cells) ?? false }
        return try json?.next(bytes, at: &offset, isLast: isLast, &cells) ?? false
    }

    /// What the row that was read last has names for.
    func fieldNames(_ bytes: UnsafeRawBufferPointer) -> [String] { csv?.names ?? json?.fieldNames(bytes) ?? [] }
}
