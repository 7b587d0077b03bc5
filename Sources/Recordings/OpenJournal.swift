package import FlashSale
internal import Glibc

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

/// An open journal whose header is sound.
///
/// It is read, not mapped: a file that is cut short while it is mapped ends the program, and one that is changed would be judged
/// as what nobody wrote.
final class OpenJournal {
    let name: String
    let worker: Int
    /// Bytes.
    let size: Int
    let headerDigest: Digest
    private let file: InputFile

    /// - Parameter kind: what it should hold.
    /// - Throws: ``JournalDamage``, which goes on after "the journal NAME".
    init(_ path: String, _ name: String, of kind: JournalHeader.Kind = .attempts) throws(JournalDamage) {
        self.name = name
        do throws(InputProblem) {
            file = try InputFile(path)
            size = file.size
        } catch {
            throw JournalDamage(
                "cannot be opened: \(error.code.map { String(cString: strerror($0)) } ?? "it \(error.reason)")")
        }
        guard size > 0 else { throw JournalDamage("is empty") }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(size, JournalRecord.headerSize), alignment: 8)
        defer { buffer.deallocate() }
        let count = (try? file.read(into: buffer, at: 0)) ?? 0
        let header = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        headerDigest = Digest(header)
        do throws(JournalDamage) {
            worker = try JournalHeader(header, of: kind).worker
        } catch {
            throw JournalDamage("is damaged: \(error.reason)")
        }
    }

    /// Bytes behind the header.
    var recordsSize: Int { size - JournalRecord.headerSize }

    /// With what is needed for whole segments.
    var reservedSize: Int {
        let segment = JournalRecord.segmentSize
        return (recordsSize + segment - 1) / segment * segment
    }

    /// Bytes that are read at a time, so that several cores share one journal.
    static let pieceSize = 16 << 20

    /// Reads some of the records to their place behind `start`. Bytes behind them stay as they are.
    ///
    /// - Parameter piece: from 0; beyond the last one there is nothing to read.
    /// - Throws: ``JournalDamage`` where they are not there any more.
    func read(piece: Int, to start: UnsafeMutableRawPointer) throws(JournalDamage) {
        let offset = piece * Self.pieceSize
        let count = min(Self.pieceSize, recordsSize - offset)
        guard count > 0 else { return }
        let place = UnsafeMutableRawBufferPointer(start: start + offset, count: count)
        do throws(InputProblem) {
            guard try file.read(into: place, at: JournalRecord.headerSize + offset) == count else {
                throw InputProblem(reason: "was cut short while it was read")
            }
        } catch {
            throw JournalDamage(error.reason)
        }
    }
}
