internal import CSyncTable
internal import Glibc

/// What the servers of a folder have made durable, as `Sources/CPowerCut` noted it inside them.
struct SyncTable {
    /// The file's name in the folder.
    static let name = "stress.synced"
    /// The environment variable that tells the server of it.
    static let variable = STRESS_SYNC_TABLE_VARIABLE

    /// Whether there was no room for a file, so that nothing is certain.
    let hasOverflowed: Bool
    private let sizes: [FileIdentity: Int]

    static func path(in folder: String) -> String { "\(folder)/\(name)" }

    /// Makes it, with all its room on the disk: a server that finds none there would be killed. An earlier one is kept.
    static func make(in folder: String) throws(SystemError) {
        let file = open(path(in: folder), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError(number: errno) }
        defer { close(file) }
        let failure = posix_fallocate(file, 0, Int(stress_sync_table_bytes))
        guard failure == 0 else { throw SystemError(number: failure) }
    }

    /// Whether the program that `process` runs now has found the table.
    static func isWritten(by process: Int32, in folder: String) -> Bool {
        var program = stat()
        guard let head = read(path(in: folder))?.head, stat("/proc/\(process)/exe", &program) == 0 else { return false }
        return head.process == UInt64(process) && head.program_inode == UInt64(program.st_ino)
            && head.program_device == UInt64(program.st_dev)
    }

    /// Nil where there is none, or another.
    init?(folder: String) {
        guard let (head, slots) = Self.read(Self.path(in: folder)) else { return nil }
        hasOverflowed = head.overflowed != 0
        var sizes: [FileIdentity: Int] = [:]
        for slot in slots where slot.state == UInt64(stress_slot_named) {
            sizes[FileIdentity(slot.file), default: 0] = max(sizes[FileIdentity(slot.file)] ?? 0, Int(slot.size))
        }
        self.sizes = sizes
    }

    /// How many bytes of a file are durable, from its start.
    func durableBytes(of file: FileIdentity) -> Int { sizes[file] ?? 0 }

    private static func read(_ path: String) -> (head: stress_sync_head, slots: [stress_sync_slot])? {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var head = stress_sync_head()
        let headBytes = MemoryLayout<stress_sync_head>.size
        guard pread(file, &head, headBytes, 0) == headBytes else { return nil }
        var slots = [stress_sync_slot](repeating: stress_sync_slot(), count: Int(stress_sync_slots))
        let slotBytes = MemoryLayout<stress_sync_slot>.stride * slots.count
        guard pread(file, &slots, slotBytes, off_t(headBytes)) == slotBytes else { return nil }
        return (head, slots)
    }
}
