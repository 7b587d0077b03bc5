/// The cells of one row of a log, by the slots of a ``LogPlan``.
struct LogCells: ~Copyable {
    /// Where each cell's bytes are: in the piece of the file, or among those that were unescaped. Nil or empty where there is none.
    private let cells: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>
    /// Room for what cannot be read where it lies; as much as a row may have.
    private let scratch: UnsafeMutablePointer<UInt8>
    private let scratchSize: Int
    private var used = 0
    /// Cells that a row can set: the first of them.
    private var wanted: Int

    init(slots: Int, rowLimit: Int) {
        cells = .allocate(capacity: max(1, slots))
        cells.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0))
        wanted = cells.count
        scratch = .allocate(capacity: rowLimit)
        scratchSize = rowLimit
    }

    deinit {
        cells.deallocate()
        scratch.deallocate()
    }

    /// - Parameter count: of the slots that are ever set.
    mutating func want(_ count: Int) { wanted = min(count, cells.count) }

    @inline(__always)
    mutating func clear() {
        used = 0
        for slot in 0..<wanted { cells[slot] = UnsafeRawBufferPointer(start: nil, count: 0) }
    }

    @inline(__always)
    subscript(slot: Int) -> UnsafeRawBufferPointer { cells[slot] }

    /// Without blanks around it; what says that there is nothing (`NULL`) is an empty cell.
    @inline(__always)
    mutating func set(_ slot: Int, _ start: UnsafePointer<UInt8>, _ count: Int) {
        var start = start
        var count = count
        while count > 0, Self.isBlank(start[0]) {
            start += 1
            count &-= 1
        }
        while count > 0, Self.isBlank(start[count &- 1]) { count &-= 1 }
        let cell = UnsafeRawBufferPointer(start: start, count: count)
        cells[slot] = Self.saysNothing(cell) ? UnsafeRawBufferPointer(start: nil, count: 0) : cell
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static let nothing: [StaticString] = ["null", "none", "nil", "\\n"]

    @inline(__always)
    private static func saysNothing(_ cell: UnsafeRawBufferPointer) -> Bool {
        guard (2...4).contains(cell.count) else { return false }
        let first = cell[0] | 0x20
        guard first == UInt8(ascii: "n") || cell[0] == UInt8(ascii: "\\") else { return false }
        return nothing.contains { word in
            word.utf8CodeUnitCount == cell.count
                && cell.indices.allSatisfy {
                    let byte = cell[$0] >= 0x41 && cell[$0] <= 0x5A ? cell[$0] | 0x20 : cell[$0]
                    return byte == word.utf8Start[$0]
                }
        }
    }

    // MARK: Unescaping

    /// Whether the cells of the row are where the file's bytes are, and not where those of the next row may be.
    var areInPiece: Bool { used == 0 }

    /// Where bytes that are appended from now on begin.
    var mark: Int { used }

    /// A row is no longer than there is room, and what it means is no longer than the row.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard used < scratchSize else { return }
        scratch[used] = byte
        used &+= 1
    }

    mutating func set(_ slot: Int, scratchFrom mark: Int) { set(slot, scratch + mark, used - mark) }

    func scratchBytes(from mark: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: scratch + mark, count: used - mark)
    }
}
