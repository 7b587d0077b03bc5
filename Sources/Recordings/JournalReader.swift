package import FlashSale

/// Reads one journal back.
package enum JournalReader {
    /// Every attempt in the journal at `path`.
    ///
    /// - Throws: ``JournalDamage`` if it cannot be opened or is damaged; the reason names the file.
    package static func attempts(at path: String) throws(JournalDamage) -> [Attempt] {
        let journals = MappedJournals([(path, path)])
        if let problem = journals.problems.first { throw JournalDamage(problem) }
        return Array(journals.history)
    }
}
