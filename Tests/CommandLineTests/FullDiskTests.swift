import Foundation
import TestSupport
import Testing

/// A disk that fills up. A limit on the size of files stands for one where root is not to be had, and so does /dev/full.
struct FullDiskTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    /// No room for the journals of 20 threads: found before the doors open.
    @Test func beforeTheDoorsOpen() throws {
        let run = try sandbox.run(after: "trap '' XFSZ; ulimit -f 1000")
        #expect(run.exitCode == 74, "\(run.errors)")
        #expect(run.output.isEmpty && run.errors.contains("journal") && run.errors.contains("cannot grow"))
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    /// Room for the first segments of 2 x 4 threads, and not for the second ones.
    @Test func whileBuyersBuy() throws {
        let run = try sandbox.stress(
            ["run", "--procs", "2", "--threads", "4", "--units", "20000", "--buyers", "20000"],
            after: "trap '' XFSZ; ulimit -f 768")
        #expect(run.exitCode == 74, "\(run.errors)")
        #expect(run.errors.contains("journal") && run.errors.contains("cannot grow"))
        // What happened is judged all the same, and why it is not all is said where people look.
        #expect(run.output.contains("sold") && run.output.contains("But the run could not go on to its end"))
        #expect(run.output.contains("exit code 74"))
        let record = try sandbox.record(sandbox.resultFolders.first)
        #expect(record["exit_code"].number == 74)
        #expect(record.finding("ended-early")?.contains("cannot grow") == true)
        sandbox.expectNothingLeft()
    }

    /// One of the files has no room: the others are there, and the verdict is told.
    @Test func whileResultsAreWritten() throws {
        _ = try sandbox.folder.folder("results")
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.results + "/runs.csv", withDestinationPath: "/dev/full")
        let run = try sandbox.run()
        #expect(run.exitCode == 74, "\(run.errors)")
        #expect(run.errors.contains("runs.csv") && run.errors.contains("No space left"))
        #expect(run.output.hasPrefix("UPHELD") && run.output.contains("(runs.csv could not be written) (exit code 74)"))
        // It is the latest run even so.
        #expect(try sandbox.record()["verdict"].text == "upheld")
        sandbox.expectNothingLeft()
    }

    /// A program that reads the JSON is told what the exit code tells.
    @Test(arguments: [[], ["--runs", "2"]])
    func theJSONSaysWhatIsMissing(_ flags: [String]) throws {
        _ = try sandbox.folder.folder("results")
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.results + "/runs.csv", withDestinationPath: "/dev/full")
        let run = try sandbox.run(["--format", "json"] + flags)
        #expect(run.exitCode == 74, "\(run.errors)")
        let printed = try JSON(Data(run.output.utf8))
        #expect(printed["exit_code"].number == 74 && printed["verdict"].text == "upheld")
        let record = flags.isEmpty ? printed : printed["runs"][0]
        #expect(record["exit_code"].number == 74)
        #expect(record["missing_files"].list.map(\.text) == ["runs.csv"])
        #expect(record.finding("results-incomplete")?.contains("No space left") == true)
    }

    @Test(arguments: ["text", "json"])
    func onStandardOutput(_ format: String) throws {
        let run = try sandbox.run(["--format", format], output: .path("/dev/full"))
        #expect(run.exitCode == 74, "\(run.errors)")
        #expect(run.errors.contains("standard output") && run.errors.contains("No space left"), "\(run.errors)")
        // The files are there all the same.
        #expect(try sandbox.record()["verdict"].text == "upheld")
        sandbox.expectNothingLeft()
    }
}
