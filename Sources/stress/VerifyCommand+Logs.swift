internal import FlashSale
internal import Recordings

/// `stress verify --history` of what other systems wrote.
extension VerifyCommand {
    /// What was recorded of a history, or of one of its items.
    func recorded(_ history: History, _ contents: HistoryFile.Contents) -> RecordedAttempts {
        var recorded = RecordedAttempts(
            history, tellsPurchases: contents.columns.contains(.purchase),
            tellsBuyers: contents.columns.contains(.buyer))
        recorded.metForCertain = contents.metForCertain
        contents.log?.apply(to: &recorded)
        return recorded
    }

    /// The orders, whose ids are those of the history.
    func ledgerContents(
        _ path: String, itemColumn: String? = nil, _ contents: inout HistoryFile.Contents
    ) throws(RunError) -> LedgerFile.Contents {
        guard var log = contents.log, log.isForeign else { return try LedgerFile.read(path, itemColumn: itemColumn) }
        defer { contents.log = log }
        return try LogLedger.read(path, itemColumn: itemColumn, log: &log, columns: contents.columns)
    }
}
