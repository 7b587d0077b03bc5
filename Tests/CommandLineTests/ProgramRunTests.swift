import Foundation
import Glibc
import TestSupport
import Testing

/// Runs whose buyers are a program.
struct ProgramRunTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    /// A strategy file and a driver of the user's. The driver sells nothing but what it says.
    private func write(_ driver: String, program: String = "[ python3, driver.py ]", more: String = "") throws {
        try sandbox.folder.file(
            "driver.yaml",
            """
            strategy: driver
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            buy:
              - program: \(program)
            \(more)
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """)
        try sandbox.folder.file(
            "driver.py",
            """
            import json, os, signal, subprocess, sys, time
            def answer(question, **fields): os.write(1, (json.dumps({"id": question["id"], **fields}) + "\\n").encode())
            \(driver)
            """)
    }

    private static let small = [
        "run", "--strategy", "driver.yaml", "--procs", "2", "--threads", "2", "--units", "5", "--buyers", "20",
    ]

    // MARK: Programs that cannot be started

    @Test(
        arguments: [
            ("[ ./nothing, a ]", 64, "driver.yaml:5: program: ./nothing is not there: looked for"),
            (
                "[ nothing-of-this-name ]", 64,
                "driver.yaml:5: program: nothing-of-this-name is in none of the folders of PATH"
            ),
            ("[ driver.py ]", 64, "but beside the strategy file: write ./driver.py"),
            ("[ ./driver.py ]", 64, "it may not be executed; make it a program with chmod +x ./driver.py"),
            ("[ /tmp ]", 64, "is a folder"),
            (
                "[ python3, nothing.py ]", 69,
                "ended as soon as it was started (exit code 2); the last line of its standard error: "
            ),
            (
                "[ ./no-interpreter ]", 69,
                "cannot be started: No such file or directory; perhaps what its first line names"
            ),
            ("[ ./no-program ]", 69, "cannot be started: Exec format error"),
        ])
    func isToldBeforeTheDoorsOpen(_ program: String, _ exitCode: Int32, _ words: String) throws {
        try write("sys.stdin.read()", program: program)
        try sandbox.folder.file("no-interpreter", "#!/nothing/here\n")
        try sandbox.folder.file("no-program", "\u{1}\u{2}")
        chmod(sandbox.path + "/no-interpreter", 0o755)
        chmod(sandbox.path + "/no-program", 0o755)
        let run = try sandbox.stress(Self.small)
        #expect(run.exitCode == exitCode, "\(run.errors)\(run.output)")
        #expect(run.errors.contains(words), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    @Test func aCheckReadsTheFileAndStartsNothing() throws {
        try write("open('started', 'w')")
        let check = try sandbox.stress(["strategies", "check", "driver.yaml"])
        #expect(check.exitCode == 0, "\(check.errors)")
        #expect(check.output.contains("It was not rehearsed: its buyers are a program"), "\(check.output)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.path + "/started"))
    }

    // MARK: Programs that misbehave

    @Test func theReportNamesAProgramThatMisbehaves() throws {
        try write(
            """
            for line in sys.stdin:
                question = json.loads(line)
                if question["purchase"] == 7: sys.exit("out of cheese")
                answer(question, outcome="sold-out")
            """)
        let run = try sandbox.stress(Self.small)
        let record = try sandbox.record()
        let finding = try #require(record.finding("program-misbehaved"), "\(run.output)")
        #expect(finding.hasPrefix("Programs that buyers ask misbehaved 1 time. The first: python3 driver.py (process "))
        #expect(finding.contains("ended (exit code 1), while it was asked for attempt 19"), "\(finding)")
        #expect(finding.hasSuffix(".stderr, where its programs' standard error is: out of cheese"), "\(finding)")
        #expect(record["totals"]["unknown"].number == 1 && record["totals"]["sold_out"].number == 19)
        let errors = ["worker-0.stderr", "worker-1.stderr"].compactMap { try? sandbox.text(sandbox.latest + "/" + $0) }
        #expect(errors == ["out of cheese\n"])
        sandbox.expectNothingLeft()
    }

    /// Nothing of the run's own Redis stands in its way, and its password is in no file.
    @Test func aProgramFindsTheServerOfTheRun() throws {
        try write(
            """
            for line in sys.stdin: answer(json.loads(line), outcome="won", unit=os.environ["STRESS_REDIS_URL"])
            """)
        let run = try sandbox.stress(Self.small + ["--attempts", "1"])
        let names = Set(try sandbox.rows("attempts.csv").compactMap { $0["unit"] ?? $0["units"] })
        #expect(
            names.allSatisfy { $0.hasPrefix("redis://default:") && $0.contains("@127.0.0.1:") }, "\(names)\(run.output)"
        )
        // It sold without taking anything.
        #expect(run.exitCode == 1)
    }

    // MARK: Clean-up

    /// Drivers that ignore the end of their input and every signal but one, and start others that leave their session.
    private func startStubborn(answersAfter pause: Double = 0.005, after shell: String? = nil) throws -> Program {
        try write(
            """
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)
            subprocess.Popen(["sh", "-c", "sleep 1000"], start_new_session=True)
            subprocess.Popen(["sleep", "1000"])
            for line in sys.stdin:
                time.sleep(\(pause))
                answer(json.loads(line), outcome="won")
            time.sleep(1000)
            """)
        return try sandbox.start(
            [
                "run", "--strategy", "driver.yaml", "--procs", "2", "--threads", "2", "--units", "100000", "--buyers",
                "100000",
            ],
            after: shell)
    }

    @Test func ctrlCLeavesNoProgram() throws {
        let run = try startStubborn()
        #expect(sandbox.isSelling())
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        // They are gone before the sale is looked at, and not some time later.
        sandbox.expectNothingLeft(withinSeconds: 0.2)
        #expect(try sandbox.record().finding("program-misbehaved") == nil)
    }

    @Test func aKilledWorkerLeavesNoProgram() throws {
        let run = try startStubborn()
        #expect(sandbox.isSelling())
        let worker = try #require(sandbox.workers(of: run).first)
        let programs = TestProcess.children(of: worker)
        #expect(programs.count == 3)
        kill(worker, SIGKILL)
        #expect(TestProcess.eventually { programs.allSatisfy(TestProcess.hasEnded) })
        run.signal(SIGINT)
        _ = run.wait()
        sandbox.expectNothingLeft()
    }

    @Test func aKilledCoordinatorLeavesNoProgram() throws {
        let run = try startStubborn()
        #expect(sandbox.isSelling())
        kill(run.process, SIGKILL)
        _ = run.wait()
        sandbox.expectNothingLeft()
    }

    @Test func aFullDiskLeavesNoProgram() throws {
        let run = try startStubborn(answersAfter: 0, after: "trap '' XFSZ; ulimit -f 320")
        let ending = run.wait()
        #expect(ending == .init(exitCode: 74), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft(withinSeconds: 0.2)
    }

    /// A worker that cannot begin has started other programs by then.
    @Test func aFailureBeforeTheDoorsOpenLeavesNoProgram() throws {
        try write(
            """
            subprocess.Popen(["sleep", "1000"], start_new_session=True, stdout=subprocess.DEVNULL)
            if os.path.exists("first"): sys.exit(4)
            open("first", "w")
            sys.stdin.read()
            time.sleep(1000)
            """)
        let run = try sandbox.stress(Self.small)
        #expect(run.exitCode == 69, "\(run.errors)")
        #expect(run.errors.contains("exit code 4"), "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    // MARK: Other ways to be a driver

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/node")),
        arguments: ["thread", "worker"])
    func aDriverInNode(_ each: String) throws {
        let library = ExampleStrategy.examples.appending(path: "../drivers/stress_driver.mjs").standardized.path
        try write(
            "", program: "[ /usr/bin/node, driver.mjs ]", more: "    each: \(each)\n    concurrent: true")
        try sandbox.folder.file(
            "driver.mjs",
            """
            import { serve } from "\(library)";
            serve(async (question) => {
              console.log("asked by", question.buyer);
              await new Promise((done) => setTimeout(done, question.purchase % 3));
              if (question.purchase === 3) throw new Error("out of cheese");
              return { outcome: "sold-out" };
            });
            """)
        let run = try sandbox.stress(Self.small)
        let record = try sandbox.record()
        #expect(record["totals"]["sold_out"].number == 19 && record["totals"]["unknown"].number == 1, "\(run.output)")
        #expect(record.finding("program-misbehaved") == nil, "\(run.output)")
        #expect(
            record.finding("errors")?.contains("1 attempt had no clear end. The first reason that was seen: ") == true)
        #expect(record.finding("errors")?.contains("Error: out of cheese") == true)
        let errors = ["worker-0.stderr", "worker-1.stderr"].compactMap { try? sandbox.text(sandbox.latest + "/" + $0) }
        #expect(errors.joined().contains("out of cheese") && errors.joined().contains("asked by 20"))
        sandbox.expectNothingLeft()
    }
}
