package import FlashSale
internal import Glibc

/// The journals of a run, mapped one behind the other, so that their records are one history that nobody copied.
package enum MappedJournals {
    /// Maps what can be read, and says what cannot be.
    ///
    /// - Parameter journals: the path of each and the name by which the user knows it.
    /// - Returns: every sound record, and what is wrong with the files, in words for the user.
    package static func history(_ journals: [(path: String, name: String)]) -> (history: History, problems: [String]) {
        var problems: [String] = []
        var files: [File] = []
        for journal in journals {
            do throws(JournalDamage) {
                files.append(try File(journal.path, journal.name))
            } catch {
                problems.append("the journal \(journal.name) \(error.reason)")
            }
        }
        let size = files.reduce(0) { $0 + $1.mappedSize }
        guard size > 0, size / JournalRecord.size <= History.slotLimit else {
            if size > 0 { problems.append("the journals are too large: \(size) bytes") }
            return (History([]), problems)
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            start != MAP_FAILED
        else {
            problems.append("the journals cannot be mapped: \(String(cString: strerror(errno)))")
            return (History([]), problems)
        }
        // Given back whatever happens below.
        let memory = RecordMemory(UnsafeRawBufferPointer(start: start, count: size)) { bytes in
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        }
        var offset = 0
        var count = 0
        for file in files {
            let place = start + offset
            offset += file.mappedSize
            guard file.map(to: place) else {
                problems.append("the journal \(file.name) cannot be mapped: \(String(cString: strerror(errno)))")
                continue
            }
            let scan = JournalScan(
                UnsafeRawBufferPointer(start: place, count: file.recordsSize), worker: file.worker)
            count += scan.count
            var unusable = scan.unusable.map { $0 * JournalRecord.size }
            if file.isCut { unusable.append(file.recordsSize) }
            // Privately: the file stays as it is.
            if !unusable.isEmpty, mprotect(place, file.mappedSize, PROT_READ | PROT_WRITE) == 0 {
                for offset in unusable { (place + offset).storeBytes(of: JournalRecord.State.free, as: UInt32.self) }
            }
            if file.isCut {
                problems.append(
                    "the journal \(file.name) is damaged: its \(file.size) bytes end in the middle of a record")
            }
            problems += scan.damages.map { "the journal \(file.name) is damaged: \($0.reason)" }
            if scan.furtherDamages > 0 {
                problems.append("the journal \(file.name) has \(scan.furtherDamages.counted("more fault"))")
            }
        }
        return (History(memory, count: count), problems)
    }
}

/// An open journal whose header is sound.
private final class File {
    let name: String
    let worker: Int
    /// Bytes.
    let size: Int
    private let descriptor: Int32

    /// - Throws: ``JournalDamage``, which goes on after "the journal NAME".
    init(_ path: String, _ name: String) throws(JournalDamage) {
        self.name = name
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw JournalDamage("cannot be opened: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw JournalDamage("cannot be opened: it is no file")
        }
        size = Int(status.st_size)
        guard size > 0 else {
            close(descriptor)
            throw JournalDamage("is empty")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(size, JournalRecord.headerSize), alignment: 8)
        defer { buffer.deallocate() }
        let read = pread(descriptor, buffer.baseAddress, buffer.count, 0)
        do throws(JournalDamage) {
            worker = try JournalHeader(UnsafeRawBufferPointer(rebasing: buffer[..<max(0, read)])).worker
        } catch {
            close(descriptor)
            throw JournalDamage("is damaged: \(error.reason)")
        }
    }

    deinit { close(descriptor) }

    /// Whether it ends in the middle of a record.
    var isCut: Bool { !(size - JournalRecord.headerSize).isMultiple(of: JournalRecord.size) }

    /// Bytes of whole records.
    var recordsSize: Int { (size - JournalRecord.headerSize) / JournalRecord.size * JournalRecord.size }

    /// With what is needed for segments, and for pages of any size.
    var mappedSize: Int {
        let segment = JournalRecord.segmentSize
        return (size - JournalRecord.headerSize + segment - 1) / segment * segment
    }

    /// Maps the records over what is at `place`. Bytes behind them are zero.
    func map(to place: UnsafeMutableRawPointer) -> Bool {
        let bytes = size - JournalRecord.headerSize
        guard bytes > 0 else { return true }
        let start = mmap(
            place, bytes, PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE | MAP_NORESERVE, descriptor,
            JournalRecord.headerSize)
        return start == place
    }
}
