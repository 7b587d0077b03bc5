import FlashSale
import Foundation
import TestSupport
import Testing

/// Every built-in strategy under every fault of a server, of the wire and of the fleet: what is true then, and why.
struct FaultVerdictTests {
    /// What a run has to say.
    enum Verdict: Equatable, Sendable {
        case upheld
        /// Nothing is wrong, but some lost answers are not settled by an order that is written in the same step, unless there happens
        /// to be none.
        case open
        case violated(by: String)
        /// Whether it is shown to be wrong depends on who is under way; it is not green in any case.
        case notUpheld
        /// The kind means nothing for the strategy.
        case refused
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var kind: FaultKind
        var strategy: String
        var verdict: Verdict
        var why: String
        var testDescription: String { "\(strategy) under \(kind.rawValue)" }
    }

    /// Orders are written by the command, script or transaction that takes the unit.
    private static let atomic = ["function", "lua", "lua-idempotent", "optimistic", "optimistic-decr", "lock"]
    /// Orders are written by a command of their own.
    private static let inTwoSteps = ["decr", "hash", "tokens"]
    private static let broken = [
        "naive": "unique-units", "unguarded": "unique-units", "lock-expires": "unique-units",
        "hash-off-by-one": "no-oversell", "decr-first": "exact-accounting",
    ]
    private static let withScripts = [
        "lua", "lua-idempotent", "lua-stream", "hash-off-by-one", "decr-first", "lock", "lock-expires", "tokens",
    ]

    private static func safe(_ kind: FaultKind, _ strategies: [String], _ verdict: Verdict, _ why: String) -> [Case] {
        strategies.map { Case(kind: kind, strategy: $0, verdict: verdict, why: why) }
    }

    private static func ofRestarts(_ kind: FaultKind) -> [Case] {
        safe(kind, atomic, .upheld, "always keeps what was acknowledged, and orders settle the rest")
            + safe(kind, inTwoSteps, .open, "a unit may have been taken without its order")
            + safe(kind, ["lua-stream"], .open, "whether a buyer without an order had a second unit is not known")
    }

    static let safeCases: [Case] =
        ofRestarts(.crashRedis) + ofRestarts(.stopRedis) + ofRestarts(.powerCut)
        + [.freezeRedis, .busyScript, .freezeWorker, .slowReplies].flatMap {
            safe($0, atomic + inTwoSteps + ["lua-stream"], .upheld, "whoever waits goes on, and nothing is lost")
        }
        + safe(.fillMemory, atomic + ["lua-stream"], .upheld, "what is refused is refused whole")
        + safe(.fillMemory, inTwoSteps, .open, "the order may be refused after the unit was taken")
        + safe(
            .evictKeys, atomic + inTwoSteps + ["lua-stream"], .violated(by: "acknowledged-sales-kept"),
            "orders are keys, too, and go")
        + safe(
            .evictStock, atomic.filter { $0 != "lock" } + ["decr", "tokens", "lua-stream"], .upheld,
            "a stock that is gone is sold out or an error, and nobody sets it anew")
        + [
            Case(
                kind: .evictStock, strategy: "lock", verdict: .open,
                why: "who has the lock may write the stock anew, so that nobody knows what the sale went on with"),
            Case(
                kind: .evictStock, strategy: "hash", verdict: .notUpheld,
                why:
                    "who has read the total counts what is sold from 1 again, and who has not gets a reply that means nothing"
            ),
        ]
        + safe(
            .restockReset, atomic + inTwoSteps + ["lua-stream"], .violated(by: "acknowledged-sales-kept"),
            "open: sets the stock without asking whether there is one")
        + safe(
            .flushScripts, ["lua", "lua-idempotent", "lua-stream", "lock", "tokens"], .upheld, "NOSCRIPT loads it again"
        )
        + safe(
            .flushScripts, ["function", "optimistic", "optimistic-decr", "decr", "hash"], .refused, "it has no script")
        + safe(.killConnections, atomic + ["lua-stream"], .upheld, "orders settle what was under way")
        + safe(.killConnections, inTwoSteps, .open, "a unit may have been taken without its order")
        + safe(.loseReplies, atomic + ["lua-stream"], .upheld, "the order tells what the reply would have")
        + safe(.loseReplies, inTwoSteps, .open, "the unit is gone, and its order never came")
        + safe(.cutRequests, atomic + inTwoSteps + ["lua-stream"], .upheld, "half a request is never executed")
        + safe(.repeatRequests, ["lua-idempotent"], .upheld, "a purchase that is known gets what it got")
        + safe(
            .repeatRequests, ["lock"], .upheld,
            "the second SET NX is refused: nobody has the lock, and nobody buys twice")
        + safe(
            .repeatRequests, ["function", "lua", "lua-stream", "optimistic-decr"] + inTwoSteps,
            .violated(by: "exact-accounting"), "what is sent twice takes two units, and the buyer hears of one")
        + [
            Case(
                kind: .repeatRequests, strategy: "optimistic", verdict: .violated(by: "unique-units"),
                why: "on the new connection nothing is watched, so that the transaction is unguarded")
        ]
        + safe(.killWorker, atomic + ["lua-stream"], .upheld, "orders settle what was under way")
        + safe(.killWorker, inTwoSteps, .open, "a unit may have been taken without its order")

