import Foundation
import Glibc
import TestSupport
import Testing

/// What a run does to the folder that `--output` names: it takes no other thing's place, and leaves nothing empty.
struct RunFolderPlaceTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Its results are there all the same, and everybody is told where.
    @Test(arguments: [true, false], [[], ["--format", "json"], ["--runs", "2"]])
    func whatIsCalledLatestStays(_ isFolder: Bool, _ flags: [String]) throws {
        _ = try sandbox.folder.folder("results")
        if isFolder {
            _ = try sandbox.folder.folder("results/latest")
            try sandbox.folder.file("results/latest/mine", "mine")
        } else {
            try sandbox.folder.file("results/latest", "mine")
        }
        let run = try sandbox.run(flags)
        #expect(run.exitCode == 74, "\(run.output)\(run.errors)")
        #expect(try sandbox.text(sandbox.latest + (isFolder ? "/mine" : "")) == "mine")
        let reason = "latest is a \(isFolder ? "folder" : "file") and not a link to a run"
        #expect(run.errors.contains(reason), "\(run.errors)")
        let folder = try #require(sandbox.resultFolders.first)
        // What is kept says what was told.
        let record = try sandbox.record(folder)
        #expect(record["verdict"].text == "upheld" && record["exit_code"].number == 74)
        #expect(record["missing_files"].list.map(\.text) == ["latest"])
        let finding = try #require(record.finding("results-incomplete"))
        #expect(finding.contains(reason) && finding.contains(folder.split(separator: "/").last!))
        if flags.contains("json") { #expect(try JSON(Data(run.output.utf8))["exit_code"].number == 74) }
        #expect(!FileManager.default.fileExists(atPath: folder + "/latest"))
        #expect(try sandbox.stress(["verify", folder]).exitCode == 0)
        sandbox.expectNothingLeft()
    }

    @Test(arguments: ["gone", "old", "/tmp"])
    func aLinkIsReplaced(_ target: String) throws {
        _ = try sandbox.folder.folder("results/old")
        try FileManager.default.createSymbolicLink(atPath: sandbox.latest, withDestinationPath: target)
        #expect(try sandbox.run().exitCode == 0)
        #expect(try sandbox.record()["verdict"].text == "upheld")
    }

    // MARK: Where the doors never opened

    private static let output = ["--output", "one/two/three"]

    private func expectNoFolder(_ run: Program, _ exitCode: Int32) {
        #expect(run.wait() == .init(exitCode: exitCode), "\(run.output)\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.path + "/one"))
        sandbox.expectNothingLeft()
    }

    static let refused: [(flags: [String], exitCode: Int32)] = [
        (["--redis", "redis://127.0.0.1:1"], 69), (["--strategy", "nowhere.yaml"], 64), (["--units", "0"], 64),
        (["--threads", "100000"], 64),
    ]

    @Test(arguments: refused)
    func nothingStaysOfWhatIsRefused(_ flags: [String], _ exitCode: Int32) throws {
        expectNoFolder(try sandbox.start(["run"] + Sandbox.small + Self.output + flags), exitCode)
    }

    private func warmingUp() throws -> Program {
        let run = try sandbox.start(["run"] + Sandbox.small + ["--warm-up", "60s"] + Self.output)
        #expect(TestProcess.eventually { sandbox.workers(of: run).count == 2 })
        return run
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func nothingStaysOfWhatIsInterrupted(_ signal: Int32) throws {
        let run = try warmingUp()
        run.signal(signal)
        expectNoFolder(run, 130)
    }

    @Test func nothingStaysWhereAWorkerIsKilled() throws {
        let run = try warmingUp()
        for worker in sandbox.workers(of: run) { kill(worker, SIGKILL) }
        expectNoFolder(run, 69)
    }

    /// The first of several runs ends so, and there is no other.
    @Test func nothingStaysOfSeveralRuns() throws {
        let run = try sandbox.start(
            ["run", "--runs", "3", "--redis", "redis://127.0.0.1:1"] + Sandbox.small + Self.output)
        expectNoFolder(run, 69)
    }
}
