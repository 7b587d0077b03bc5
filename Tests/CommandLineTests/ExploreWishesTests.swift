import Foundation
import TestSupport
import Testing

/// `stress explore` of purchases that take their time, and of carts.
struct ExploreWishesTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func record() throws -> JSON {
        let folder = try #require(sandbox.resultFolders.first)
        return try JSON(try #require(FileManager.default.contents(atPath: folder + "/explore.json")))
    }

    /// Without the line breaks of a narrow page.
    private static func words(_ run: Sandbox.Finished) -> String {
        run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func whatFollowsAHoldIsExploredCompletely() throws {
        let run = try sandbox.stress(["explore", "--strategy", "reserve"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)\(run.output)")
        #expect(run.output.hasPrefix("UPHELD  reserve: no order of the commands of up to"))
        let phases = try record()["phases"].list
        let required = phases.filter { ($0["expiries"].number ?? 0) > 0 }
        #expect(required.allSatisfy { $0["complete"].isTrue == true && $0["verdict"].text == "upheld" })
        let tried = Set(required.map { $0["after_hold"].list.compactMap(\.text).joined(separator: ",") })
        let all = ["pay", "cancel", "pay+pay", "cancel+cancel", "pay+cancel", "nothing"]
        #expect(tried == Set(all + all.map { $0 + ",pay" }), "\(tried)")
        #expect(
            Self.words(run).contains("2 buyers, 1 unit, one cancels twice, one pays, holds lapse once"), "\(run.output)"
        )
        sandbox.expectNothingLeft()
    }

    /// What is found, how it is told, and that it is so again: from the file, and as the page says it.
    @Test(
        "what is wrong with a hold is found, told, and made again",
        arguments: [
            (
                "reserve-two-cancels", "given-back-once", "cancel+cancel", 3,
                "it is given back; in step 3 it is given back."
            ),
            ("reserve-late-payment", "held-then-sold", "pay,pay", 5, "the hold is over; in step"),
        ])
    func holds(_ name: String, _ check: String, _ after: String, _ steps: Int, _ story: String) throws {
        let run = try sandbox.stress(["explore", "--strategy", name])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let words = Self.words(run)
        #expect(
            words.contains("VIOLATED \(name): an order of \(steps) commands by") && words.contains(story),
            "\(run.output)")
        #expect(words.contains("buyer 101 reserves"), "\(run.output)")
        let order = try record()["counterexample"]
        #expect(order["after_hold"].list.compactMap(\.text).joined(separator: ",") == after)
        #expect(order["checks"].list.contains { $0["name"].text == check && $0["result"].text == "violated" })
        #expect(order["steps"].list.compactMap { $0["phase"].text }.contains("reserve"))
        let schedule = try #require(order["schedule"].text)
        #expect(run.output.contains("Again:  --replay \(schedule) --after-hold \(after)"), "\(run.output)")
        let file = try #require(sandbox.resultFolders.first) + "/explore.json"
        for replay in [[file], [schedule, "--after-hold", after]] {
            let again = try sandbox.stress(["explore", "--strategy", name, "--replay"] + replay)
            #expect(again.exitCode == 1 && !again.output.contains("NOT THE SAME"), "\(again.errors)\(again.output)")
            #expect(again.output.contains("\(check): "))
        }
        // The right one does not go wrong in the same order.
        let right = try sandbox.stress([
            "explore", "--strategy", "reserve", "--replay", schedule, "--after-hold", after,
        ])
        #expect(right.exitCode == 0 && right.output.hasPrefix("UPHELD"), "\(right.errors)\(right.output)")
        sandbox.expectNothingLeft()
    }

