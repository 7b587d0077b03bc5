package import FlashSale

/// What is known of somebody's log beside its attempts.
package struct LogFacts: Sendable {
    /// The texts behind the ids.
    package var ids: TextIDs
    /// Why attempts may be missing, in words for the user; nil where nothing speaks for it.
    package var gap: String?
    /// What the report says of its times; nil where they are exact.
    package var rounding: Finding?
    /// Whether attempts met by more than what rounded times leave open.
    package var metForCertain = true
    /// Whether its ids are numbered by ``ids``, so that those of its orders have to be, too.
    package var isForeign = false
    /// What the columns are called that tell ids, so that orders may call them the same.
    var columns: [LogField: String] = [:]

    package init(gap: String? = nil) {
        ids = TextIDs()
        self.gap = gap
    }

    /// Adds to the facts what follows from it.
    package func apply(to recorded: inout RecordedAttempts) {
        if let gap { recorded.journalProblems.append(gap) }
        recorded.metForCertain = recorded.metForCertain && metForCertain
    }
}
