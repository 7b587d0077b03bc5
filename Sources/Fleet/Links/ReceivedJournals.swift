internal import Clients
internal import FlashSale
internal import Recordings

/// What comes of the journal of one worker on another machine, and of the names beside it.
final class ReceivedJournals {
    private let folder: RunFolder
    private let worker: Int
    private var journal: ReceivedFile
    private var names: ReceivedFile?

    /// - Throws: ``RunError`` with 73 or 74 if the files cannot be made here.
    init(_ folder: RunFolder, worker: Int, scenario: Scenario, hasNames: Bool) throws(RunError) {
        self.folder = folder
        self.worker = worker
        let bounds = RecordingBounds(scenario)
        journal = try ReceivedFile(
            folder.journalPath(worker: worker), worker: worker, kind: .attempts, mostBytes: bounds.journal)
        names =
            hasNames
            ? try ReceivedFile(
                folder.namesPath(worker: worker), worker: worker, kind: .names, mostBytes: bounds.names) : nil
    }

    /// - Returns: what is wrong; nil where nothing is.
    func take(_ piece: JournalPiece) -> String? {
        switch piece.file {
        case .journal: journal.take(piece)
        case .names: names == nil ? "it sent names of units, and there are none" : names!.take(piece)
        }
    }

    /// All has come: the files are what the worker had, or they differ.
    ///
    /// - Returns: how; nil where they do not.
    func finish(_ mark: WorkerMessage.Delivered) -> String? {
        if let problem = journal.compare(with: mark.journal) { return problem }
        if names != nil {
            guard let wanted = mark.names else { return "it told nothing of its names of units" }
            if let problem = names!.compare(with: wanted) { return problem }
        }
        // As a worker of this machine does with its own.
        JournalWriter.cut(path: folder.journalPath(worker: worker), of: .attempts)
        if names != nil { JournalWriter.cut(path: folder.namesPath(worker: worker), of: .names) }
        return nil
    }
}
