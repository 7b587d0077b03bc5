import Foundation
import TestSupport
import Testing

/// `drain:`: the end is read once the consumers are through.
@Suite struct DrainRunTests {
    /// Each sale leaves its order on a queue, and nobody takes them off.
    private static func file(_ drain: String) -> String {
        """
        strategy: late
        keys: { stock: "{sale}:stock", queue: "{sale}:queue" }
        scripts:
          buy: |
            if tonumber(redis.call('GET', KEYS[1])) <= 0 then return -1 end
            redis.call('RPUSH', KEYS[2], ARGV[1])
            return redis.call('DECR', KEYS[1])
        open: [ "SET {stock} {units}" ]
        buy:
          - script: buy
            keys: "{stock} {queue}"
            args: "{attempt}"
            outcomes:
              - { when: "-1", then: sold-out }
              - { when: ">= 0", then: won, remaining: reply }
        \(drain)
        stock: "GET {stock}"
        ledger: { read: "LRANGE {queue} 0 -1", holds: attempts, atomic: true }
        close: [ "DEL {stock} {queue}" ]
        """
    }

    private static func run(_ drain: String) throws -> (finished: Sandbox.Finished, record: JSON) {
        let sandbox = try Sandbox()
        let strategy = try sandbox.folder.file("late.yaml", file(drain))
        let finished = try sandbox.stress([
            "run", "--strategy", strategy, "--procs", "1", "--threads", "2", "--clients", "2", "--units", "50",
            "--buyers", "200",
        ])
        return (finished, try sandbox.record())
    }

    @Test func whatNeverEndsProvesNothing() throws {
        let (finished, record) = try Self.run("drain: { until: \"LLEN {queue} == 0\", within: 300ms }")
        #expect(finished.exitCode == 2, "\(finished.output)")
        let check = record["checks"].list.first { $0["name"].text == "orders-kept" }
        #expect(check?["result"].text == "inconclusive")
        #expect(check?["detail"].text?.contains("LLEN {queue} == 0, and it is 50") == true)
        #expect(record["observed"]["drain"]["left"].list.count == 1)
    }

    @Test func whatHoldsIsWaitedForNoLonger() throws {
        let (finished, record) = try Self.run(
            "drain: { until: \"LLEN {queue} >= 50\", and: { run: [ echo, \"0\" ], is: 0 }, within: 60s }")
        #expect(finished.exitCode == 0, "\(finished.output) \(finished.errors)")
        let check = record["checks"].list.first { $0["name"].text == "orders-kept" }
        #expect(check?["result"].text == "upheld")
        #expect(record["observed"]["drain"]["seconds"].value as? Double ?? 60 < 30)
    }

    @Test func othersSayNothingOfIt() throws {
        let (finished, record) = try Self.run("")
        #expect(finished.exitCode == 0 && record["checks"].list.count == 9)
        #expect(record["observed"]["drain"].value == nil)
    }
}
