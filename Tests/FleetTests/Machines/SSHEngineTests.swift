import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Fleet

/// Machines are made ready through a real sshd, and left as they were.
struct SSHEngineTests {
    private let hosts: TestHosts

    init() throws { hosts = try TestHosts(3) }

    private func engine(
        _ list: [String], ssh: String? = nil, remoteBinary: String? = nil, on hosts: TestHosts? = nil
    ) throws -> SSHEngine {
        let hosts = hosts ?? self.hosts
        // Its connections are in the folder of the machines, so that the test sees what stays.
        let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": hosts.folder]
        return try SSHEngine(
            HostList(option: list.joined(separator: ",")), by: SSHCommand(ssh ?? hosts.ssh, environment: environment),
            executable: StressBinary.small, remoteBinary: remoteBinary, environment: environment)
    }

    /// Sessions as those of workers, but with another command.
    private func start(_ command: String, _ workers: Int, of engine: SSHEngine) throws -> [Program] {
        try (0..<workers).map { worker in
            let launch = engine.launch(worker: worker)
            #expect(launch.arguments.last?.hasSuffix("worker --remote") == true)
            return try Program(
                launch.executable, launch.arguments.dropLast() + [command], folder: "/", files: hosts.folder,
                environment: ["PATH": "/usr/bin:/bin"], input: .pipe)
        }
    }

    private func says(_ command: String, _ workers: Int, of engine: SSHEngine) throws -> [String] {
        try start(command, workers, of: engine).map { program in
            let ending = program.wait()
            #expect(ending == .init(exitCode: 0), "\(program.errors)")
            return program.output.trimmingCharacters(in: .newlines)
        }
    }

    /// What keeps an engine from being ready, with nothing left behind.
    private func problem(_ list: [String], _ workers: Int = 1, ssh: String? = nil, remoteBinary: String? = nil) throws
        -> String
    {
        var engine = try engine(list, ssh: ssh, remoteBinary: remoteBinary)
        let error = #expect(throws: RunError.self) { try engine.prepare(workers: workers) }
        engine.close()
        #expect(nothingIsOpen)
        let found = try #require(error)
        #expect(found.status == .unavailable, "\(found)")
        return found.message
    }

