import FlashSale
import Foundation
import Testing

@testable import Reports

/// The figures as a reader of OpenMetrics that is not ours takes them: the strict parser of Prometheus's library for Python.
@Suite struct OpenMetricsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let reader = """
        import json, sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families as read
        found = {}
        for family in read(open(sys.argv[1], newline="").read()):
            for sample in family.samples:
                key = sample.name + "".join("|%s=%s" % pair for pair in sorted(sample.labels.items()))
                assert key not in found, key
                found[key] = sample.value
        json.dump({k: v if v == v and abs(v) != float("inf") else str(v) for k, v in found.items()}, sys.stdout)
        """

    /// Every sample by its name and labels; nil where the parser refuses the text.
    private func read(_ text: String) throws -> [String: NSObject]? {
        let path = folder.path + "/metrics.prom"
        try Data(text.utf8).write(to: URL(filePath: path))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", Self.reader, path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return try JSONSerialization.jsonObject(with: data) as? [String: NSObject]
    }

    @Test func theParserRefusesWhatIsWrong() throws {
        #expect(try read("# TYPE a gauge\na 1\n") == nil)
        #expect(try read("# TYPE a counter\na 1\n# EOF\n") == nil)
    }

    @Test func aRunThatIsOver() throws {
        for record in [Samples.upheld, Samples.violated] {
            let found = try #require(try read(RunMetrics.text(record)))
            #expect(found["stress_attempts_total|outcome=won"] == NSNumber(value: record.totals.tally.won))
            #expect(found["stress_units"] == NSNumber(value: record.sale.units))
            #expect(found["stress_units_sold_total"] == NSNumber(value: record.sale.soldToBuyers))
            #expect(found["stress_verdict|stress_verdict=\(record.verdict.word)"] == NSNumber(value: 1))
            #expect(found["stress_exit_code"] == NSNumber(value: record.exitCode.rawValue))
            let checks = found.keys.filter { $0.hasPrefix("stress_check|") }
            #expect(checks.count == record.checks.count)
        }
        let found = try #require(try read(RunMetrics.text(Samples.upheld)))
        #expect(found["stress_attempt_latency_seconds|quantile=0.99"] == NSNumber(value: 0.0482))
        #expect(found["stress_attempt_latency_seconds_count"] == NSNumber(value: 11_932))
        #expect(found["stress_purchases_total"] == NSNumber(value: 4000))
    }

    @Test func aRunThatGoesOn() throws {
        let scenario = Samples.scenario()
        #expect(try read(RunMetrics.text(run: "a", scenario, nil))?["stress_units"] == NSNumber(value: 1000))
        var progress = RunProgress(elapsedSeconds: 1.5, attempts: 9, won: 3, purchases: 4, unitsSold: 3)
        progress.recorded = .init(
            tally: Samples.tally(won: 3, conflict: 6), unitsWon: 3, latencyUs: .init(samples: 9, mean: 100, p50: 90))
        progress.faults = [
            .init(fault: "crash-redis@1s", beganSeconds: 1, isUnderWay: true),
            .init(fault: "crash-redis@1s", beganSeconds: 1, isUnderWay: false),
        ]
        let found = try #require(try read(RunMetrics.text(run: "a", scenario, progress)))
        #expect(found["stress_elapsed_seconds"] == NSNumber(value: 1.5))
        #expect(found["stress_attempts_total|outcome=conflict"] == NSNumber(value: 6))
        #expect(found["stress_fault_under_way|fault=crash-redis@1s"] == NSNumber(value: 1))
        #expect(found["stress_attempt_latency_seconds|quantile=0.5"] == NSNumber(value: 9e-5))
    }

    /// Names of people's own come back as they are.
    @Test(arguments: [
        "\"} 1\nforged 2", "back\\slash\\n", "<script>", "🎟 \u{202E}", String(repeating: "x", count: 10_000), "",
    ])
    func strangeNames(_ name: String) throws {
        let found = try #require(
            try read(RunMetrics.text(run: "a", Samples.scenario(strategy: name), nil)), "\(name.prefix(40))")
        #expect(found.keys.contains { $0.hasPrefix("stress_run_info") && $0.contains("|strategy=\(name)|") })
        #expect(found.count == 2)
    }

    @Test func numbersThatAreNone() throws {
        let family = MetricFamily(
            name: "odd", kind: .gauge, help: "Odd \\ ones\nhere.",
            samples: [.nan, .infinity, -.infinity, 1e300, -0.5].enumerated().map {
                .init(labels: [("place", "\($0.offset)")], value: $0.element)
            })
        let found = try #require(try read(OpenMetrics.text([family])))
        #expect(found["odd|place=0"] == "nan" as NSString && found["odd|place=1"] == "inf" as NSString)
        #expect(found["odd|place=3"] == NSNumber(value: 1e300) && found["odd|place=4"] == NSNumber(value: -0.5))
    }
}
