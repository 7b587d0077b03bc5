package import FlashSale

/// Reads one journal back.
package enum JournalReader {
    /// Every attempt in the journal at `path`.
    ///
    /// - Throws: ``JournalDamage`` if it cannot be opened or is damaged; the reason names the file.
    package static func attempts(at path: String) throws(JournalDamage) -> [Attempt] {
        let (history, problems) = MappedJournals.history([(path, path)])
        if let problem = problems.first { throw JournalDamage(problem) }
        return Array(history)
    }
}
