import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import SaleTestSupport
import TestSupport
import Testing

@testable import Fleet

/// What a run can do on this machine it can do with workers elsewhere, too; and servers that are not what all of them need.
struct RemoteRunTests {
    private let remote: RemoteSale

    init() throws { remote = try RemoteSale() }

    /// A warm-up, and first requests that are held but for their last byte.
    @Test(arguments: [("lua", CheckResult.Result.upheld), ("naive", .violated)])
    func warmUpAndLastByte(_ name: String, _ result: CheckResult.Result) throws {
        remote.sale.scenario.pace.warmUpNanoseconds = 200_000_000
        remote.sale.scenario.gate = .lastByte
        if name == "naive" { remote.sale.scenario.thinkTimeMicroseconds = .init(min: 500, max: 2000) }
        let (run, verdict) = try remote.run(try remote.engine(2), strategy: name)
        #expect(verdict.result == result, "\(verdict.unlikeUpheld)")
        let gate = try #require(run.measured.gate)
        #expect(gate.kind == .lastByte && gate.held == 8 && gate.unheld == 0)
        #expect(gate.machines?.hosts == 2 && gate.machines?.provenWithinUs != nil)
        #expect(run.measured.totals.purchases == 800)
        try remote.expectNothingLeft()
    }

    /// Names of units come over the link, beside the journal.
    @Test func unitsWithNames() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let yaml = try String(
            contentsOf: root.appending(path: "examples/strategies/coupon-codes.yaml"), encoding: .utf8)
        let (run, verdict) = try remote.run(try remote.engine(2), strategy: "coupon-codes", yaml: yaml)
        #expect(verdict.result == .upheld, "\(verdict.unlikeUpheld)")
        let names = run.facts.recorded.history.compactMap(\.unit)
        #expect(names.count == 200 && Set(names).count == 200 && names.allSatisfy { $0.hasPrefix("SAVE-") })
        #expect(Set(run.facts.recorded.history.filter { $0.unit != nil }.map(\.worker)).count > 1)
        try remote.expectNothingLeft()
    }

    /// Each machine has a server of its own at 127.0.0.1, as far as the second machine knows.
    @Test func aNameThatMeansAnotherServerElsewhere() throws {
        remote.sale.scenario.procs = 2
        guard case .tcp(_, let port) = remote.sale.server.endpoint.transport else { return #expect(Bool(false)) }
        let password = remote.sale.server.endpoint.password ?? ""
        let server = try remote.sale.folder.script(
            "isolated",
            """
            ip link set lo up
            redis-server --port \(port) --bind 127.0.0.1 --requirepass '\(password)' --save '' > /dev/null 2>&1 < /dev/null &
            until (exec 3<> /dev/tcp/127.0.0.1/\(port)) 2> /dev/null; do sleep 0.01; done
            exec "$@"
            """)
        let engine = try remote.engine(2) { worker in
            worker == 0
                ? "exec $worker" : "exec unshare --net --pid --fork --kill-child bash '\(server)' $worker"
        }
        let error = try #require(throws: RunError.self) { try remote.run(engine) }
        #expect(error.status == .unavailable)
        for part in ["worker 1 on host-1 is connected to another server than this machine", "nothing was sold"] {
            #expect(error.message.contains(part), "\(error)")
        }
        try remote.expectNothingLeft()
    }

    /// A worker that is stopped where nobody sees it is lost, and its connections stand: on a server that lets nobody close them, that
    /// is said.
    @Test func aServerThatClosesNoConnections() throws {
        remote.prolong()
        remote.sale.scenario.procs = 2
        var connection = try remote.sale.connect()
        _ = try connection.call(["ACL", "SETUSER", "shop", "on", ">shop", "~*", "&*", "+@all", "-client|kill"])
        var endpoint = remote.sale.server.endpoint
        (endpoint.username, endpoint.password) = ("shop", "shop")
        let there = remote.there
        // What carries the link is another process, as elsewhere, and its end wakes nobody.
        let engine = try remote.engine(2) {
            "setsid sh -c 'echo $$ > \"$0\"; exec \"$@\"' '\(there)/pid-\($0)' $worker; true"
        }
        func worker() -> Int32 {
            let text = try? String(contentsOfFile: "\(there)/pid-1", encoding: .utf8)
            return Int32(text?.trimmingCharacters(in: .newlines) ?? "") ?? 0
        }
        let (run, verdict) = try remote.run(
            engine, endpoint: endpoint, showProgress: RemoteSale.once { kill(worker(), SIGSTOP) })
        #expect(TestProcess.isStopped(worker()))
        kill(worker(), SIGKILL)
        #expect(verdict.result == .inconclusive, "\(verdict.unlikeUpheld)")
        #expect(run.facts.recorded.workers.map { $0.lost != nil } == [false, true])
        let finding = try #require(run.findings.first { $0.name == .lostStillConnected })
        #expect(finding.detail.contains("refuses CLIENT KILL"), "\(finding.detail)")
        #expect(!run.facts.doubts.clientsWereGone)
        try remote.expectNothingLeft()
    }
}
