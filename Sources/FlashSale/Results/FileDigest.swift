/// What a file of a run's folder was like when the run wrote it.
package struct FileDigest: Codable, Sendable, Equatable {
    /// Its name within the run's folder.
    package var file: String
    /// Its size.
    package var bytes: Int
    /// See ``Digest``.
    package var digest: String

    package init(file: String, bytes: Int, digest: Digest) {
        self.file = file
        self.bytes = bytes
        self.digest = digest.text
    }

    /// Why this is not the file that was written under its name, as a sentence that starts with that; nil if it is.
    package func problem(_ written: RunRecord.Digests) -> String? {
        let wanted = written[file]
        if let wanted, bytes == wanted.bytes, digest == wanted.digest { return nil }
        if let other = written.files.first(where: { $0.bytes == bytes && $0.digest == digest }) {
            return "\(file) is what the run wrote as \(other.file)"
        }
        guard let wanted else { return "\(file) is not among the files that the run wrote" }
        return bytes == wanted.bytes
            ? "\(file) is not what the run wrote: its content was changed (\(bytes.counted("byte")), as many as were written)"
            : "\(file) is not what the run wrote: it has \(bytes.counted("byte")), and the run wrote \(wanted.bytes.grouped)"
    }
}

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
