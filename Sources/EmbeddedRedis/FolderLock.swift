internal import Glibc

/// Shows that a temporary folder is ours, and that somebody still needs it: a file in it with a text that nobody else writes,
/// locked as long as the guard, the server or a child of the server lives, whatever ends them.
///
/// The text is written under the lock. Whoever gets the lock and finds the text knows that all who needed the folder are gone;
/// a folder that was made a moment ago has no text yet.
enum FolderLock {
    /// The file's name in the folder.
    static let name = "stress.lock"
    static let mark =
        "A private server of stress keeps this folder while it lives; the next start removes it afterwards.\n"

    /// Locks and marks a folder that the caller has just made.
    ///
    /// - Returns: a descriptor above 9 that holds the lock, and so does each process that inherits it; nil where the file
    ///   system has no locks, and the folder no mark.
    static func hold(_ folder: String) -> Int32? {
        let path = "\(folder)/\(name)"
        let first = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard first >= 0 else { return nil }
        let lock = fcntl(first, F_DUPFD_CLOEXEC, 10)
        close(first)
        guard lock >= 0 else { return nil }
        // Another start may be looking at this moment whether the folder is held.
        var result: Int32
        repeat { result = flock(lock, LOCK_EX) } while result != 0 && errno == EINTR
        let bytes = Array(mark.utf8)
        guard result == 0, write(lock, bytes, bytes.count) == bytes.count else {
            close(lock)
            return nil
        }
        return lock
    }

    /// Takes the lock of a folder that nobody holds.
    ///
    /// - Parameter folder: its open descriptor.
    /// - Returns: the lock's descriptor, to be closed; nil where somebody holds the folder, or it is not ours.
    static func take(ofFolder folder: Int32) -> Int32? {
        let lock = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard lock >= 0 else { return nil }
        var status = stat()
        guard fstat(lock, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            flock(lock, LOCK_EX | LOCK_NB) == 0, fstat(lock, &status) == 0,
            // Another start removed it before we had the lock.
            status.st_nlink == 1, Int(status.st_size) == mark.utf8.count, hasMark(lock)
        else {
            close(lock)
            return nil
        }
        return lock
    }

    private static func hasMark(_ lock: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: mark.utf8.count)
        return pread(lock, &bytes, bytes.count, 0) == bytes.count && bytes.elementsEqual(mark.utf8)
    }
}
