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
        // What happened is judged all the same.
        #expect(run.output.contains("sold"))
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
        #expect(run.output.hasPrefix("UPHELD"))
        #expect(try sandbox.record(sandbox.resultFolders.first)["verdict"].text == "upheld")
        sandbox.expectNothingLeft()
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
