internal import FlashSale

/// What travels over a link, in either direction: a byte that says what it is, the payload's length in four bytes, and the payload.
/// Numbers are little-endian.
package enum Frame {
    package enum Kind: UInt8, Sendable {
        /// One JSON value: a ``CoordinatorMessage`` or a ``WorkerMessage``.
        case message = 0x4D
        /// 8 bytes: CLOCK_MONOTONIC of the coordinator before it was written.
        case ping = 0x50
        /// 24 bytes: what the ping held; CLOCK_MONOTONIC of the worker after the ping was read, and before this was written.
        case pong = 0x41
        /// A byte that names the file, its place in it (8 bytes), and what is there.
        case piece = 0x4A
    }

    static var headSize: Int { 5 }
    /// The longest message that is taken; a worker's report is some hundred kilobytes at most.
    package static var messageLimitBytes: Int { 64 << 20 }
    /// A piece lies within one segment of a journal.
    static var pieceLimitBytes: Int { JournalRecord.segmentSize }
    static var pieceHeadSize: Int { 9 }

    /// How many bytes a payload may have.
    static func limit(_ kind: Kind) -> ClosedRange<Int> {
        switch kind {
        case .message: 1...messageLimitBytes
        case .ping: 8...8
        case .pong: 24...24
        case .piece: pieceHeadSize + 1...pieceHeadSize + pieceLimitBytes
        }
    }

    private static func head(_ kind: Kind, _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headSize + count)
        bytes.append(kind.rawValue)
        append(UInt32(count), to: &bytes)
        return bytes
    }

    static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    /// A line's end follows, which JSON allows, so that whoever looks at a link sees lines.
    package static func message(_ json: some Collection<UInt8>) -> [UInt8] {
        head(.message, json.count + 1) + json + [UInt8(ascii: "\n")]
    }

    package static func ping(sent: UInt64) -> [UInt8] {
        var bytes = head(.ping, 8)
        append(sent, to: &bytes)
        return bytes
    }

    package static func pong(sent: UInt64, received: UInt64, answered: UInt64) -> [UInt8] {
        var bytes = head(.pong, 24)
        for number in [sent, received, answered] { append(number, to: &bytes) }
        return bytes
    }

    package static func piece(_ piece: JournalPiece) -> [UInt8] {
        var bytes = head(.piece, pieceHeadSize + piece.bytes.count)
        bytes.append(piece.file.rawValue)
        append(UInt64(piece.offset), to: &bytes)
        return bytes + piece.bytes
    }
}

/// Some bytes of a file that a worker elsewhere writes.
package struct JournalPiece: Sendable, Equatable {
    package enum File: UInt8, Sendable {
        case journal = 0
        /// The names of units beside it.
        case names = 1
    }

    package var file: File
    /// Of its first byte in the file.
    package var offset: Int
    /// At least one, within one segment.
    package var bytes: [UInt8]

    package init(file: File, offset: Int, bytes: [UInt8]) {
        self.file = file
        self.offset = offset
        self.bytes = bytes
    }
}
