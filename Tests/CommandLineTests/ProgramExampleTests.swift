import Foundation
import TestSupport
import Testing

/// The buyers under examples/programs: each run ends with the verdict that its file states.
struct ProgramExampleTests {
    private static let folder = ExampleStrategy.examples.appending(path: "programs").path
    private static let all = ExampleStrategy.files(in: folder)

    /// The article's program needs redis-py, which Debian has for the system's own Python.
    private static let environment = [
        "PATH": "/usr/bin:/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    ]

    @Test(arguments: all) func endsAsItsFileSays(_ example: ExampleStrategy) throws {
        let verdict = try #require(example.verdict)
        let sandbox = try Sandbox()
        let run = try sandbox.stress(
            [
                "run", "--procs", "2", "--threads", "4", "--units", "100", "--strategy", example.path,
            ], environment: Self.environment)
        #expect(run.exitCode == verdict.exitCode, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        if case .violated(let check) = verdict {
            #expect(record.check(check)["result"].text == "violated", "\(run.output)")
        }
        #expect(record.finding("program-misbehaved") == nil, "\(run.output)")
        #expect(record.finding("foreign-commands") == nil && record.finding("commands-not-compared") == nil)
        #expect(record["totals"]["won"].number ?? 0 > 0)
        // Nothing was written to standard error.
        #expect(!FileManager.default.fileExists(atPath: sandbox.latest + "/worker-0.stderr"))
        sandbox.expectNothingLeft()
    }

    /// The ids of a warm-up are those of the sale, and its keys are others.
    @Test(arguments: ["take-one", "command"]) func aWarmUpDoesNotMatter(_ name: String) throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "2", "--units", "20", "--buyers", "40", "--warm-up", "300ms",
            "--strategy",
            "\(Self.folder)/\(name).yaml",
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record()["totals"]["won"].number == 20)
        #expect(try sandbox.record().finding("program-misbehaved") == nil, "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test func thereAreExamples() {
        #expect(Self.all.map(\.name) == ["command", "read-then-write", "seed", "take-one"])
    }
}
