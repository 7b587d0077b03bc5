import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

/// Sales whose workers are on other machines, which a user reaches through ssh.
struct MachineRunTests {
    private let sandbox: Sandbox
    private let hosts: TestHosts

    init() throws {
        sandbox = try Sandbox()
        sandbox.stress = StressBinary.small
        hosts = try TestHosts(3, redis: true)
    }

    /// Three hosts with four workers each.
    private func fleet(_ hosts: TestHosts) -> [String] {
        [
            "run", "--hosts", hosts.addresses.map { "\($0):4" }.joined(separator: ","), "--ssh", hosts.ssh, "--redis",
            hosts.redis ?? "",
        ]
    }

    private static let small = ["--threads", "4", "--units", "200", "--quiet"]
    /// For some seconds at least.
    private static let long = [
        "--threads", "4", "--units", "4000", "--buyers", "6000", "--think-time", "20ms..40ms", "--quiet",
    ]

    /// Connections are kept in the folder of the machines.
    private var environment: [String: String] { ["TMPDIR": hosts.folder] }

    private func start(_ flags: [String]) throws -> Program {
        try sandbox.start(fleet(hosts) + flags, environment: environment)
    }

    /// Nothing of the run is on the machines, but for the program itself, nor on this one.
    private func expectNothingLeft(_ sourceLocation: SourceLocation = #_sourceLocation) {
        let isClean = TestProcess.eventually(withinSeconds: 5) {
            hosts.addresses.indices.allSatisfy { hosts.processes(on: $0).isEmpty && strayFiles(on: $0).isEmpty }
                && connections.isEmpty
        }
        let left = hosts.addresses.indices.map { host in
            "\(hosts.processes(on: host).map { TestProcess.arguments(of: $0) }) \(strayFiles(on: host))"
        }
        #expect(isClean, "\(left) \(connections)", sourceLocation: sourceLocation)
    }

    private func strayFiles(on host: Int) -> [String] {
        hosts.files(on: host).filter { !$0.hasPrefix("home/.cache/stress/stress-") }
    }

    /// Folders and processes of connections.
    private var connections: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: hosts.folder)) ?? []
        return names.filter { $0.hasPrefix("stress-ssh-") }
            + TestProcess.using("\(hosts.folder)/stress-ssh-").map { "process \($0)" }
    }

    /// Waits until buyers have bought, as the server knows.
    private func isSelling() -> Bool {
        TestProcess.eventually(withinSeconds: 60) { sandbox.history.count { $0.outcome == .won } > 40 }
    }

    @Test(arguments: [("optimistic", Int32(0), "upheld"), ("naive", 1, "violated")])
    func aSaleOnThreeMachines(_ strategy: String, _ exitCode: Int32, _ verdict: String) throws {
        let run = try start(Self.small + ["--strategy", strategy, "--think-time", "1ms..3ms"])
        #expect(run.wait(seconds: 120) == .init(exitCode: exitCode), "\(run.errors)\n\(run.output)")
        let record = try sandbox.record()
        #expect(record["verdict"].text == verdict)
        #expect(record["workers"].list.count == 12 && record["workers"].list.allSatisfy { $0["lost"].text == nil })
        let machines = record["machines"].list
        #expect(machines.map { $0["name"].text } == hosts.addresses)
        #expect(machines.map { $0["workers"].list.count } == [4, 4, 4])
        #expect(machines.allSatisfy { $0["engine"].text == "ssh" })
        #expect(Set(try sandbox.rows("attempts.csv").compactMap { $0["worker"] }).count == 12)
        expectNothingLeft()
    }

    /// One machine's cable is pulled, and another one is switched off.
    @Test func machinesThatAreLost() throws {
        let run = try start(Self.long)
        #expect(isSelling(), "\(run.errors)")
        try hosts.cut(0)
        try hosts.kill(1)
        let ending = try #require(run.wait(seconds: 120), "\(run.errors)")
        let record = try sandbox.record()
        // Whatever else, nobody is accused.
        #expect(record["verdict"].text != "violated" && [0, 2].contains(ending.exitCode), "\(run.output)\(run.errors)")
        let lost = record["workers"].list.filter { $0["lost"].text != nil }
        #expect(lost.count == 8)
        for address in hosts.addresses.prefix(2) {
            #expect(record["machines"].list.contains { $0["name"].text == address && $0["lost"].text != nil })
        }
        #expect((record["totals"]["won"].number ?? 0) > 40)
        expectNothingLeft()
    }

    /// Whoever stops the coordinator loses the workers elsewhere, and reads why.
    @Test func aCoordinatorThatStandsStill() throws {
        let run = try start(Self.long)
        #expect(isSelling(), "\(run.errors)")
        run.signal(SIGSTOP)
        #expect(
            TestProcess.eventually(withinSeconds: 10) {
                hosts.addresses.indices.allSatisfy { hosts.processes(on: $0).isEmpty }
            })
        run.signal(SIGCONT)
        #expect(run.wait(seconds: 60) == .init(exitCode: 2), "\(run.errors)")
        let record = try sandbox.record()
        let finding = try #require(record.finding("stopped"))
        #expect(
            finding.contains("The coordinator itself stood still") && finding.contains("12 workers were lost"),
            "\(finding)")
        #expect(
            record["workers"].list.allSatisfy {
                $0["lost"].text?.contains("the coordinator itself stood still") == true
            })
        #expect(!record["checks"].list.contains { $0["result"].text == "violated" })
        expectNothingLeft()
    }

    @Test func aCoordinatorThatIsKilled() throws {
        let run = try start(Self.long)
        #expect(isSelling(), "\(run.errors)")
        #expect(!connections.isEmpty && hosts.addresses.indices.allSatisfy { !hosts.processes(on: $0).isEmpty })
        run.signal(SIGKILL)
        _ = run.wait()
        expectNothingLeft()
    }

    /// Journals have no place there.
    @Test func aMachineWithoutSpace() throws {
        try hosts.run("mount -t tmpfs -o size=64k none /tmp", on: 1)
        let run = try start(Self.small)
        let ending = run.wait(seconds: 120)
        #expect(ending == .init(exitCode: 69), "\(run.errors)")
        #expect(run.errors.contains(hosts.addresses[1]) && run.errors.contains("space"), "\(run.errors)")
        expectNothingLeft()
    }

    @Test func listsInFilesAndFewerWorkers() throws {
        let list = try sandbox.folder.file(
            "hosts", "# ours\n" + hosts.addresses.map { "\($0) slots=2\n" }.joined())
        let words = ["run", "--hostfile", list, "--ssh", hosts.ssh, "--redis", hosts.redis ?? ""] + Self.small
        let run = try sandbox.start(words + ["--procs", "3"], environment: environment)
        #expect(run.wait(seconds: 120) == .init(exitCode: 0), "\(run.errors)")
        let machines = try sandbox.record()["machines"].list
        #expect(machines.map { $0["name"].text } == Array(hosts.addresses.prefix(2)))
        #expect(machines.map { $0["workers"].list.count } == [2, 1])
        let more = try sandbox.stress(words + ["--procs", "7"], environment: environment)
        #expect(more.exitCode == 64 && more.errors.contains("6 slots"), "\(more.errors)")
    }
}