    /// No fault hides what is broken in any case.
    static let brokenCases: [Case] = FaultKind.allCases.filter { kind in
        [.server, .wire, .fleet].contains(kind.description.place)
    }.flatMap { kind in
        broken.keys.sorted().map {
            Case(kind: kind, strategy: $0, verdict: brokenVerdict($0, kind), why: "it is broken")
        }
    }

    private static func brokenVerdict(_ strategy: String, _ kind: FaultKind) -> Verdict {
        if kind == .flushScripts, !withScripts.contains(strategy) { return .refused }
        if kind == .evictKeys, ["decr-first", "hash-off-by-one"].contains(strategy) {
            return .violated(by: "acknowledged-sales-kept")
        }
        // What is sent twice takes two units, and the buyer hears of one.
        if kind == .repeatRequests, strategy == "hash-off-by-one" { return .violated(by: "exact-accounting") }
        // Without its item the script ends in an error, and nobody comes to the last unit.
        if kind == .evictStock, strategy == "hash-off-by-one" { return .open }
        return .violated(by: broken[strategy] ?? "")
    }

    /// Half of the table, in which each kind and each strategy is there; STRESS_RUNS_OF_EACH=20 makes all of it.
    static let chosenCases: [Case] = {
        let all = safeCases + brokenCases
        guard BuiltinVerdictTests.runs < 20 else { return all }
        let strategies = Array(Set(all.map(\.strategy))).sorted()
        return all.filter { one in
            let (kind, strategy) = (
                FaultKind.allCases.firstIndex(of: one.kind), strategies.firstIndex(of: one.strategy)
            )
            return ((kind ?? 0) + (strategy ?? 0)).isMultiple(of: 2)
        }
    }()

    @Test("each ends as the table says", arguments: chosenCases)
    func verdicts(_ expected: Case) throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress(["run", "--strategy", expected.strategy] + Self.flags(expected))
        if expected.verdict == .refused {
            #expect(run.exitCode == 64, "\(run.errors)\(run.output)")
            return
        }
        let record = try sandbox.record()
        let comment: Comment = "\(expected.why)\n\(run.errors)\(run.output)"
        switch expected.verdict {
        case .upheld: #expect(record["verdict"].text == "upheld", comment)
        case .open: #expect(["upheld", "inconclusive"].contains(record["verdict"].text), comment)
        case .violated(let check):
            #expect(record["verdict"].text == "violated", comment)
            #expect(record.check(check)["result"].text == "violated", comment)
        case .notUpheld: #expect(record["verdict"].text != "upheld", comment)
        case .refused: break
        }
        // The sale of a broken one may be over before its time.
        if Self.broken[expected.strategy] == nil {
            #expect(record["faults"].list.first?["effect"].text == "proven", comment)
        }
    }

    private static func flags(_ expected: Case) -> [String] {
        let kind = expected.kind
        var flags = ["--procs", "2", "--threads", "10", "--no-rehearsal"]
        var units =
            ["optimistic", "optimistic-decr", "lock", "naive", "unguarded"].contains(expected.strategy) ? 1000 : 3000
        let isRestart = [.crashRedis, .stopRedis, .powerCut].contains(kind)
        if isRestart { units = 500 }
        if expected.strategy == "lock" { units = 100 }
        if expected.strategy == "lock-expires" { units = 60 }
        flags += ["--units", "\(units)", "--buyers", "\(units * 3)", "--persistence", isRestart ? "always" : "none"]
        if !["decr-first", "lua-stream"].contains(expected.strategy) { flags += ["--quantity", "1"] }
        // Whoever meets a lock comes again.
        if ["lock", "lock-expires"].contains(expected.strategy) { flags += ["--attempts", "100"] }
        // The lock that the first buyer takes may be the one that nobody gives back: then nothing would be sold.
        let start = expected.strategy == "lock" ? "10%" : "0s"
        let when = kind.description.place == .wire ? "@\(start):\(kind == .slowReplies ? "0.3%" : "5%")" : "@30%"
        // Short, so that enough buyers are left afterwards.
        let length = [.freezeRedis: "+150ms", .freezeWorker: "+150ms", .fillMemory: "+30ms"][kind] ?? ""
        return flags + ["--fault", kind.rawValue + when + length]
    }
}
