import Foundation
import TestSupport
import Testing

/// Flags that cannot be meant: a clear word, exit code 64, and nothing done.
struct BadInputTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var flags: [String]
        /// What the message must hold.
        var words: [String]
        var testDescription: String { flags.joined(separator: " ") }

        init(_ flags: String..., says words: String...) {
            self.flags = flags
            self.words = words
        }
    }

    static let cases: [Case] = [
        Case("--strategy", "optimstic", says: "there is no strategy optimstic", "did you mean optimistic?"),
        Case("--strategy", "optimistic-dcr", says: "optimistic-decr"),
        Case("--strategy", "Naive", says: "did you mean naive?"),
        Case("--strategy", "zzzzzzzz", says: "zzzzzzzz", "optimistic, ", "naive", "unguarded"),
        Case("--strategy", "", says: "strategy"),
        Case("--procs", "0", says: "--procs 0", "1 to"), Case("--procs", "513", says: "--procs 513", "512"),
        Case("--procs", "many", says: "--procs", "many"), Case("--procs", "1.5", says: "--procs", "1.5"),
        Case("--procs", "99999999999999999999", says: "--procs", "99999999999999999999"),
        Case("--threads", "-1", says: "--threads"), Case("--threads=-1", says: "--threads -1", "1 to"),
        Case("--threads", "0", says: "--threads 0"),
        Case("--procs", "500", "--threads", "5000", says: "2500000 connections"),
        Case("--units", "0", says: "--units 0"), Case("--units=-5", says: "--units -5"),
        Case("--units", "9223372036854775807", says: "--units"), Case("--buyers", "0", says: "--buyers 0"),
        Case("--buyers", "20000000", "--purchases-per-buyer", "10000", says: "purchases"),
        Case("--attempts", "0", says: "--attempts 0"), Case("--clients", "10001", says: "--clients 10001", "10000"),
        Case("--clients", "1501", says: "60040 connections", "60000"),
        Case("--clients", "0", says: "--clients 0"),
        Case("--purchases-per-buyer", "0", says: "--purchases-per-buyer 0"),
        Case("--think-time", "5ms..1ms", says: "--think-time", "the wrong way round", "1ms..5ms"),
        Case("--think-time", "5", says: "--think-time", "no unit", "5ms", "5s"),
        Case("--think-time", "", says: "--think-time"), Case("--think-time", "5ms..", says: "--think-time"),
        Case("--think-time", "..5ms", says: "--think-time"),
        Case("--think-time", "1ms..2ms..3ms", says: "--think-time"),
        Case("--think-time", "5 parsecs", says: "--think-time", "5 parsecs"),
        Case("--think-time=-5ms", says: "--think-time", "-5ms"), Case("--think-time", "99h", says: "longer than a day"),
        Case("--timeout", "0", says: "--timeout 0"), Case("--timeout", "10", says: "--timeout", "10ms"),
        Case("--timeout", "1s..2s", says: "--timeout 1s..2s"), Case("--timeout", "10us", says: "--timeout 10us", "1ms"),
        Case("--rate", "fast", says: "--rate: a rate such as 5000/s is wanted; found fast"),
        Case("--rate", "", says: "--rate", "found nothing"), Case("--rate", "5000", says: "--rate", "write 5000/s"),
        Case("--rate", "0/s", says: "--rate", "0.001/s", "found 0/s"), Case("--rate=-5/s", says: "--rate", "-5/s"),
        Case("--rate", "inf/s", says: "--rate", "inf/s"), Case("--rate", "nan/s", says: "--rate", "nan/s"),
        Case("--rate", "10000001/s", says: "--rate", "10000000/s", "10000001/s"),
        Case("--rate", "5/m", says: "--rate", "5/m"),
        Case("--rate", "5/s", "--ramp", "0..5/s@1s", says: "--rate 5/s", "--ramp 0..5/s@1s", "one of them"),
        Case("--rate", "10000000/s", "--duration", "1m", says: "--rate", "600000000 purchases", "--buyers"),
        Case("--ramp", "0..0/s@10s", says: "--ramp", "never starts"),
        Case("--ramp", "0..20000/s@0s", says: "--ramp", "takes no time", "--rate"),
        Case("--ramp", "0..20000/s", says: "--ramp: a ramp such as 0..20000/s@10s is wanted"),
        Case("--ramp", "0-20000/s@10s", says: "--ramp", "0-20000/s@10s"),
        Case("--ramp", "9000000..0/s@1h", says: "--ramp", "16200000000 purchases", "20000000"),
        Case("--arrivals", "poisson", says: "--arrivals poisson", "--rate or --ramp"),
        Case("--rate", "5/s", "--arrivals", "gauss", says: "--arrivals", "gauss", "poisson"),
        Case("--burst", "0@2s", says: "--burst", "from 1 to 20000000", "0@2s"),
        Case("--burst", "500", says: "--burst", "500@2s", "found 500"),
        Case("--burst", "500@2s", "--duration", "2s", says: "--burst 500@2s", "closed", "longer than 2s"),
        Case("--burst", "20000000@2s", says: "buyers", "--burst"),
        Case("--burst", "20000000@1s", "--duration", "2s", says: "buyers", "--burst"),
        Case("--duration", "0s", says: "--duration 0s", "10s"), Case("--duration", "10", says: "--duration", "10s"),
        Case("--duration", "1s..2s", says: "--duration", "1s..2s"), Case("--duration", "25h", says: "a day"),
        Case("--warm-up", "soon", says: "--warm-up", "soon"), Case("--warm-up=-1s", says: "--warm-up", "-1s"),
        Case("--seed", "-1", says: "--seed"), Case("--seed", "abc", says: "--seed", "abc"),
        Case("--format", "xml", says: "--format", "xml", "json"), Case("--output", "", says: "--output"),
        Case("--runs", "0", says: "--runs 0", "1 to 1000"), Case("--runs", "many", says: "--runs"),
        Case("--persistence", "disk", says: "--persistence", "disk", "everysec"),
        Case("--redis", "127.0.0.1:6379", says: "--redis"), Case("--redis", "http://127.0.0.1", says: "--redis"),
        Case("--redis", "rediss://127.0.0.1:0", says: "--redis", "1 to 65535"),
        Case("--tls-ca", "/nowhere.pem", says: "--tls-ca", "/nowhere.pem"), Case("--tls-ca", "", says: "--tls-ca"),
        Case("--tls-key", "", says: "--tls-key"),
        Case("--redis", "redis://127.0.0.1:0", says: "--redis"),
        Case("--redis", "redis://user@127.0.0.1", says: "--redis"),
        // An unset variable in a script must not become a sale on another server than the one that was meant.
        Case("--redis", "", says: "--redis"),
        Case("--thread", "5", says: "--thread"), Case("--no-such-flag", says: "--no-such-flag"),
        Case("extra", says: "extra"), Case("--units", says: "--units"),
    ]

    @Test(arguments: cases)
    func refuses(_ example: Case) throws {
        let run = try sandbox.run(example.flags)
        #expect(run.exitCode == 64, "\(run.errors)")
        #expect(run.output.isEmpty)
        for word in example.words { #expect(run.errors.contains(word), "\(run.errors)") }
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [["rum"], ["run", "run"], ["--units", "5"], ["verify-all"]])
    func refusesOtherCommands(_ arguments: [String]) throws {
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == 64 && run.output.isEmpty && !run.errors.isEmpty)
    }

    @Test(arguments: [
        ["--help"], ["run", "--help"], ["help", "run"], ["--version"], ["-h"], ["run", "-h"], ["strategies", "-h"],
        ["strategies", "check", "-h"],
    ])
    func helps(_ arguments: [String]) throws {
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == 0 && !run.output.isEmpty && run.errors.isEmpty)
        // What it starts of itself is nobody's business.
        #expect(!run.output.contains("worker  ") && !run.output.contains("  guard"))
    }

    /// redis-cli's `-h` is a host: a sale that was meant for it must not look as if it had been made.
    @Test(
        arguments: [
            (["run", "-h", "redis", "-p", "6379"], "--redis redis://redis:6379"),
            (["run", "-p", "7000", "-h", "redis"], "--redis redis://redis:7000"),
            (["run", "-h", "10.0.0.7", "--units", "5"], "--redis redis://10.0.0.7:6379"),
            (["run", "-h", "::1"], "--redis redis://[::1]:6379"), (["clean", "-h", "redis"], "redis://redis:6379"),
            (["-h", "redis"], "--redis redis://redis:6379"), (["run", "--units", "5", "-h"], "--help"),
            (["rum", "-h"], "--help"), (["run", "-h", "-p", "6379"], "--help"),
        ] as [([String], String)])
    func aHostIsNoWishForHelp(_ arguments: [String], _ hint: String) throws {
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == 64 && run.output.isEmpty, "\(run.output)")
        #expect(run.errors.contains(hint), "\(run.errors)")
    }

    /// A script that lost its arguments made no sale.
    @Test func withoutArgumentsNothingIsDone() throws {
        let run = try sandbox.stress([])
        #expect(run.exitCode == 64 && run.output.isEmpty)
        #expect(run.errors.contains("USAGE: stress") && run.errors.contains("strategies"), "\(run.errors)")
    }

    @Test func theHelpNamesEveryFlagAndExitCode() throws {
        let help = try sandbox.stress(["run", "--help"]).output
        for flag in [
            "--procs", "--threads", "--clients", "--buyers", "--purchases-per-buyer", "--attempts", "--units",
            "--strategy", "--think-time", "--timeout", "--retry-unknown", "--seed", "--redis", "--persistence",
            "--output", "--format", "--rate", "--ramp", "--arrivals", "--burst", "--duration", "--warm-up",
        ] { #expect(help.contains(flag)) }
        let codes = try sandbox.stress(["--help"]).output
        for code in ["0 upheld", "1 violated", "2 inconclusive", "64", "69", "70", "73", "74", "130"] {
            #expect(codes.contains(code))
        }
    }

    // MARK: Where results cannot go

    @Test(arguments: ["file/results", "file", "/proc/results", "/dev/null/results"])
    func saysThatResultsCannotBeCreated(_ output: String) throws {
        try sandbox.folder.file("file", "mine")
        let run = try sandbox.run(["--output", output])
        #expect(run.exitCode == 73, "\(run.errors)")
        #expect(run.output.isEmpty && run.errors.contains(output) && run.errors.contains("--output"), "\(run.errors)")
        #expect(try sandbox.text(sandbox.path + "/file") == "mine")
        sandbox.expectNothingLeft()
    }
}
