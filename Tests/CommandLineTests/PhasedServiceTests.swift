import Foundation
import TestSupport
import Testing

/// A service at which purchases take their time: it holds units, and is asked later to take the payment or to give them back.
struct PhasedServiceTests {
    private static let fleet = [
        "--procs", "2", "--threads", "5", "--clients", "4", "--buyers", "400", "--units", "30", "--seed", "3",
    ]

    private static let file = """
        strategy: holding-shop
        lapses: 200ms
        open: [ { http: POST /items/7/stock, body: { json: { units: "{units}" } } } ]
        phases:
          reserve:
            - think: 5ms..50ms
            - http: POST /items/7/holds
              body: { json: { user: "u{buyer}", purchase: "{purchase}" } }
              outcomes:
                - { when: status == 201, then: won, remaining: json.left }
                - { when: status == 409, then: sold-out }
              as: { hold: json.hold }
          pay:
            share: 60%
            after: 20ms..300ms
            at-least-once: 20%
            elsewhere: true
            steps:
              - think: 1ms..5ms
              - http: POST /holds/{hold}/pay
                outcomes:
                  - { when: status == 200, then: won }
                  - { when: status == 410, then: conflict }

        """

    private static let cancel = """
          cancel:
            share: 30%
            after: 20ms..300ms
            at-least-once: 50%
            crossing: 10%
            steps:
              - http: POST /holds/{hold}/cancel
                outcomes:
                  - { when: status == 200, then: won }
                  - { when: status == 410, then: conflict }

        """

    private static let probes = """
        stock: { http: GET /items/7/stock }
        held: { http: GET /items/7/held }
        ledger: { http: GET /items/7/orders, fields: { purchase: purchase, user: "u{buyer}" }, atomic: true }
        """

    private static func run(
        _ shop: HoldingService, _ flags: [String] = [], cancels: Bool = true, in sandbox: Sandbox
    ) throws -> Sandbox.Finished {
        let yaml = file + (cancels ? cancel : "") + probes
        let strategy = try sandbox.folder.file("shop.yaml", yaml)
        return try sandbox.stress(["run", "--strategy", strategy, "--service", shop.url] + fleet + flags)
    }

    @Test("a right service is upheld, and each phase is an attempt of another client")
    func right() throws {
        let sandbox = try Sandbox()
        let shop = HoldingService(.right)
        let run = try Self.run(shop, in: sandbox)
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        for check in ["held-then-sold", "given-back-once", "exact-accounting", "linearizable", "ledger"] {
            #expect(record.check(check)["result"].text == "upheld", "\(check): \(record.check(check)["detail"])")
        }
        let (sale, totals) = (record["sale"], record["totals"])
        let sold = try #require(sale["sold_to_buyers"].number)
        #expect(sold > 0 && sold + (sale["remaining"].number ?? 0) == 30)
        #expect(sale["ledger_orders"].number == sold)

        let rows = try sandbox.rows("attempts.csv")
        func count(_ phase: String, _ outcome: String) -> Int {
            rows.count { $0["phase"] == phase && $0["outcome"] == outcome }
        }
        #expect(count("reserve", "held") > 30 && count("reserve", "held") == totals["held"].number)
        #expect(count("pay", "won") == totals["won"].number && count("cancel", "returned") == totals["returned"].number)
        #expect(count("pay", "conflict") > 0 && count("cancel", "conflict") > 0)
        let holds = Dictionary(
            rows.filter { $0["outcome"] == "held" }.map { ($0["purchase"], $0) }, uniquingKeysWith: { $1 })
        var crossing: [String?: Set<String?>] = [:]
        for row in rows where row["phase"] != "reserve" {
            let hold = try #require(holds[row["purchase"]])
            #expect(row["thread"] == hold["thread"] && row["worker"] == hold["worker"])
            if row["phase"] == "pay" { #expect(row["client"] != hold["client"]) }
            #expect(try #require(Int(row["invoked_ns"]!)) >= #require(Int(hold["returned_ns"]!)) + 20_000_000)
            crossing[row["purchase"], default: []].insert(row["phase"])
        }
        #expect(crossing.values.contains(["pay", "cancel"]))
        for phase in ["pay", "cancel"] {
            let own = Dictionary(grouping: rows.filter { $0["phase"] == phase }) { $0["purchase"] }
            #expect(own.values.contains { $0.count == 2 }, "\(phase)")
        }
        // Each hold is asked for by its own id.
        let asked = shop.requests.filter { $0.hasPrefix("POST /holds/hold-") }
        #expect(asked.count == rows.count { $0["phase"] != "reserve" } && Set(asked).count > 30)

        let verify = try sandbox.stress(["verify", "results/latest"])
        #expect(verify.exitCode == 0 && !verify.output.contains("verdict-differs"), "\(verify.output)")
        sandbox.expectNothingLeft()
    }

    @Test("holds are waited for before the stock is read, also where no server says who is connected")
    func waitsForHolds() throws {
        let sandbox = try Sandbox()
        let shop = HoldingService(.right)
        let run = try Self.run(shop, in: sandbox)
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        #expect(try #require(shop.rest) >= 200_000_000)
    }

    @Test(
        "a service with a mistake is caught, and the check is named that it breaks",
        arguments: [
            (HoldingService.Scheme.paysLate, false, "held-then-sold", "given-back-once"),
            (.givesTwice, true, "given-back-once", "held-then-sold"),
        ])
    func broken(_ scheme: HoldingService.Scheme, _ cancels: Bool, _ check: String, _ other: String) throws {
        let sandbox = try Sandbox()
        let run = try Self.run(HoldingService(scheme), cancels: cancels, in: sandbox)
        #expect(run.exitCode == 1, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        #expect(record.check(check)["result"].text == "violated", "\(record.check(check)["detail"])")
        #expect(record.check(other)["result"].text != "violated", "\(record.check(other)["detail"])")
        #expect(record.check("exact-accounting")["result"].text == "violated")
    }

    @Test("a service that reserves too much is caught, and neither late payments nor givings back are named")
    func reservesTooMuch() throws {
        let sandbox = try Sandbox()
        let run = try Self.run(HoldingService(.reservesTooMuch), in: sandbox)
        #expect(run.exitCode == 1, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        #expect(record.check("exact-accounting")["result"].text == "violated")
        for check in ["held-then-sold", "given-back-once"] {
            #expect(record.check(check)["result"].text != "violated", "\(record.check(check)["detail"])")
        }
    }

    @Test("lost answers leave payments open, and accuse nobody")
    func lostReplies() throws {
        let sandbox = try Sandbox()
        let run = try Self.run(HoldingService(.right), ["--fault", "lose-answers@0s:5%"], in: sandbox)
        #expect(run.exitCode != 1 && run.exitCode != 64, "\(run.errors)\(run.output)")
        #expect(try #require(try sandbox.record()["totals"]["unknown"].number) > 0)
    }
}
