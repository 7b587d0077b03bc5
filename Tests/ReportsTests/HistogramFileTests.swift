import FlashSale
import Reports
import Testing

/// The format that HdrHistogram's plotters read.
@Suite struct HistogramFileTests {
    @Test func theFormat() {
        let distribution = LatencyHistogram(
            subject: "attempts",
            rows: [
                .init(milliseconds: 0.25, part: 0, count: 1), .init(milliseconds: 1.5, part: 0.5, count: 5),
                .init(milliseconds: 1234.5678, part: 0.9, count: 9), .init(milliseconds: 2000, part: 0.95, count: 10),
                .init(milliseconds: 2000, part: 1, count: 10),
            ], mean: 3.14159, standardDeviation: 0.5, max: 2000, buckets: 9, subBuckets: 2048)
        var sink = MemorySink()
        HistogramFile.write(distribution, to: &sink)
        // 95% of 10 samples leaves half a sample: that row is left out.
        #expect(
            sink.text == """
                #[Latency of attempts, values in milliseconds]
                       Value     Percentile TotalCount 1/(1-Percentile)

                       0.250 0.000000000000          1           1.00
                       1.500 0.500000000000          5           2.00
                    1234.568 0.900000000000          9          10.00
                    2000.000 1.000000000000         10
                #[Mean    =        3.142, StdDeviation   =        0.500]
                #[Max     =     2000.000, Total count    =           10]
                #[Buckets =            9, SubBuckets     =         2048]

                """)
    }

    @Test func nothingHappened() {
        var sink = MemorySink()
        HistogramFile.write(
            LatencyHistogram(
                subject: "purchases", rows: [], mean: 0, standardDeviation: 0, max: 0, buckets: 1, subBuckets: 2048),
            to: &sink)
        #expect(sink.text.contains("#[Max     =        0.000, Total count    =            0]\n"))
        #expect(sink.text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("       Value") })
    }
}
