internal import CLinux
package import FlashSale
package import Foundation

/// The folder of one run's results, below the folder that `--output` names.
package struct RunFolder: Sendable {
    /// The folder that holds all runs.
    package let parent: String
    /// The run's own folder.
    package let path: String
    /// The folders above the run's own that were made for this run, the outermost first.
    private let made: [String]

    package var historyPath: String { path + "/" + RunLayout.history }
    package var runsTablePath: String { parent + "/runs.csv" }

    package func journalPath(worker: Int) -> String { "\(path)/\(RunLayout.journal(worker: worker))" }
    package func namesPath(worker: Int) -> String { "\(path)/\(RunLayout.names(worker: worker))" }
    var serviceLogPath: String { "\(path)/\(RunLayout.serviceLog)" }
    /// Where a proxy wrote down what a service that the run started sent to its Redis; there is no file where none did.
    package var serviceCommandsPath: String { "\(path)/\(RunLayout.serviceCommands)" }
    var serviceDataPath: String { "\(path)/\(RunLayout.serviceData)" }
    func programErrorsPath(worker: Int) -> String { "\(path)/\(RunLayout.programErrors(worker: worker))" }

    /// Makes `<parent>/<time>-<strategy>/history`.
    ///
    /// - Throws: ``RunError`` with 73 if that is not possible.
    package init(parent named: String, strategy: String, started: Date) throws(RunError) {
        var parent = named
        while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
        self.parent = parent
        let time = started.formatted(Date.ISO8601FormatStyle(dateSeparator: .dash, timeSeparator: .omitted))
        made = try Self.makeFolders(parent)
        var number = 1
        while true {
            let candidate = "\(parent)/\(time)-\(strategy)" + (number == 1 ? "" : "-\(number)")
            if mkdir(candidate, 0o755) == 0 {
                path = candidate
                break
            }
            guard errno == EEXIST, number < 1000 else {
                let reason = String(cString: strerror(errno))
                Self.remove(made)
                throw RunError(
                    .cannotCreate,
                    "the results folder \(candidate) cannot be made: \(reason); name another with --output")
            }
            number += 1
        }
        guard mkdir(historyPath, 0o755) == 0 else {
            let reason = String(cString: strerror(errno))
            remove()
            throw RunError(
                .cannotCreate, "the folder \(historyPath) cannot be made: \(reason); name another with --output")
        }
    }

    private var latestPath: String { parent + "/latest" }

    /// Why `<parent>/latest` cannot point here; nil if nothing is in the way. Only a link is ever replaced: a file or a
    /// folder of that name is the user's.
    package var latestObstacle: RunError? {
        var status = stat()
        guard lstat(latestPath, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { return nil }
        return RunError(
            .cannotWrite,
            "\(latestPath) is a \(status.st_mode & S_IFMT == S_IFDIR ? "folder" : "file") and not a link to a run, so it was left as it "
                + "is; the results are in \(path). Move it away, or name another folder with --output")
    }

    /// Lets `<parent>/latest` point here, in one step. A file or a folder of that name stays as it is.
    ///
    /// - Throws: ``RunError`` with 74.
    package func becomeLatest() throws(RunError) {
        let name = String(path.dropFirst(parent.count + 1))
        // Making a link replaces nothing, not even one that somebody else makes at the same time.
        if symlink(name, latestPath) == 0 { return }
        var code = errno
        if code == EEXIST {
            if let latestObstacle { throw latestObstacle }
            removeOldLinks()
            let temporary = "\(parent)/.latest-\(getpid())"
            unlink(temporary)
            if symlink(name, temporary) == 0, rename(temporary, latestPath) == 0 { return }
            code = errno
            unlink(temporary)
        }
        throw RunError(
            .cannotWrite, "\(latestPath) cannot be made to point to \(name): \(String(cString: strerror(code)))")
    }

    /// Removes the links that ``becomeLatest()`` makes on its way, where it was killed before the next step, which takes
    /// no time at all.
    private func removeOldLinks() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.wholeMatch(of: /\.latest-[0-9]{1,10}/) != nil {
            // Of the link itself.
            let link = try? FileManager.default.attributesOfItem(atPath: "\(parent)/\(name)")
            guard link?[.type] as? FileAttributeType == .typeSymbolicLink,
                (link?[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid(),
                let made = link?[.modificationDate] as? Date, made.timeIntervalSinceNow < -60
            else { continue }
            unlink("\(parent)/\(name)")
        }
    }

    /// Removes the folder of a run that never opened its doors, and those above it that were made for it.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
        Self.remove(made)
    }

    /// Folders that something else was put into stay.
    private static func remove(_ folders: [String]) {
        for folder in folders.reversed() { rmdir(folder) }
    }

    /// Makes a folder and those above it.
    ///
    /// - Returns: those that were not there before, the outermost first. Where that fails, none of them stays.
    private static func makeFolders(_ path: String) throws(RunError) -> [String] {
        if mkdir(path, 0o755) == 0 { return [path] }
        var code = errno
        // Not NSString's: that traps for a path of one character.
        if code == ENOENT, let slash = path.drop(while: { $0 == "/" }).lastIndex(of: "/") {
            let above = try makeFolders(String(path[..<slash]))
            if mkdir(path, 0o755) == 0 { return above + [path] }
            code = errno
            remove(above)
        }
        var isFolder = ObjCBool(false)
        if code == EEXIST, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue { return [] }
            code = ENOTDIR
        }
        throw RunError(
            .cannotCreate,
            "the results folder \(path) cannot be made: \(String(cString: strerror(code))); name another with --output")
    }
}
