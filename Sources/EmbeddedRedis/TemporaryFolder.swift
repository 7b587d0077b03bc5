internal import FoundationEssentials
internal import Glibc

/// The folder of one private server.
///
/// The guard makes it, so that there is never one without a guard. The coordinator chooses the name, so that it can
/// remove the folder of a guard that was killed before it could say a word. Where both are killed, the next start finds it
/// (``AbandonedFolders``).
enum TemporaryFolder {
    /// What the names of all of them begin with.
    static let prefix = "stress-"
    /// Behind it, each of ``letters``.
    static let randomLetters = 12
    static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    /// An unused path `stress-…` in `$TMPDIR`, if that is absolute, or in /tmp.
    static func choosePath(environment: [String: String]) -> String {
        let random = (0..<randomLetters).map { _ in letters[Int.random(in: 0..<letters.count)] }
        return "\(parent(environment: environment))/\(prefix)" + String(random)
    }

    /// Where all of them are.
    static func parent(environment: [String: String]) -> String {
        var parent = environment["TMPDIR"] ?? ""
        while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
        return !parent.hasPrefix("/") || parent == "/" ? "/tmp" : parent
    }

    /// Makes the folder for its owner alone. 0, or errno: an existing one, and a link in its place, are refused.
    static func make(_ path: String) -> Int32 {
        guard mkdir(path, 0o700) == 0 else { return errno }
        // A strict umask must not lock us out.
        return chmod(path, 0o700) == 0 ? 0 : errno
    }

    /// Removes the folder and what is in it, again and again while a dying server still creates files, for at most
    /// `withinMilliseconds`. Whether it is gone.
    static func remove(_ path: String, withinMilliseconds: Int) -> Bool {
        let deadline = Deadline(milliseconds: withinMilliseconds)
        while true {
            removeOnce(path)
            var information = stat()
            if lstat(path, &information) != 0, errno == ENOENT { return true }
            if deadline.hasPassed { return false }
            usleep(2000)
        }
    }

    /// The mark last: a folder without it is nobody's, and would stay if we were killed in between.
    private static func removeOnce(_ path: String) {
        var information = stat()
        // What a link leads to is not ours.
        if lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
            for name in contents(path) where name != FolderLock.name {
                try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
            }
            guard contents(path).allSatisfy({ $0 == FolderLock.name }) else { return }
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func contents(_ path: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }
}