    /// Neither a folder of connections nor a process of one is there.
    private var nothingIsOpen: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: hosts.folder)) ?? []
        return !names.contains { $0.hasPrefix("stress-ssh-") }
            && TestProcess.using("\(hosts.folder)/stress-ssh-").isEmpty
    }

    private var isQuiet: Bool { hosts.addresses.indices.allSatisfy { hosts.processes(on: $0).isEmpty } }

    private static let place = "home/.cache/stress"

    @Test func workersStartOnAllHosts() throws {
        let list = hosts.addresses.map { "\($0):4" }
        var first = try engine(list)
        try first.prepare(workers: 12)
        #expect(first.receivers == 3)
        #expect(
            try says("hostname", 12, of: first)
                == ["host1", "host2", "host3"].flatMap { Array(repeating: $0, count: 4) })
        #expect(
            (0..<12).map { first.launch(worker: $0).machine }
                == hosts.addresses.flatMap { Array(repeating: $0, count: 4) })
        // What would be started is there, whole and alone.
        let program = try #require(first.launch(worker: 5).arguments.last?.split(separator: " ").dropFirst().first)
        #expect(try hosts.run("\(program) --version", on: 1) == "\(Version.current)\n")
        for host in 0..<3 {
            let name = try #require(program.split(separator: "/").last)
            #expect(hosts.files(on: host) == ["\(Self.place)/\(name)"])
        }
        first.close()
        #expect(nothingIsOpen)
        #expect(TestProcess.eventually(withinSeconds: 5) { isQuiet })

        // It is sent once.
        var second = try engine(list)
        try second.prepare(workers: 5)
        #expect(second.receivers == 0)
        #expect(try says("hostname", 5, of: second) == ["host1", "host1", "host1", "host1", "host2"])
        second.close()
        #expect(nothingIsOpen)
    }

    /// More than an sshd lets in over one connection, all at once.
    @Test func manyWorkersOnOneHost() throws {
        var engine = try engine(["\(hosts.addresses[0]):20"])
        try engine.prepare(workers: 20)
        let programs = try start("echo in; read line; echo $line", 20, of: engine)
        #expect(TestProcess.eventually(withinSeconds: 20) { programs.allSatisfy { $0.output == "in\n" } })
        // Three connections, and no other.
        let sessions = try hosts.run("grep -c 'Accepted publickey' /run/sshd/log", on: 0)
        #expect(sessions == "3\n", "\(sessions)")
        for (number, program) in programs.enumerated() { program.tell("\(number)\n") }
        for (number, program) in programs.enumerated() {
            #expect(program.wait() == .init(exitCode: 0) && program.output == "in\n\(number)\n")
        }
        engine.close()
        #expect(nothingIsOpen)
    }

    /// An sshd that lets in one session a connection gets a connection for each.
    @Test func anSSHDWithoutRoomForSessions() throws {
        try startServer(on: 0, port: 2202, "MaxSessions 1")
        var engine = try engine(["ssh://\(hosts.addresses[0]):2202:4"], ssh: anyHostKey)
        try engine.prepare(workers: 4)
        let programs = try start("echo in; read line", 4, of: engine)
        #expect(TestProcess.eventually(withinSeconds: 20) { programs.allSatisfy { $0.output == "in\n" } })
        for program in programs { program.closeInput() }
        for program in programs { #expect(program.wait() != nil) }
        engine.close()
        #expect(nothingIsOpen)
    }

    /// The host keys are known for the usual port only.
    private var anyHostKey: String { "\(hosts.ssh) -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null" }

    private func startServer(on host: Int, port: Int, _ setting: String) throws {
        try hosts.run(
            """
            sed 's/^Port 22$/Port \(port)/; s|/run/sshd.pid|/run/sshd-\(port).pid|' /run/sshd/config > /run/sshd/config-\(port)
            echo '\(setting)' >> /run/sshd/config-\(port)
            "$(command -v sshd)" -f /run/sshd/config-\(port) -E /run/sshd/log-\(port)
            """, on: host)
        #expect(TestProcess.eventually { access("\(hosts.path(host))/run/sshd-\(port).pid", F_OK) == 0 })
    }

    // MARK: What is there already

    /// Half a program, of whatever cause, is sent again; old ones go, and those of others stay.
    @Test func programsThatAreThere() throws {
        var first = try engine([hosts.addresses[0]])
        try first.prepare(workers: 1)
        first.close()
        let name = try #require(hosts.files(on: 0).first)
        let digest = name.split(separator: "-").last.map(String.init) ?? ""
        try hosts.run(
            """
            cd ~/.cache/stress && truncate -s 1000 stress-* && chmod 644 stress-*
            for n in 1 2 3 4 5 6; do echo > stress-000000000000000000000000000000$n && touch -d "2020-01-0$n" stress-*$n; done
            echo > notes && touch -d 2020-01-01 notes && echo > .part-old && touch -d 2020-01-01 .part-old && echo > .part-new
            """, on: 0)
        var second = try engine([hosts.addresses[0]])
        try second.prepare(workers: 1)
        #expect(second.receivers == 1)
        second.close()
        let old = [4, 5, 6].map { "\(Self.place)/stress-000000000000000000000000000000\($0)" }
        #expect(
            hosts.files(on: 0)
                == (["\(Self.place)/.part-new", "\(Self.place)/notes", "\(Self.place)/stress-\(digest)"] + old).sorted()
        )
    }

    @Test func twoCoordinatorsAtOnce() throws {
        let list = [hosts.addresses[0]]
        let engines = try [engine(list), engine(list)]
        let ready = Ready()
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            var engine = engines[index]
            do { try engine.prepare(workers: 1) } catch { Issue.record(error) }
            ready.add(engine)
        }
        #expect(try ready.engines.map { try says("hostname", 1, of: $0) } == [["host1"], ["host1"]])
        for var engine in ready.engines { engine.close() }
        #expect(hosts.files(on: 0).count == 1 && nothingIsOpen)
    }

    private final class Ready: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var engines: [SSHEngine] = []
        func add(_ engine: SSHEngine) { lock.withLock { engines.append(engine) } }
    }

    @Test func aProgramThatIsInstalledThere() throws {
        let path = "/run/home/stress"
        try FileManager.default.copyItem(atPath: StressBinary.small, toPath: "\(hosts.path(0))\(path)")
        var engine = try engine([hosts.addresses[0]], remoteBinary: path)
        try engine.prepare(workers: 1)
        #expect(engine.launch(worker: 0).arguments.last == "exec \(path) worker --remote" && engine.receivers == 0)
        engine.close()
        #expect(hosts.files(on: 0) == ["home/stress"])
        #expect(try problem([hosts.addresses[1]], remoteBinary: path).contains("there is no program \(path)"))
        try hosts.run("printf '#!/bin/sh\\necho 9.9.9\\n' > \(path); chmod 755 \(path)", on: 2)
        #expect(try problem([hosts.addresses[2]], remoteBinary: path).contains("version 9.9.9"))
        for wrong in ["stress", "~/stress", "/a'b", "/a\nb"] {
            let error = #expect(throws: RunError.self) { _ = try self.engine(["a"], remoteBinary: wrong) }
            #expect(error?.status == .usage)
        }
    }

    // MARK: What goes wrong before anything is started

    @Test func hostsThatCannotBeReached() throws {
        let address = hosts.addresses[0]
        #expect(try problem(["nosuchhost.invalid"]).contains("nosuchhost.invalid: nobody knows its name"))
        #expect(try problem(["ssh://\(address):2222"]).contains("nobody listens there"))
        #expect(try problem(["nobody-of-that-name@\(address)"]).contains("refuses the login"))
        #expect(
            try problem([address], ssh: "\(hosts.ssh) -o UserKnownHostsFile=/dev/null").contains(
                "host key is not known"))
        #expect(try problem(["noshell@\(address)"]).contains("no shell"))
        #expect(try problem([address], ssh: "\(hosts.ssh) -o NoSuchOption=1").contains("Bad configuration option"))
        let keys = try String(contentsOfFile: "\(hosts.folder)/known_hosts", encoding: .utf8).split(separator: "\n")
        let changed = keys[1].replacing(hosts.addresses[1], with: address)
        try Data((changed + "\n").utf8).write(to: URL(fileURLWithPath: "\(hosts.folder)/changed"))
        #expect(
            try problem([address], ssh: "\(hosts.ssh) -o UserKnownHostsFile=\(hosts.folder)/changed")
                .contains("another machine answers"))
        // All that is wrong is said, and the host that is right is left as it was.
        try hosts.cut(1)
        let both = try problem(["ssh://\(address):2222", hosts.addresses[1], hosts.addresses[2]], 3, ssh: quick)
        #expect(
            both.contains("2 of 3 hosts") && both.contains("nobody listens")
                && both.contains("\(hosts.addresses[1]): it does not answer"))
        #expect(TestProcess.eventually(withinSeconds: 5) { isQuiet })
    }

    private var quick: String { "\(hosts.ssh) -o ConnectTimeout=2" }

    @Test func anSSHDThatHasTooManyGuests() throws {
        try startServer(on: 0, port: 2201, "MaxStartups 1:100:1\nLoginGraceTime 60")
        let guest = try Program(
            "/usr/bin/env",
            ["bash", "-c", "exec 3<>/dev/tcp/\(hosts.addresses[0])/2201; read -r line <&3; echo $line; sleep 100"],
            folder: "/", files: hosts.folder, environment: ["PATH": "/usr/bin:/bin"])
        #expect(TestProcess.eventually { guest.output.hasPrefix("SSH-2.0") })
        let place = "ssh://\(hosts.addresses[0]):2201"
        #expect(try problem([place], ssh: anyHostKey).contains("MaxStartups"))
        // One that leaves in time is no reason to give up.
        let patient = try engine([place], ssh: anyHostKey)
        let ready = Ready()
        let thread = Thread {
            var engine = patient
            if (try? engine.prepare(workers: 1)) != nil { ready.add(engine) }
            engine.close()
        }
        thread.start()
        usleep(150_000)
        guest.signal(SIGKILL)
        #expect(TestProcess.eventually(withinSeconds: 20) { thread.isFinished } && ready.engines.count == 1)
    }

    @Test(
        arguments: [
            ("printf '#!/bin/sh\\n[ $1 = -s ] && echo Linux || echo aarch64\\n' > /run/f", "uname", "Linux on aarch64"),
            ("printf '#!/bin/sh\\n[ $1 = -m ] && echo x || echo Darwin\\n' > /run/f", "uname", "Darwin on x"),
            ("printf '#!/bin/sh\\necho glibc 2.17\\n' > /run/f", "getconf", "glibc 2.17"),
            ("printf '#!/bin/sh\\necho musl libc\\n' > /run/f", "getconf", "musl"),
        ])
    func machinesOfAnotherKind(_ script: String, _ tool: String, _ sign: String) throws {
        try hosts.run("\(script); chmod 755 /run/f; mount --bind /run/f $(command -v \(tool))", on: 0)
        #expect(try problem([hosts.addresses[0]]).contains(sign))
        // Nothing was sent.
        #expect(hosts.files(on: 0).isEmpty)
    }

    /// As little room as this, no right to write, a file system that runs nothing, a library that is missing.
    @Test func placesWhereNothingCanBePut() throws {
        let (address, other) = (hosts.addresses[0], hosts.addresses[1])
        try hosts.run("mkdir -p ~/.cache && mount -t tmpfs -o size=1m none ~/.cache", on: 0)
        #expect(try problem([address]).contains("no space for our program in /run/home/.cache/stress"))
        #expect(try hosts.run("ls -A ~/.cache/stress", on: 0).isEmpty)
        try hosts.run("mount -o remount,ro ~/.cache", on: 0)
        #expect(try problem([address]).contains("cannot be written there"))
        try hosts.run("umount ~/.cache; mount -t tmpfs -o noexec,size=1g none ~/.cache", on: 0)
        #expect(try problem([address]).contains("may not be run there"))
        try hosts.run("umount ~/.cache; chmod 500 /run/shop", on: 0)
        #expect(try problem(["shop@\(address)"]).contains("cannot be written there"))
        try hosts.run("chmod 700 /run/shop; mkdir -p /run/shop/.cache && chown 4711 /run/shop/.cache", on: 0)
        var shop = try engine(["shop@\(address)"])
        try shop.prepare(workers: 1)
        #expect(try says("id -u", 1, of: shop) == ["4711"])
        shop.close()
        let library = try hosts.run(
            "ls /usr/lib/*/libhiredis.so.*.* /usr/lib64/libhiredis.so.*.* 2> /dev/null | head -n 1", on: 1)
        try hosts.run("mount --bind /dev/null \(library)", on: 1)
        #expect(try problem([other]).contains(#/cannot be loaded there: [^ ]*libhiredis/#))
    }

    // MARK: What goes wrong afterwards

    @Test func connectionsThatAreLost() throws {
        var engine = try engine(hosts.addresses.map { "\($0):2" }, ssh: hosts.ssh)
        try engine.prepare(workers: 6)
        let programs = try start("echo in; read line", 6, of: engine)
        #expect(TestProcess.eventually { programs.allSatisfy { $0.output == "in\n" } })
        try hosts.cut(0)
        try hosts.kill(1)
        for worker in 0..<4 {
            let ending = try #require(programs[worker].wait(seconds: 10))
            #expect(ending.exitCode == 255)
            let reason = engine.reason(worker: worker, exitCode: ending.exitCode, errors: programs[worker].errors)
            #expect(reason?.contains("the connection was lost") == true, "\(String(describing: reason))")
        }
        // The third knows of nothing.
        programs[4].tell("on\n")
        #expect(programs[4].wait() == .init(exitCode: 0))
        #expect(engine.reason(worker: 4, exitCode: 0, errors: programs[4].errors) == nil)
        engine.close()
        #expect(nothingIsOpen)
        #expect(programs[5].wait(seconds: 5) != nil)
        #expect(TestProcess.eventually(withinSeconds: 5) { hosts.processes(on: 2).isEmpty })
    }

    /// Where a run was killed with the keeper of its connections, the next one ends them.
    @Test func connectionsThatOthersLeft() throws {
        let folder = "\(hosts.folder)/stress-ssh-abandoned"
        mkdir(folder, 0o700)
        let lock = open("\(folder)/lock", O_RDWR | O_CREAT, 0o600)
        let master = try Program(
            "/usr/bin/env",
            hosts.ssh.split(separator: " ").map(String.init)
                + ["-M", "-N", "-S", "\(folder)/h0-0.1", hosts.addresses[0]],
            folder: "/", files: hosts.folder, environment: ["PATH": "/usr/bin:/bin"])
        #expect(TestProcess.eventually { access("\(folder)/h0-0.1", F_OK) == 0 })
        // As long as somebody holds it, it stays.
        flock(lock, LOCK_EX)
        var engine = try engine([hosts.addresses[1]])
        try engine.prepare(workers: 1)
        engine.close()
        #expect(access("\(folder)/h0-0.1", F_OK) == 0 && !TestProcess.hasEnded(master.process))
        close(lock)
        var other = try self.engine([hosts.addresses[1]])
        try other.prepare(workers: 1)
        #expect(master.wait(seconds: 5) != nil)
        other.close()
        #expect(nothingIsOpen)
    }
}
