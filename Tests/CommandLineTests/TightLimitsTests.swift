import Foundation
import Glibc
import TestSupport
import Testing

/// Limits that a shell sets, and signals in every moment: an exit code and a sentence, never a signal or a report of a crash.
struct TightLimitsTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Nobody has to ignore SIGXFSZ for us.
    @Test(arguments: [1, 1000])
    func filesThatMayNotGrow(_ blocks: Int) throws {
        let run = try sandbox.run(["--strategy", "lua"], after: "ulimit -f \(blocks)")
        #expect(run.exitCode == 74, "\(run.errors)")
        #expect(blocks == 1 || run.errors.contains("raise the limit on the size of files (ulimit -f)"), "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    @Test func aSmallStackIsEnough() throws {
        let run = try sandbox.run(["--strategy", "lua"], after: "ulimit -s 64")
        #expect(run.exitCode == 0, "\(run.errors)")
        let verified = try sandbox.stress(["verify", sandbox.latest], after: "ulimit -s 64")
        #expect(verified.exitCode == 0, "\(verified.errors)")
    }

    /// - Parameter kibibytes: of address space. With less the system cannot load the program.
    @Test(arguments: [200_000, 400_000])
    func threadsThatFindNoMemory(_ kibibytes: Int) throws {
        let run = try sandbox.stress(
            ["run", "--procs", "1", "--threads", "2000", "--units", "20", "--strategy", "lua"],
            after: "ulimit -v \(kibibytes)")
        #expect(run.exitCode == 69, "\(run.errors)")
        #expect(
            run.errors.contains("its 2,000 threads need about") && run.errors.contains("start fewer threads"),
            "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    /// What fits runs, although every thread would like to have a heap of 64 MiB.
    @Test func threadsThatFindMemory() throws {
        let run = try sandbox.run(["--strategy", "lua", "--threads", "100"], after: "ulimit -v 300000")
        #expect(run.exitCode == 0, "\(run.errors)")
    }

    /// SIGQUIT would print a report of a crash otherwise.
    @Test(arguments: [SIGQUIT, SIGTERM, SIGINT, SIGHUP])
    func verifyEndsAtOnce(_ signal: Int32) throws {
        let (run, writer) = try startVerifying()
        defer { close(writer) }
        run.signal(signal)
        #expect(run.wait(seconds: 10) == .init(exitCode: 130), "\(run.errors)")
        #expect(run.errors == "stress: interrupted\n" && run.output.isEmpty, "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    /// In the first milliseconds Swift's runtime would take SIGQUIT for a crash, and the command would go on or end with 0. Before the
    /// system has loaded the program, the signal itself ends it.
    @Test func noMomentOfTheStartIsExempt() throws {
        for microseconds in stride(from: 300, through: 12_000, by: 300) {
            let run = try sandbox.start(
                ["run"] + Sandbox.long, environment: ["SWIFT_BACKTRACE": "enable=yes"])
            usleep(UInt32(microseconds))
            run.signal(SIGQUIT)
            let ending = run.wait(seconds: 10)
            #expect(
                ending == .init(exitCode: 130) || ending == .init(signal: SIGQUIT), "\(microseconds) µs: \(run.errors)")
            #expect(!run.errors.contains("Backtrac") && !run.errors.contains("Crash"), "\(run.errors)")
        }
        sandbox.expectNothingLeft()
    }

    /// As nohup does it, and shells for jobs in the background.
    @Test func whatIsIgnoredStaysIgnored() throws {
        let (run, writer) = try startVerifying(after: "trap '' QUIT HUP")
        run.signal(SIGQUIT)
        run.signal(SIGHUP)
        Self.write("1,10,20,won\n", to: writer)
        #expect(TestProcess.eventually { Self.isEmpty(writer) })
        close(writer)
        // One win alone met no other, so that nothing is proven.
        #expect(run.wait(seconds: 10) == .init(exitCode: 2), "\(run.errors)")
    }

    /// `stress verify` that has read the header of a history, and waits for what follows.
    private func startVerifying(after shell: String? = nil) throws -> (Program, writer: Int32) {
        let path = sandbox.path + "/history"
        #expect(mkfifo(path, 0o600) == 0)
        let writer = open(path, O_RDWR | O_CLOEXEC)
        Self.write("attempt,invoked_ns,returned_ns,outcome\n", to: writer)
        let run = try sandbox.start(["verify", "--history", path, "--units", "3"], after: shell)
        #expect(TestProcess.eventually { Self.isEmpty(writer) })
        return (run, writer)
    }

    private static func write(_ text: String, to pipe: Int32) {
        let bytes = Array(text.utf8)
        #expect(Glibc.write(pipe, bytes, bytes.count) == bytes.count)
    }

    /// Whether everything that was written to a pipe has been read.
    private static func isEmpty(_ pipe: Int32) -> Bool {
        var poller = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) == 0
    }
}
