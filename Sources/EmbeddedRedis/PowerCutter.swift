internal import CSyncTable
internal import FoundationEssentials
internal import Glibc

/// Takes from the files of a server that is gone whatever was not durable.
enum PowerCutter {
    /// Cuts each file to what was noted of it. One of which nothing was noted is empty afterwards, and stays: that a file was
    /// made, renamed or removed is not undone, since servers make their folder durable, too, before they rely on it.
    ///
    /// - Returns: every file of the server's, by name.
    static func cut(_ folder: String) throws(ServerFaultError) -> [PowerCut.File] {
        guard let table = SyncTable(folder: folder) else {
            throw .didNotHappen("\(SyncTable.path(in: folder)) cannot be read, which tells what was durable")
        }
        guard !table.hasOverflowed else {
            throw .didNotHappen(
                "the server has made more than \(stress_sync_slots) files durable; take a shorter run")
        }
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
            throw .didNotHappen("the server's folder \(folder) cannot be read")
        }
        var files: [PowerCut.File] = []
        let ours = [ServerSettings.logName, FolderLock.name, SyncTable.name]
        for name in names.sorted() where !ours.contains(name) {
            do throws(SystemError) {
                if let file = try cut(name, in: folder, table) { files.append(file) }
            } catch {
                throw .didNotHappen("\(folder)/\(name) cannot be cut: \(error)")
            }
        }
        return files
    }

    /// Nil for what is no file.
    private static func cut(
        _ name: String, in folder: String, _ table: SyncTable
    ) throws(SystemError) -> PowerCut.File? {
        let path = "\(folder)/\(name)"
        var status = stat()
        guard lstat(path, &status) == 0 else { throw SystemError(number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let file = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw SystemError(number: errno) }
        defer { close(file) }
        let (identity, size) = try FileIdentity.of(file)
        let kept = min(size, table.durableBytes(of: identity))
        if kept < size, ftruncate(file, off_t(kept)) != 0 { throw SystemError(number: errno) }
        return PowerCut.File(name: name, bytesWritten: size, bytesKept: kept)
    }
}
