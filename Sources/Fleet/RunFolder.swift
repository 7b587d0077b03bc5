package import FlashSale
package import Foundation

/// The folder of one run's results, below the folder that `--output` names.
package struct RunFolder: Sendable {
    /// The folder that holds all runs.
    package let parent: String
    /// The run's own folder.
    package let path: String
    private let parentWasMade: Bool

    package var historyPath: String { path + "/history" }
    package var runsTablePath: String { parent + "/runs.csv" }

    package func journalPath(worker: Int) -> String { "\(path)/\(Self.journalName(worker: worker))" }

    /// Within the run's folder.
    package static func journalName(worker: Int) -> String { "history/worker-\(worker).journal" }

    /// Makes `<parent>/<time>-<strategy>/history`.
    ///
    /// - Throws: ``RunError`` with 73 if that is not possible.
    package init(parent named: String, strategy: String, started: Date) throws(RunError) {
        var parent = named
        while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
        self.parent = parent
        let time = started.formatted(Date.ISO8601FormatStyle(dateSeparator: .dash, timeSeparator: .omitted))
        parentWasMade = try Self.makeFolders(parent)
        var number = 1
        while true {
            let candidate = "\(parent)/\(time)-\(strategy)" + (number == 1 ? "" : "-\(number)")
            if mkdir(candidate, 0o755) == 0 {
                path = candidate
                break
            }
            guard errno == EEXIST, number < 1000 else {
                let reason = String(cString: strerror(errno))
                throw RunError(
                    .cannotCreate,
                    "the results folder \(candidate) cannot be made: \(reason); name another with --output")
            }
            number += 1
        }
        guard mkdir(historyPath, 0o755) == 0 else {
            throw RunError(
                .cannotCreate, "the folder \(historyPath) cannot be made: \(String(cString: strerror(errno)))")
        }
    }

    /// Lets `<parent>/latest` point here, in one step.
    ///
    /// - Throws: ``RunError`` with 74.
    package func becomeLatest() throws(RunError) {
        let temporary = "\(parent)/.latest-\(getpid())"
        let name = String(path.dropFirst(parent.count + 1))
        unlink(temporary)
        guard symlink(name, temporary) == 0, rename(temporary, parent + "/latest") == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw RunError(.cannotWrite, "\(parent)/latest cannot be made to point to \(name): \(reason)")
        }
    }

    /// Takes the folder away, for a run that never opened its doors, and the parent if it was made for this run alone.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
        if parentWasMade { rmdir(parent) }
    }

    /// Makes a folder and those above it. Returns whether it was not there before.
    private static func makeFolders(_ path: String) throws(RunError) -> Bool {
        if mkdir(path, 0o755) == 0 { return true }
        var code = errno
        // Not NSString's: that traps for a path of one character.
        if code == ENOENT, let slash = path.drop(while: { $0 == "/" }).lastIndex(of: "/") {
            _ = try makeFolders(String(path[..<slash]))
            if mkdir(path, 0o755) == 0 { return true }
            code = errno
        }
        var isFolder = ObjCBool(false)
        if code == EEXIST, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            if isFolder.boolValue { return false }
            code = ENOTDIR
        }
        throw RunError(
            .cannotCreate,
            "the results folder \(path) cannot be made: \(String(cString: strerror(code))); name another with --output")
    }
}
