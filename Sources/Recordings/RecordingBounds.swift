package import FlashSale

/// How large the files of a run's history can be, so that one that is larger is not read at all: a sparse file of 64 GB is
/// made in no time.
package struct RecordingBounds: Sendable, Equatable {
    /// Bytes of one worker's journal.
    package let journal: Int
    /// Bytes of one worker's names of units.
    package let names: Int

    /// - Parameter scenario: one whose numbers are plausible.
    package init(_ scenario: Scenario) {
        // A purchase that was won may be asked for once more.
        let attempts = scenario.totalPurchases * (scenario.attempts + 1)
        let segment = JournalRecord.segmentSize
        // Each thread leaves one segment that is not full, and may have taken one more.
        let unused = (2 * scenario.threads + 1) * segment
        journal = JournalRecord.headerSize + attempts * JournalRecord.size + unused
        let list = min(NamesFile.largestList, scenario.quantity.max * (UnitText.nameLimit + 8))
        // What does not fit into a segment any more goes into the next, so that up to a half of each may stay free.
        names = JournalRecord.headerSize + 2 * attempts * NamesFile.size(ofNames: list) + unused
    }

    /// Bytes of the largest file that the run wrote.
    static func largest(_ written: RunRecord.Digests) -> Int { written.files.map(\.bytes).max() ?? 0 }

    /// Why a file need not be read, as a sentence that starts with its name; nil where it has to be.
    func problem(_ file: OpenJournal, of kind: JournalHeader.Kind, _ written: RunRecord.Digests?) -> String? {
        if let written, file.size > Self.largest(written) {
            let found = FileDigest(file: file.name, bytes: file.size, digest: Digest())
            return found.problem(written).map { "\($0), so that it is left out" }
        }
        let most = kind == .names ? names : journal
        guard file.size > most else { return nil }
        return
            "\(file.name) has \(file.size.counted("byte")), and a run of this size writes \(most.grouped) at most, so that it is left out"
    }
}
