internal import FlashSale
internal import Glibc

/// The part of a worker's names of units that one thread writes, beside its ``ThreadJournal``.
///
/// Names are written at once and complete, just before their attempt is, so that one segment is mapped at a time.
package struct ThreadNames: ~Copyable {
    /// nil where the strategy names no units, and in a warm-up: then nothing is kept.
    private let file: JournalWriter?
    private var segment: UnsafeMutableRawPointer?
    private var used = 0

    /// - Throws: ``JournalError`` if the disk is full.
    package init(of file: JournalWriter?) throws(JournalError) {
        self.file = file
        segment = try file?.takeSegment()
    }

    /// Keeps nothing.
    package init() {
        file = nil
        segment = nil
    }

    deinit {
        if let segment { munmap(segment, JournalRecord.segmentSize) }
    }

    /// Writes down the names of an attempt.
    ///
    /// - Parameter names: a ``UnitNameList``, at most ``NamesFile/largestList`` bytes.
    /// - Returns: whether they are kept.
    /// - Throws: ``JournalError`` if the file cannot grow.
    package mutating func write(_ names: UnsafeRawBufferPointer, ofAttempt id: Int) throws(JournalError) -> Bool {
        guard let file, let segment, !names.isEmpty else { return false }
        var place = segment
        let size = NamesFile.size(ofNames: names.count)
        if JournalRecord.segmentSize - used < size {
            place = try file.takeSegment()
            munmap(segment, JournalRecord.segmentSize)
            self.segment = place
            used = 0
        }
        NamesFile.store(names, ofAttempt: id, to: place + used)
        used += size
        return true
    }
}
