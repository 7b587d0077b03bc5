import Foundation
import Glibc
import TestSupport
import Testing

/// What comes of the flags that say when buyers come. How fast the machine is does not matter: who came late still came.
struct PaceTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    @Test func aRateThatFallsToNothingEndsTheRun() throws {
        let run = try sandbox.run(["--strategy", "lua", "--ramp", "1000..0/s@200ms", "--burst", "40@50ms"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        // 100 and the one of the last moment, and the rush.
        #expect(try sandbox.record()["totals"]["purchases"].number == 141)
        #expect(try sandbox.rows("purchases.csv").count == 141)
    }

    /// Purchases wait for a free client, which is in the report and in the rows of purchases alike.
    @Test func theLatencyOfTheReportCanBeRecomputed() throws {
        let run = try sandbox.run(["--think-time", "10ms..20ms", "--rate", "8000/s", "--buyers", "1000"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let reported = try sandbox.record()["latency_us"]["purchase"]
        var latencies: [Double] = []
        for row in try sandbox.rows("purchases.csv") {
            let planned = try #require(Int(row["planned_ns"] ?? ""))
            let invoked = try #require(Int(row["invoked_ns"] ?? ""))
            let returned = try #require(Int(row["returned_ns"] ?? ""))
            let latency = try #require(Double(row["latency_us"] ?? ""))
            #expect(abs(latency - Double(returned - min(planned, invoked)) / 1000) < 0.001)
            latencies.append(latency)
        }
        latencies.sort()
        #expect(latencies.count == 1000 && reported["samples"].number == 1000)
        // Three digits are what a histogram keeps.
        func agrees(_ name: String, _ latency: Double) throws {
            let told = try #require((reported[name].value as? NSNumber)?.doubleValue)
            #expect(abs(told - latency) <= latency * 0.002 + 0.1, "\(name)")
        }
        try agrees("max", latencies[999])
        try agrees("p50", latencies[499])
        try agrees("min", latencies[0])
    }

    @Test func saysThatNobodyThinks() throws {
        let flags = ["--think-time", "1ms", "--strategy"]
        #expect(try sandbox.run(flags + ["lua"]).exitCode == 0)
        #expect(try sandbox.record().finding("think-time-unused")?.contains("lua") == true)
        #expect(try sandbox.run(flags + ["optimistic"]).exitCode == 0)
        #expect(try sandbox.record().finding("think-time-unused") == nil)
    }

    @Test func theBuyersOfRushesComeOnTop() throws {
        let run = try sandbox.run([
            "--strategy", "lua", "--buyers", "100", "--purchases-per-buyer", "2", "--burst", "30@10ms", "--burst",
            "10@0s",
        ])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let totals = try sandbox.record()["totals"]
        #expect(totals["buyers"].number == 140 && totals["purchases"].number == 280)
    }

    /// Its share of the buyers is not forgotten, nor how late those came that did.
    @Test func aLostWorkerDroppedWhatItWasToStart() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--strategy", "lua", "--rate", "1000/s", "--buyers", "4000"])
        #expect(sandbox.isSelling())
        for worker in sandbox.workers(of: run).prefix(1) { kill(worker, SIGKILL) }
        _ = run.wait()
        let pace = try sandbox.record()["pace"]
        let started = try #require(pace["started"].number)
        #expect(pace["planned"].number == 4000 && pace["dropped"].number == 4000 - started && started < 4000)
        let late = try sandbox.rows("purchases.csv").count { row in
            guard let planned = Int(row["planned_ns"] ?? ""), let invoked = Int(row["invoked_ns"] ?? "") else {
                return false
            }
            return invoked > planned + 1_000_000
        }
        #expect(pace["late"].number == late)
    }

    @Test func whoDidNotComeBeforeTheDoorsClosedIsNotMissed() throws {
        let run = try sandbox.run([
            "--strategy", "lua", "--rate", "1000/s", "--arrivals", "poisson", "--burst", "40@50ms", "--duration",
            "300ms",
        ])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        let came = try #require(record["totals"]["purchases"].number)
        // Nobody can come whom nobody planned: 300 of the rate, within 5 deviations, and the rush.
        #expect((1...427).contains(came))
        #expect(record["totals"]["buyers"].number == came && record["purchases"]["not_started"].number == 0)
        #expect(record.check("complete-history")["result"].text == "upheld")
        let rows = try sandbox.rows("purchases.csv")
        #expect(rows.count == came && rows.allSatisfy { $0["ending"] != "not-started" })

        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(again.exitCode == 0, "\(again.output)\(again.errors)")
        #expect(try JSON(Data(again.output.utf8))["totals"] == record["totals"])
    }

    @Test(arguments: [[], ["--rate", "1000/s"]])
    func saysThatBuyersRanOutBeforeTheDoorsClosed(_ rate: [String]) throws {
        let run = try sandbox.run(["--strategy", "lua", "--duration", "30s", "--buyers", "500"] + rate)
        // With a rate no two of them may have met.
        #expect(run.exitCode == 0 || (run.exitCode == 2 && !rate.isEmpty), "\(run.output)\(run.errors)")
        #expect(try sandbox.record().finding("buyers-ran-out")?.contains("all 500 buyers") == true)
    }

    /// Nobody is left, or the time has no room for more.
    @Test(arguments: [["--duration", "200ms"], ["--duration", "500ms", "--rate", "1000/s", "--buyers", "500"]])
    func saysNothingWhereTheyDidNot(_ flags: [String]) throws {
        let run = try sandbox.run(["--strategy", "lua"] + flags)
        #expect([0, 2].contains(run.exitCode), "\(run.output)\(run.errors)")
        #expect(try sandbox.record().finding("buyers-ran-out") == nil)
    }
}
