import Foundation
import Glibc

/// Machines of a test's own: network namespaces on one bridge, each with an sshd, processes, a home, a /tmp and, where it is wished, a
/// CLOCK_MONOTONIC of its own. They need root.
///
/// A guard makes them, and ends them when the test is done or its process is gone, however it ended. Where both were killed at once, the
/// machines die with the guard, and the next that starts removes the bridge and the folder.
package final class TestHosts: @unchecked Sendable {
    /// Those of the machines, as this one reaches them: `198.18.7.1` and so on. They exist only here.
    package let addresses: [String]
    /// This machine's own address on the bridge, which all of them reach.
    package let bridge: String
    /// Where a server listens that all of them reach, if one was wished: a URL.
    package let redis: String?
    /// Holds keys and configurations; gone with the machines.
    package let folder: String
    /// Never touched after it was started but by ``close()``, which only the last reference calls.
    let guardian: Program
    /// What the interfaces' names begin with.
    private let interface: String

    /// The program that starts a session on one of them, with its options: the key, and the host keys that are expected.
    package var ssh: String { "ssh -F \(folder)/ssh_config" }

    /// Starts the machines, and waits until all of them can be logged in to.
    ///
    /// - Parameters:
    ///   - clocks: by how many seconds each one's CLOCK_MONOTONIC is ahead of this machine's; 0 for those that are not named.
    ///   - redis: whether a server is started that listens on the bridge.
    package init(_ count: Int = 3, clocks: [Int] = [], redis: Bool = false) throws {
        let offsets = (0..<count).map { String($0 < clocks.count ? clocks[$0] : 0) }.joined(separator: " ")
        let output = "/tmp/stress-hosts-\(UUID().uuidString)"
        guardian = try Program(
            "/bin/sh",
            ["-c", TestHostsScript.guardian, TestHostsScript.machine, offsets, redis ? "yes" : "no", output],
            folder: "/", files: "/tmp",
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"], input: .pipe,
            output: .path("/dev/null"), errors: .path("/dev/null"))
        defer {
            unlink(output)
            unlink("\(output).log")
        }
        var answer = ""
        _ = TestProcess.eventually(withinSeconds: 60) {
            answer = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            return answer.hasSuffix("\n")
        }
        let words = answer.split(separator: " ").map(String.init)
        guard words.count == 3, words[0] == "ready" else {
            let log = (try? String(contentsOfFile: "\(output).log", encoding: .utf8)) ?? "no log"
            guardian.closeInput()
            _ = guardian.wait(seconds: 10)
            throw Program.Failure(
                description: "no machines for tests, which need root, iproute2 and openssh-server: \(log.suffix(1500))")
        }
        let network = words[1]
        folder = words[2].trimmingCharacters(in: .newlines)
        interface = "st\(network)"
        addresses = (1...count).map { "\(network).\($0)" }
        bridge = "\(network).254"
        self.redis = redis ? "redis://\(network).254:7379" : nil
    }

    deinit { close() }

    /// Ends the machines and all that runs on them.
    private func close() {
        guardian.closeInput()
        _ = guardian.wait(seconds: 20)
    }

    // MARK: What is done to them

    /// Pulls a machine's cable.
    package func cut(_ host: Int) throws { try ip(["link", "set", "\(interface)h\(host + 1)", "down"]) }

    /// Puts it back in.
    package func heal(_ host: Int) throws {
        try ip(["link", "set", "\(interface)h\(host + 1)", "up"])
        // A question for the machine's address that was asked in vain would still fail who asks now.
        try ip(["neigh", "flush", "dev", "\(interface)b", "to", addresses[host]])
        try run("ip neigh flush dev eth0", on: host)
    }

    private func ip(_ arguments: [String]) throws { try Self.run(["ip"] + arguments) }

    /// Switches a machine off: all its processes are gone at once, and nobody answers for them.
    package func kill(_ host: Int) throws {
        // The kernel would still say good-bye to whoever was connected.
        try cut(host)
        Glibc.kill(try first(of: host), SIGKILL)
        guard TestProcess.eventually(withinSeconds: 10, { members(of: host).isEmpty }) else {
            throw Program.Failure(description: "host \(host) lives on")
        }
    }

    /// Runs a shell script on a machine as its root, not through ssh.
    ///
    /// - Returns: what it printed.
    @discardableResult
    package func run(_ script: String, on host: Int) throws -> String {
        // A mount that another makes there must not be seen here, so the namespaces are those of a process there.
        try Self.run(
            ["nsenter", "--target", String(try first(of: host)), "--all", "--", "/bin/sh", "-c", script],
            environment: ["HOME": "/run/home", "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"])
    }

    @discardableResult
    private static func run(_ words: [String], environment: [String: String]? = nil) throws -> String {
        let program = try Program(
            "/usr/bin/env", words, folder: "/", files: "/tmp",
            environment: environment ?? ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"])
        guard program.wait() == .init(exitCode: 0) else {
            throw Program.Failure(description: "\(words.joined(separator: " ")): \(program.errors)")
        }
        return program.output
    }

    // MARK: What is seen of them

    /// Where a machine's own files are, as seen from here: `home` and `tmp` are empty at first.
    package func path(_ host: Int) -> String { "\(folder)/h\(host + 1)" }

    /// Files below the home and the /tmp of a machine, without folders: `home/.cache/…`, `tmp/…`.
    package func files(on host: Int) -> [String] {
        var found: [String] = []
        for (name, place) in [("home", "run/home"), ("tmp", "tmp"), ("shop", "run/shop")] {
            let root = "\(path(host))/\(place)"
            for case let path as String in FileManager.default.enumerator(atPath: root) ?? .init() {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder)
                if !isFolder.boolValue { found.append("\(name)/\(path)") }
            }
        }
        return found.sorted()
    }

    /// The living processes on a machine but for sshd, its sessions and its ends: ids as seen from here.
    package func processes(on host: Int) -> [Int32] {
        members(of: host).filter { process in
            let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")) ?? ""
            return !TestProcess.hasEnded(process) && !program.hasSuffix("/sshd") && !program.hasSuffix("/sshd-session")
        }
    }

    /// Everything that belongs to a machine, its sshd included; empty once it was killed.
    private func members(of host: Int) -> [Int32] {
        guard let first = try? first(of: host),
            let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(first)/ns/pid")
        else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/ns/pid")) == space
        }
    }

    /// The first process of a machine, as seen from here.
    private func first(of host: Int) throws -> Int32 {
        let text = (try? String(contentsOfFile: "\(path(host))/starter", encoding: .utf8)) ?? ""
        guard let starter = Int32(text.trimmingCharacters(in: .newlines)),
            let first = TestProcess.children(of: starter).first
        else { throw Program.Failure(description: "host \(host) is gone") }
        return first
    }
}
