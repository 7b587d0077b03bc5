internal import Glibc

/// The library of `Sources/CPowerCut`, which a server loads before all others to have its power cut, or its clock stopped.
///
/// It is a file of its own, because a program cannot be loaded into another one; and it stands beside our binary, because that is
/// where SwiftPM builds it, and where an archive can have it, too.
enum PowerCutLibrary {
    static let name = "libstress-power-cut.so"
    /// The number by which a server finds it open.
    static let descriptor: Int32 = 7

    /// Its path.
    ///
    /// - Parameters:
    ///   - executable: our own binary, which may be a link to it.
    ///   - parent: the folder in which the server will have its own.
    static func find(beside executable: String, toServeIn parent: String) throws(EmbeddedServerError) -> String {
        try checkFileSystem(of: parent)
        return try find(beside: executable, orElse: EmbeddedServerError.cannotCutPower)
    }

    /// - Parameter problem: what is wrong where it is not there.
    static func find(
        beside executable: String, orElse problem: (String) -> EmbeddedServerError
    ) throws(EmbeddedServerError) -> String {
        let folder = realPath(executable).split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let places = ["\(folder)/\(name)", "\(folder)/../lib/stress/\(name)"]
        guard let path = places.first(where: { access($0, R_OK) == 0 }) else {
            throw problem(
                "\(places.joined(separator: " and ")) were looked for, and neither can be read. Build it beside the binary "
                    + "(swift build --product stress-power-cut, with -c release for that one), or copy it there")
        }
        return path
    }

    static func wasNotLoaded(by program: String) -> String {
        "\(program) did not load \(name). It must be a dynamically linked server for this machine's C library, without "
            + "set-user-ID (file \(program) tells)"
    }

    /// A file is told from a later one with the same number by its birth time.
    private static func checkFileSystem(of parent: String) throws(EmbeddedServerError) {
        let folder = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // The guard says what is wrong with a folder that is not there.
        guard folder >= 0 else { return }
        defer { close(folder) }
        do throws(SystemError) {
            _ = try FileIdentity.of(folder)
        } catch {
            throw .cannotCutPower(
                "the file system of \(parent) does not tell when a file was made (\(error)). Set TMPDIR to a folder on "
                    + "one that does, such as ext4, xfs or btrfs")
        }
    }

    private static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
