internal import CLinux
internal import CProcesses
internal import FlashSale
internal import Foundation
internal import Glibc

/// The folder of a run's connections: their sockets, and what was said on them. A keeper, which is a shell, ends the connections and
/// removes the folder where we are gone, however we went; where it was killed with us, the next run does that.
final class SSHFolder: Sendable {
    let path: String
    private let lock: Int32
    private let keeper: Int32
    /// Ends with us.
    private let keeperInput: Int32

    private static let prefix = "stress-ssh-"
    private static let lockName = "lock"

    /// Sockets have paths of at most 107 bytes, and ssh adds 17 to them while it makes one.
    private static let longestParent = 50

    /// - Parameter command: ends connections that others left.
    /// - Throws: ``RunError`` with 69 where it cannot be made.
    init(_ command: SSHCommand, environment: [String: String]) throws(RunError) {
        let parent = Self.parent(environment)
        Self.removeAbandoned(in: parent, by: command)
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        path = "\(parent)/\(Self.prefix)" + String((0..<8).map { _ in letters[Int.random(in: 0..<letters.count)] })
        guard mkdir(path, 0o700) == 0, chmod(path, 0o700) == 0 else { throw Self.failure(path) }
        lock = open("\(path)/\(Self.lockName)", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let failure = Self.failure(path)
            try? FileManager.default.removeItem(atPath: path)
            throw failure
        }
        do {
            (keeper, keeperInput) = try Self.startKeeper(path)
        } catch {
            close(lock)
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    private static func parent(_ environment: [String: String]) -> String {
        var parent = environment["TMPDIR"] ?? ""
        while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
        // ssh gives a meaning to some signs in the path of a socket.
        let isPlain = parent.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "/._-+,".contains($0) }
        return parent.hasPrefix("/") && parent != "/" && isPlain && parent.utf8.count <= longestParent ? parent : "/tmp"
    }

    private static func failure(_ path: String) -> RunError {
        RunError(
            .unavailable,
            "a folder for connections to other machines is wanted, and cannot be made: \(path): \(String(cString: strerror(errno)))"
        )
    }

    // MARK: The keeper

    /// Reads the numbers of processes, one a line, which end with its input.
    private static let keeping = """
        trap '' INT TERM HUP QUIT
        processes=
        while read -r process; do
            case $process in none) processes= ;; *) processes="$processes $process" ;; esac
        done
        [ -z "$processes" ] || kill -TERM $processes 2> /dev/null
        rm -rf -- "$0"
        [ -z "$processes" ] || { sleep 1; kill -KILL $processes 2> /dev/null; }
        """

    private static func startKeeper(_ path: String) throws(RunError) -> (process: Int32, input: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw failure(path) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer {
            close(ends[0])
            close(null)
        }
        var process: Int32 = 0
        let number = SpawnedProgram.spawn(
            &process, "/bin/sh", ["-c", keeping, path], input: ends[0], output: null, errors: null)
        guard number == 0 else {
            close(ends[1])
            throw RunError(
                .unavailable,
                "a shell is wanted that ends connections after us: /bin/sh: \(String(cString: strerror(number)))")
        }
        return (process, ends[1])
    }

    /// Has the keeper end a child of ours with us. Nobody may wait for the child before ``remove()``, so that its number stays its
    /// own.
    func keep(_ process: Int32) { tellKeeper("\(process)\n") }

    private func tellKeeper(_ line: String) {
        let bytes = Array(line.utf8)
        _ = write(keeperInput, bytes, bytes.count)
    }

    /// Removes the folder. All that was kept has ended and was waited for.
    func remove() {
        tellKeeper("none\n")
        close(keeperInput)
        while waitpid(keeper, nil, 0) < 0, errno == EINTR {}
        // The keeper has removed it, unless somebody killed it.
        try? FileManager.default.removeItem(atPath: path)
        close(lock)
    }

    // MARK: What others left

    /// Ends the connections of runs that were killed together with their keepers, and removes their folders.
    private static func removeAbandoned(in parent: String, by command: SSHCommand) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            var information = stat()
            guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR,
                information.st_uid == geteuid(),
                information.st_mode & 0o777 == 0o700
            else { continue }
            // One that is being made has no lock yet, and is nobody's.
            let lock = open("\(path)/\(lockName)", O_RDWR | O_NOFOLLOW | O_CLOEXEC)
            guard lock >= 0 else { continue }
            defer { close(lock) }
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { continue }
            for entry in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                let socket = "\(path)/\(entry)"
                guard lstat(socket, &information) == 0, information.st_mode & S_IFMT == S_IFSOCK else { continue }
                let ending = try? SpawnedProgram.start(
                    command.executable, command.exit(socket: socket), output: "/dev/null", errors: "/dev/null")
                _ = ending?.wait(seconds: 2) { true }
            }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
