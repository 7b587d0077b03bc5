extension RunRecord {
    /// What shows that the files on which the verdict rests are still those that the run wrote.
    package struct Digests: Codable, Sendable, Equatable {
        /// The journals, and `ledger.csv` where there is one.
        package var files: [FileDigest]
        /// Of `run.json` itself, with a zero in the place of each digit of this one. Whoever writes the file fills it in.
        package var runJson: String?

        package init(files: [FileDigest]) { self.files = files }

        package subscript(file: String) -> FileDigest? { files.first { $0.file == file } }
    }
}