    @Test("carts are explored completely", arguments: ["cart", "seats"])
    func carts(_ name: String) throws {
        let run = try sandbox.stress(["explore", "--strategy", name])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)\(run.output)")
        let phases = try record()["phases"].list
        #expect(phases.allSatisfy { $0["complete"].isTrue == true }, "\(run.output)")
        let tried = phases.map { $0["carts"].list.compactMap(\.text).joined(separator: ",") }
        for wanted in ["1+2", "1+1", "1+2,2+1", "1+2,2", "1+1,1", "1+2+3,3+2+1", "1+2,2+1,1+2"] {
            #expect(tried.contains(wanted), "\(wanted): \(tried)")
        }
        // There is no second unit of a seat.
        #expect(tried.contains("1:2+2,1+2") == (name == "cart"))
        #expect(Self.words(run).contains("2 buyers, 1 unit of each item, carts 1+2 and 2+1"), "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test func aPartOfACartIsFound() throws {
        let run = try sandbox.stress(["explore", "--strategy", "cart-by-item"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(Self.words(run).contains("unit of each item goes wrong (") && run.output.contains("carts-whole"))
        let order = try record()["counterexample"]
        let carts = order["carts"].list.compactMap(\.text).joined(separator: ",")
        #expect(carts.contains("1+2+"))
        let schedule = try #require(order["schedule"].text)
        let file = try #require(sandbox.resultFolders.first) + "/explore.json"
        for replay in [[file], [schedule, "--carts", carts]] {
            let again = try sandbox.stress(["explore", "--strategy", "cart-by-item", "--replay"] + replay)
            #expect(again.exitCode == 1 && !again.output.contains("NOT THE SAME"), "\(again.errors)\(again.output)")
            #expect(again.output.contains("carts-whole: "))
        }
        // With two lines it is right.
        let two = try sandbox.stress(["explore", "--strategy", "cart-by-item", "--carts", "1+2,2+1"])
        #expect(two.exitCode == 0, "\(two.errors)\(two.output)")
        sandbox.expectNothingLeft()
    }

    @Test(
        "flags that do not fit are refused, and nothing is left",
        arguments: [
            (["--after-hold", "pay"], "--after-hold: the purchases of optimistic put nothing on hold"),
            (["--carts", "1+2"], "--carts: the purchases of optimistic have no carts"),
            (["--strategy", "reserve", "--after-hold", "later"], "--after-hold later: pay, cancel, pay+pay"),
            (
                ["--strategy", "reserve", "--after-hold", "pay,pay", "--buyers", "3"],
                "one for each of the 3 is wanted; found 2"
            ),
            (["--strategy", "reserve", "--replay", "0,1"], "--after-hold pay,cancel"),
            (["--strategy", "reserve", "--replay", "0,2", "--after-hold", "pay"], "there are only 2"),
            (["--strategy", "reserve", "--retry-unknown"], "--retry-unknown: it does not go with"),
            (["--strategy", "reserve-late-payment", "--after-hold", "cancel"], "gives nothing back"),
            (["--strategy", "cart", "--carts", "1+x"], "--carts 1+x: a cart for each purchase"),
            (["--strategy", "cart", "--carts", "1+11"], "there are 10 items"),
            (["--strategy", "cart", "--carts", "1+2+3+4"], "has 1 to 3 lines"),
            (["--strategy", "cart", "--replay", "0,1"], "--carts 1+2,2+1"),
        ])
    func refuses(_ flags: [String], _ says: String) throws {
        let run = try sandbox.stress(["explore"] + flags)
        #expect(run.exitCode == 64 && run.errors.contains(says), "\(run.exitCode ?? -1) \(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }

    private static let service = """
        strategy: others
        service: { start: [ ./shop, "{port}" ], env: { REDIS_URL: "{redis}" } }
        WISHES
        stock: { redis: "GET stock:7" }
        """

    @Test(
        "services with phases or carts are not explored",
        arguments: [
            (
                """
                lapses: 200ms
                phases:
                  reserve: [ { http: POST /reserve, outcomes: [ { when: "status == 200", then: won } ] } ]
                  pay:
                    share: 100%
                    after: 1ms..2ms
                    steps: [ { http: POST /pay, outcomes: [ { when: "status == 200", then: won } ] } ]
                """, "its purchases take their time (phases:) and ask a service or a program"
            ),
            (
                """
                items: 3
                cart: 1..2
                buy: [ { http: "POST /buy/{items}", outcomes: [ { when: "status == 200", then: won } ] } ]
                """, "its purchases have carts (cart:) and ask a service or a program"
            ),
        ])
    func services(_ wishes: String, _ says: String) throws {
        let stock = wishes.contains("cart:") ? "GET stock:{item}" : "GET stock:7"
        let text = Self.service.replacing("WISHES", with: wishes).replacing("GET stock:7", with: stock)
        try sandbox.folder.file("others.yaml", text)
        let run = try sandbox.stress(["explore", "--strategy", "others.yaml"])
        #expect(run.exitCode == 64 && run.errors.contains(says), "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    /// Time stands still, so that nobody would ever give up.
    @Test func whoeverWaitsAtTheServer() throws {
        let yaml = """
            strategy: waits
            lapses: 200ms
            keys: { stock: "{sale}:stock" }
            open: ["SET {stock} {units}"]
            phases:
              reserve: [ { send: "GET {stock}", outcomes: [ { when: any, then: won } ] } ]
              pay:
                share: 100%
                after: 1ms..2ms
                steps:
                  - send: BLPOP {sale}:list 1
                    outcomes: [{ when: any, then: won }]
            stock: GET {stock}
            close: ["DEL {stock}"]
            """
        try sandbox.folder.file("waits.yaml", yaml)
        let run = try sandbox.stress(["explore", "--strategy", "waits.yaml"])
        #expect(run.exitCode == 64 && run.errors.contains("waits.yaml:11: a command that waits"), "\(run.errors)")
        sandbox.expectNothingLeft()
    }
}
