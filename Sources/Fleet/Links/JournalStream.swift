internal import CLinux
internal import Clients
internal import FlashSale

/// Sends the journal of a worker on another machine to the coordinator while it is written, as ``StreamedFile`` finds it.
final class JournalStream {
    /// From one look to the next, unless a look takes long.
    private static var intervalNanoseconds: UInt64 { 150_000_000 }
    /// A look takes at most this share of one core.
    private static var slowdown: UInt64 { 20 }
    /// Bytes that one look finds at most, beside names.
    private static var mostBytes: Int { 2 << 20 }

    private let journal: StreamedFile
    private let names: StreamedFile?
    private var waiting: [JournalPiece] = []
    private var next: UInt64 = 0
    /// Whether no thread writes any more.
    var isLast = false
    /// Whether all of it was sent.
    private(set) var isOver = false

    init(_ journal: JournalWriter, names: JournalWriter?) {
        self.journal = StreamedFile(journal, .journal)
        self.names = names.map { StreamedFile($0, .names) }
    }

    /// CLOCK_MONOTONIC of the next look.
    var due: UInt64 { isOver ? .max : isLast || !waiting.isEmpty ? 0 : next }

    /// The next piece to be sent; nil where there is none for now.
    func take(at now: UInt64) -> JournalPiece? {
        if waiting.isEmpty, now >= due { look(at: now) }
        return waiting.popLast()
    }

    private func look(at now: UInt64) {
        var pieces: [JournalPiece] = []
        let journal = journal.look(mostBytes: Self.mostBytes, isLast: isLast)
        var isComplete = journal.isComplete
        if let names {
            // Names are written before the record that tells of them: read later and sent before, none is missed.
            let found = names.look(mostBytes: .max, isLast: isLast)
            pieces += found.pieces
            isComplete = isComplete && found.isComplete
        }
        pieces += journal.pieces
        waiting = pieces.reversed()
        isOver = isLast && pieces.isEmpty && isComplete
        let end = Clock.nanoseconds()
        next = max(now + Self.intervalNanoseconds, end + (end - min(now, end)) * Self.slowdown)
    }
}
