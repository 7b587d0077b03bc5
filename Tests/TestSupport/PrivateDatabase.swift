import Foundation
import Glibc

/// A database server that a test process starts for itself, in a folder of its own. A guard ends it and removes the folder when the
/// process is gone, however it ended: the guard waits for the end of its input.
package final class PrivateDatabase: @unchecked Sendable {
    package let folder: String
    /// On 127.0.0.1.
    package let port: Int
    /// Never touched after it was started, and it lives as long as the process.
    private let guardian: Program

    /// Starts the server and waits until it serves.
    ///
    /// - Parameters:
    ///   - users: of whom the first that exists runs it where the tests are root's, since these servers refuse root.
    ///   - script: prepares the server and starts it in the background with `$as` before its program, puts its process id into
    ///     `$server`, and waits until it serves. It finds `$folder`, `$port` and nothing else.
    package init(_ name: String, users: [String], script: String) throws {
        folder = "/tmp/stress-\(name)-\(UUID().uuidString)"
        port = Self.freePort()
        guardian = try Program(
            "/bin/sh", ["-c", Self.guarding(script), folder, String(port), users.joined(separator: " ")], folder: "/",
            files: "/tmp", environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"],
            input: .pipe, output: .path("/dev/null"), errors: .path("/dev/null"))
        let isReady = TestProcess.eventually(withinSeconds: 60) { [folder] in
            access("\(folder)/ready", F_OK) == 0 || access("\(folder)/failed", F_OK) == 0
        }
        guard isReady, access("\(folder)/ready", F_OK) == 0 else {
            let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "no log"
            guardian.closeInput()
            throw Program.Failure(description: "\(name) does not start: \(log.suffix(1000))")
        }
    }

    private static func guarding(_ script: String) -> String {
        """
        folder=$0 port=$1
        trap '' INT TERM HUP QUIT
        umask 022
        mkdir "$folder" && cd "$folder" || exit 1
        as=
        if [ "$(id -u)" = 0 ]; then
            for user in $2; do id "$user" > /dev/null 2>&1 && break; done
            chown "$user" "$folder"
            as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
        fi
        server=
        exec > "$folder/log" 2>&1
        if { \(script)
        }; then touch ready; else touch failed; fi
        read -r line
        if [ -n "$server" ]; then
            kill -INT "$server" 2> /dev/null || kill -TERM "$server"
            for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                kill -0 "$server" 2> /dev/null || break
                sleep 0.2
            done
            kill -KILL "$server" 2> /dev/null
        fi
        cd / && rm -rf "$folder"
        """
    }

    /// A port that nobody has just now.
    private static func freePort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        precondition(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Runs a client with a statement as its input.
    ///
    /// - Returns: what it printed.
    func run(_ client: [String], _ statement: String) throws -> String {
        let program = try Program(
            "/usr/bin/env", client, folder: "/", files: "/tmp",
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "PGAPPNAME": "tests"], input: .pipe)
        program.tell(statement)
        program.closeInput()
        guard program.wait() == .init(exitCode: 0) else {
            throw Program.Failure(description: "\(client[0]): \(program.errors)")
        }
        return program.output
    }
}
