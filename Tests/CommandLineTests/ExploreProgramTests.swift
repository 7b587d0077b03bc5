import Foundation
import Glibc
import TestSupport
import Testing

/// `stress explore -- PROGRAM`.
struct ExploreProgramTests {
    private let sandbox: Sandbox
    /// The one that has redis-py.
    private static let python = "/usr/bin/python3"
    private static let sale = [
        "--won", "exit 0", "--open", "SET count {units}", "--stock", "GET count", "--orders", "SCARD winners",
    ]

    init() throws {
        sandbox = try Sandbox()
        try sandbox.folder.file(
            "buy.py",
            """
            import os, sys, redis
            r = redis.Redis(host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]))
            left = int(r.get("count"))
            if left <= 0: sys.exit(1)
            r.set("count", left - 1)
            r.sadd("winners", sys.argv[1])
            """)
        try sandbox.folder.file(
            "decr.py",
            """
            import os, sys, redis
            r = redis.Redis(host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]))
            if r.decr("count") >= 0: sys.exit(0)
            r.incr("count")
            sys.exit(1)
            """)
    }

    private func explore(_ flags: [String], _ program: String = "buy.py") throws -> Sandbox.Finished {
        try sandbox.stress(["explore"] + flags + ["--", Self.python, program, "{buyer}"])
    }

    @Test func anOrderThatGoesWrongIsShownAndMadeAgain() throws {
        let run = try explore(Self.sale + ["--emit-test", "pytest"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(run.output.contains("an order of 6 commands by 2 buyers for 1 unit goes wrong"))
        let folder = try #require(sandbox.resultFolders.first)
        let again = try explore(Self.sale + ["--replay", folder + "/explore.json"])
        #expect(again.exitCode == 1 && !again.output.contains("NOT THE SAME"), "\(again.errors)\(again.output)")
        // Behind the file stand the program's words.
        let test = try sandbox.text(folder + "/test_order.py")
        #expect(
            test.contains("\"--replay\", str(order), \"--\", \"\(Self.python)\", \"buy.py\", \"{buyer}\"]"), "\(test)")
        sandbox.expectNothingLeft()
    }

    @Test func aRightOneIsExploredCompletely() throws {
        let run = try explore(Array(Self.sale.dropLast(2)) + ["--buyers", "2"], "decr.py")
        #expect(run.exitCode == 0 && run.output.hasPrefix("UPHELD"), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    /// What is measured wrongly proves nothing, and accuses nobody.
    @Test(
        arguments: [
            (["--won", "exit 7", "--open", "SET count {units}", "--stock", "GET count"], "the first did not win"),
            (
                ["--won", "stdout /.*/", "--open", "SET count {units}", "--stock", "GET count"],
                "both of two buyers won the one unit"
            ),
            (
                ["--won", "exit 0", "--open", "MSET count {units} other {units}", "--stock", "GET other"],
                "went from 1 to 1"
            ),
        ])
    func theRehearsalTells(_ flags: [String], _ says: String) throws {
        let run = try explore(flags, "decr.py")
        let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(run.exitCode == 2 && words.contains(says), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test func aProgramThatRemembersProvesNothing() throws {
        try sandbox.folder.file(
            "state.py",
            """
            import os, sys, redis
            r = redis.Redis(host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]))
            with open("sold", "a") as file:
                file.write("x")
                sold = file.tell()
            if sold < 8 and r.decr("count") >= 0: sys.exit(0)
            if sold < 8: r.incr("count")
            sys.exit(1 if r.get("count") else 2)
            """)
        let run = try explore(Array(Self.sale.dropLast(2)) + ["--buyers", "2"], "state.py")
        let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(run.exitCode == 2 && words.contains("something is remembered"), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    /// Of a program that makes two purchases nobody hears that three were explored.
    @Test func aWholeProgramMakesWhatItMakes() throws {
        try sandbox.folder.file(
            "whole.py",
            """
            import os, threading, redis
            r = redis.Redis(host=os.environ["REDIS_HOST"], port=int(os.environ["REDIS_PORT"]))
            def buy():
                if r.decr("count") >= 0: print("bought", flush=True)
                else: r.incr("count")
            for i in range(2): threading.Thread(target=buy).start()
            """)
        let flags = ["--whole", "--won", "stdout /bought/", "--open", "SET count {units}", "--stock", "GET count"]
        let run = try sandbox.stress(["explore"] + flags + ["--", Self.python, "whole.py"])
        #expect(
            run.output.contains("2 buyers, 1 unit ") && !run.output.contains("3 buyers"), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test(
        "bad flags are refused, and nothing is left",
        arguments: [
            ([], "--won: say what tells that a purchase was won"), (["--won", "exit 0"], "--stock: say which command"),
            (["--won", "maybe", "--stock", "GET count"], "--won: a test is one of"),
            (sale + ["--env", "PORT"], "NAME=VALUE is wanted"),
            (sale + ["--open", "SET 'count"], "--open: a command of Redis is wanted"),
            (sale + ["--loop", "--whole"], "the one or the other"),
            (sale + ["--serve", "x {port}"], "a method and a URL"),
            (sale + ["--open", "SET"], "was answered with an error"),
        ])
    func refuses(_ flags: [String], _ says: String) throws {
        let run = try explore(flags)
        #expect(run.exitCode == 64 && run.errors.contains(says), "\(run.exitCode ?? -1) \(run.errors)\(run.output)")
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test func whatIsAboutProgramsNeedsOne() throws {
        let run = try sandbox.stress(["explore", "--won", "exit 0"])
        #expect(run.exitCode == 64 && run.errors.contains("none is named: write -- PROGRAM {buyer}"), "\(run.errors)")
        try sandbox.folder.file("idle.py", "pass\n")
        let idle = try explore(Self.sale, "idle.py")
        #expect(
            idle.exitCode == 64 && idle.errors.contains("no command of a purchase reached the proxy"), "\(idle.errors)")
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func whateverEndsIt(_ signal: Int32) throws {
        let run = try sandbox.start(
            ["explore"] + Self.sale + ["--buyers", "4", "--", Self.python, "decr.py", "{buyer}"])
        #expect(TestProcess.eventually { !sandbox.resultFolders.isEmpty })
        usleep(300_000)
        run.signal(signal)
        let ending = run.wait()
        #expect(
            ending == (signal == SIGKILL ? .init(signal: SIGKILL) : .init(exitCode: 130)), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }
}
