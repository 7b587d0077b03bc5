internal import FoundationEssentials
internal import Glibc

/// The folder of one private server.
///
/// The guard makes it, so that there is never one without a guard. The coordinator chooses the name, so that it can
/// remove the folder of a guard that was killed before it could say a word.
enum TemporaryFolder {
    /// An unused path `stress-…` in `$TMPDIR`, if that is absolute, or in /tmp.
    static func choosePath(environment: [String: String]) -> String {
        var parent = environment["TMPDIR"] ?? ""
        while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
        if !parent.hasPrefix("/") || parent == "/" { parent = "/tmp" }
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return "\(parent)/stress-" + String((0..<12).map { _ in letters[Int.random(in: 0..<letters.count)] })
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
            try? FileManager.default.removeItem(atPath: path)
            var information = stat()
            if lstat(path, &information) != 0, errno == ENOENT { return true }
            if deadline.hasPassed { return false }
            usleep(2000)
        }
    }
}
