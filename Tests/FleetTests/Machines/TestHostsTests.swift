import Foundation
import Glibc
import Testing

@testable import TestSupport

/// The machines that other tests use are what they claim to be, and leave nothing.
struct TestHostsTests {
    private let files: TestFolder

    init() throws { files = try TestFolder("hosts-test") }

    /// What a command says on a machine; nil if there is no session within so many seconds.
    private func ask(_ hosts: TestHosts, _ host: String, _ command: String, seconds: Int = 20) throws -> String? {
        let words = hosts.ssh.split(separator: " ").map(String.init)
        let program = try Program(
            "/usr/bin/env", words + ["-o", "BatchMode=yes", "-o", "ConnectTimeout=\(seconds)", host, command],
            folder: "/",
            files: files.path, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
        guard program.wait(seconds: 30) == .init(exitCode: 0) else { return nil }
        return program.output
    }

    private func interfaces(_ hosts: TestHosts) -> [String] {
        let network = hosts.bridge.split(separator: ".").dropLast().joined(separator: ".")
        return ((try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")) ?? []).filter {
            $0.hasPrefix("st\(network)b") || $0.hasPrefix("st\(network)h")
        }
    }

    @Test func machinesAreApart() throws {
        let hosts = try TestHosts(2, clocks: [0, 5000], redis: true)
        let monotonic = "python3 -c 'import time; print(int(time.clock_gettime(time.CLOCK_MONOTONIC)))'"
        for (index, address) in hosts.addresses.enumerated() {
            #expect(
                try ask(hosts, address, "hostname; echo a > ~/kept; echo b > /tmp/note; pwd")
                    == "host\(index + 1)\n/run/home\n")
            #expect(hosts.files(on: index) == ["home/kept", "tmp/note"])
        }
        let clocks = try hosts.addresses.map { Int(try ask(hosts, $0, monotonic)?.dropLast() ?? "") ?? 0 }
        #expect((4990...5010).contains(clocks[1] - clocks[0]), "\(clocks)")
        #expect(
            try ask(hosts, "shop@\(hosts.addresses[0])", "id -u; touch /run/home/x || echo refused")
                == "4711\nrefused\n")
        // The server is reached from a machine.
        let endpoint = "\(hosts.bridge)/7379"
        let ping = "exec 3<>/dev/tcp/\(endpoint); echo PING >&3; read -r answer <&3; echo $answer"
        #expect(try ask(hosts, hosts.addresses[0], "bash -c '\(ping)'") == "+PONG\r\n")
        #expect(try hosts.run("hostname", on: 1) == "host2\n")
    }

    @Test func cablesAndMachinesFail() throws {
        let hosts = try TestHosts(2)
        try hosts.cut(0)
        #expect(try ask(hosts, hosts.addresses[0], "true", seconds: 2) == nil)
        #expect(try ask(hosts, hosts.addresses[1], "true") != nil)
        try hosts.heal(0)
        #expect(try ask(hosts, hosts.addresses[0], "sleep 100 > /dev/null 2>&1 < /dev/null & echo on") == "on\n")
        #expect(hosts.processes(on: 0).map { TestProcess.arguments(of: $0) } == [["sleep", "100"]])
        #expect(hosts.processes(on: 1).isEmpty)
        try hosts.kill(0)
        #expect(hosts.processes(on: 0).isEmpty)
        #expect(try ask(hosts, hosts.addresses[0], "true", seconds: 2) == nil)
    }

    @Test func nothingStays() throws {
        var hosts: TestHosts? = try TestHosts(1, redis: true)
        let folder = try #require(hosts).folder
        let copy = try #require(hosts)
        let address = copy.addresses[0]
        #expect(try ask(copy, address, "sleep 101 > /dev/null 2>&1 < /dev/null & echo on") == "on\n")
        let process = try #require(copy.processes(on: 0).first)
        #expect(interfaces(copy).count == 2)
        withExtendedLifetime(copy) { hosts = nil }
        #expect(hosts == nil && access(folder, F_OK) == 0)
        _ = consume copy
        #expect(access(folder, F_OK) != 0 && access("\(folder).lock", F_OK) != 0)
        #expect(TestProcess.hasEnded(process) && TestProcess.using(folder).isEmpty)
    }

    /// A guard that is killed takes its machines with it; what it could not remove, the next does.
    @Test func theNextOneRemovesWhatIsLeft() throws {
        let hosts = try TestHosts(2, redis: true)
        let (folder, names) = (hosts.folder, interfaces(hosts))
        #expect(try ask(hosts, hosts.addresses[0], "sleep 102 > /dev/null 2>&1 < /dev/null & echo on") == "on\n")
        let process = try #require(hosts.processes(on: 0).first)
        hosts.guardian.signal(SIGKILL)
        #expect(TestProcess.eventually { TestProcess.hasEnded(process) && TestProcess.using(folder).isEmpty })
        #expect(names.count == 3)
        let others = try TestHosts(1)
        // Another test's may have been at it, or this network is theirs now.
        #expect(
            TestProcess.eventually { others.folder == folder || access(folder, F_OK) != 0 || interfaces(hosts).isEmpty }
        )
    }
}
