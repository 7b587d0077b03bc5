package import FlashSale
internal import Glibc

/// Reads journals back, mapped.
package enum JournalReader {
    /// Every attempt in the journal at `path`.
    ///
    /// - Throws: ``JournalDamage`` if it cannot be opened or is damaged; the reason names the file.
    package static func attempts(at path: String) throws(JournalDamage) -> [Attempt] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw JournalDamage("the journal \(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { throw JournalDamage("the journal \(path) is empty") }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw JournalDamage("the journal \(path) cannot be mapped: \(String(cString: strerror(errno)))")
        }
        defer { munmap(start, size) }
        do throws(JournalDamage) {
            return try JournalRecord.attempts(in: UnsafeRawBufferPointer(start: start, count: size))
        } catch {
            throw JournalDamage("the journal \(path) is damaged: \(error.reason)")
        }
    }
}
