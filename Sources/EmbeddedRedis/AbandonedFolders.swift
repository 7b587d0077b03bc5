internal import FoundationEssentials
internal import Glibc

/// Removes the folders of private servers that were left behind because coordinator and guard were killed at once.
enum AbandonedFolders {
    /// Removes those in `parent` that are ours beyond doubt and that nobody holds: named as
    /// ``TemporaryFolder/choosePath(environment:)`` names them, our user's, for our user alone, with our mark, unlocked.
    static func remove(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where isName(name) { removeUnlessHeld("\(parent)/\(name)") }
    }

    private static func isName(_ name: String) -> Bool {
        guard name.hasPrefix(TemporaryFolder.prefix) else { return false }
        let rest = name.dropFirst(TemporaryFolder.prefix.count)
        return rest.count == TemporaryFolder.randomLetters && rest.allSatisfy(TemporaryFolder.letters.contains)
    }

    private static func removeUnlessHeld(_ path: String) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard folder >= 0 else { return }
        defer { close(folder) }
        var opened = stat()
        guard fstat(folder, &opened) == 0, opened.st_uid == geteuid(), opened.st_mode & 0o7777 == 0o700,
            let lock = FolderLock.take(ofFolder: folder)
        else { return }
        defer { close(lock) }
        var named = stat()
        guard lstat(path, &named) == 0, named.st_dev == opened.st_dev, named.st_ino == opened.st_ino else { return }
        // Nobody writes there any more, so that the first try is enough.
        _ = TemporaryFolder.remove(path, withinMilliseconds: 0)
    }
}
