import FlashSale
import Foundation
import TestSupport
import Testing

/// `run --serve`, metrics, and spans, as a user's browser and tools meet them.
struct LiveRunTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// The port and the path with its token, as standard error says them.
    private func page(_ run: Program) throws -> (port: Int, path: String) {
        let form = /stress: the run can be watched at http:\/\/127\.0\.0\.1:(\d+)(\/[0-9a-f]{32}\/)\n/
        #expect(TestProcess.eventually { run.errors.contains(form) }, "\(run.errors)")
        let match = try #require(run.errors.firstMatch(of: form))
        return (try #require(Int(match.output.1)), String(match.output.2))
    }

    private func sockets(_ process: Int32) -> Set<String> {
        let folder = "/proc/\(process)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Set(
            names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
                .filter { $0.hasPrefix("socket:") })
    }

    private func descendants(_ process: Int32) -> [Int32] {
        TestProcess.children(of: process).flatMap { [$0] + descendants($0) }
    }

    @Test func aRunIsWatchedAndStopped() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--serve"])
        let (port, path) = try page(run)
        let browser = try PlainClient(port: port)
        browser.ask("GET", path + "events", host: "127.0.0.1:\(port)")
        #expect(browser.wait(for: "event: run\ndata: ") && browser.wait(for: "event: progress\ndata: "))
        #expect(sandbox.isSelling())
        // Nobody but this machine reaches it, and nobody whom the run started has anything of it.
        let loopback = "0100007F:" + String(port, radix: 16, uppercase: true)
        #expect(TestProcess.listening(run.process).contains { $0.hasSuffix(loopback) || $0 == loopback })
        let own = sockets(run.process)
        for other in descendants(run.process) {
            #expect(sockets(other).isDisjoint(with: own), "\(TestProcess.arguments(of: other))")
        }
        #expect(try PlainClient.answer(path, port: port)?.contains("<!DOCTYPE html>") == true)
        #expect(try PlainClient.answer(path + "metrics", port: port)?.contains("stress_units 5000\n") == true)
        #expect(try PlainClient.answer("/stop", method: "POST", port: port)?.hasPrefix("HTTP/1.1 404") == true)
        #expect(try PlainClient.answer(path + "stop", method: "POST", port: port)?.hasPrefix("HTTP/1.1 202") == true)
        #expect(browser.wait(for: "event: verdict\ndata: ") && browser.wait(for: "event: over\ndata: "))
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        #expect(browser.waitForEnd() && browser.received.contains("\"verdict\":\"upheld\""))
        let record = try sandbox.record()
        #expect(record["interrupted"].isTrue == true && record["verdict"].text == "upheld")
        #expect(!TestProcess.isListened(at: port))
        sandbox.expectNothingLeft()
    }

    /// One page shows one run after the other.
    @Test func aSeriesIsOnePage() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--think-time", "10ms..20ms", "--runs", "2", "--serve=localhost"])
        let (port, path) = try page(run)
        let browser = try PlainClient(port: port)
        browser.ask("GET", path + "events", host: "localhost:\(port)")
        #expect(browser.wait(for: "event: over"))
        #expect(run.wait() == .init(exitCode: 0), "\(run.errors)")
        let verdicts = browser.received.components(separatedBy: "event: verdict").count - 1
        #expect(verdicts == 2 && browser.received.contains("\"number\":2,\"of\":2"))
        sandbox.expectNothingLeft()
    }

    /// A run that cannot be made ends as it does without a page.
    @Test func nothingStaysOfARunThatCannotBe() throws {
        let run = try sandbox.start(["run"] + Sandbox.small + ["--redis", "redis://127.0.0.1:1", "--serve"])
        let (port, _) = try page(run)
        #expect(run.wait() == .init(exitCode: 69), "\(run.errors)")
        #expect(!TestProcess.isListened(at: port))
        sandbox.expectNothingLeft()
    }

    @Test(arguments: ["0.0.0.0:80", "192.168.1.1", "example.org:80", "127.0.0.1:99999"])
    func otherAddressesAreRefused(_ address: String) throws {
        let run = try sandbox.run(["--serve", address])
        #expect(run.exitCode == 64 && run.errors.contains("--serve \(address): "), "\(run.errors)")
        #expect(run.errors.contains("127.0.0.1:8080") && sandbox.resultFolders.isEmpty)
    }

    /// Figures and spans of a run that fails, for the tools that read them.
    @Test func whatToolsRead() throws {
        let run = try sandbox.run(["--strategy", "naive", "--think-time", "1ms", "--otlp", "spans.json"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        let metrics = try sandbox.text(sandbox.latest + "/metrics.prom")
        #expect(metrics.hasSuffix("# EOF\n") && metrics.contains("stress_verdict{stress_verdict=\"violated\"} 1\n"))
        let won = try #require(record["totals"]["won"].number)
        #expect(metrics.contains("stress_attempts_total{outcome=\"won\"} \(won)\n"))
        let spans = try JSON(FileManager.default.contents(atPath: sandbox.path + "/spans.json") ?? Data())
        let list = spans["resourceSpans"][0]["scopeSpans"][0]["spans"].list
        let shown = record["checks"].list.flatMap { $0["evidence"].list }.flatMap { $0["attempts"].list }
        #expect(!shown.isEmpty && list.count { $0["kind"].number == 3 } == shown.count)
        // About now, whatever the machine has been up for.
        let start = try #require(list.first?["startTimeUnixNano"].text.flatMap(Double.init))
        #expect(abs(Date().timeIntervalSince1970 - start / 1e9) < 120)
    }

    @Test func aFileOfSpansThatCannotBeEndsTheRunBeforeItBegins() throws {
        let run = try sandbox.run(["--otlp", "none/spans.json"])
        #expect(run.exitCode == 73 && run.errors.contains("--otlp: none/spans.json"), "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
    }
}
