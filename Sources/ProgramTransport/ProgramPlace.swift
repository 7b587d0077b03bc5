internal import Glibc

/// Where a program is that a strategy file names.
package enum ProgramPlace {
    /// Why a program cannot be run: a sentence, with what was tried.
    package struct Problem: Error, Equatable, Sendable {
        package var message: String
    }

    /// The path of a program.
    ///
    /// - Parameters:
    ///   - name: with a slash in it a path, which a relative one is from `folder`; otherwise a name that is looked up in `path`.
    ///   - folder: an absolute path.
    ///   - path: folders with colons between them, as PATH has them.
    package static func find(_ name: String, in folder: String, path: String) throws(Problem) -> String {
        if name.contains("/") {
            let whole = name.hasPrefix("/") ? name : folder + "/" + name
            switch state(of: whole) {
            case .program: return whole
            case .folder: throw Problem(message: "\(name) is a folder (\(whole)), and a program is wanted")
            case .noProgram:
                throw Problem(
                    message:
                        "\(name) is there (\(whole)), but it may not be executed; make it a program with chmod +x \(name)"
                )
            case .missing:
                throw Problem(
                    message:
                        "\(name) is not there: looked for \(whole); a relative path is from the strategy file's folder")
            }
        }
        let folders = path.split(separator: ":").map(String.init)
        for place in folders where state(of: place + "/" + name) == .program { return place + "/" + name }
        if state(of: folder + "/" + name) != .missing {
            throw Problem(
                message: "\(name) is in none of the folders of PATH, but beside the strategy file: write ./\(name)")
        }
        throw Problem(
            message: "\(name) is in none of the folders of PATH (\(path.isEmpty ? "which is empty" : path)); "
                + "install it, or name it by its path, such as ./\(name)")
    }

    private enum State {
        case program, noProgram, folder, missing
    }

    private static func state(of path: String) -> State {
        var status = stat()
        guard stat(path, &status) == 0 else { return .missing }
        if status.st_mode & S_IFMT == S_IFDIR { return .folder }
        return access(path, X_OK) == 0 ? .program : .noProgram
    }

    /// PATH of this process.
    package static var searchPath: String {
        getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    }
}
