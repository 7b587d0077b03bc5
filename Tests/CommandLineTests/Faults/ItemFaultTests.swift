import Foundation
import TestSupport
import Testing

/// Faults that change the stock, in a sale of several items: what each of them had is read before buyers go on.
struct ItemFaultTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func run(_ strategy: String, _ fault: String, _ flags: [String] = []) throws -> JSON {
        let run = try sandbox.stress(
            [
                "run", "--procs", "2", "--threads", "10", "--no-rehearsal", "--items", "3", "--units", "400",
                "--buyers",
                "4000", "--strategy", strategy, "--fault", "\(fault)@30%",
            ] + flags)
        #expect(run.exitCode != nil && run.exitCode != 70, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["faults"].list.first?["effect"].text == "proven", "\(run.errors)\(run.output)")
        // A second look at the records says the same.
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(
            again.exitCode == run.exitCode && !again.output.contains("The run itself said"),
            "\(again.errors)\(again.output)")
        sandbox.expectNothingLeft()
        return record
    }

    private func resets(_ record: JSON) -> [JSON] { record["observed"]["resets"].list }

    @Test("a server that keeps what it acknowledged may crash", arguments: ["crash-redis", "stop-redis"])
    func crash(_ fault: String) throws {
        let record = try run("lua", fault, ["--persistence", "always", "--quantity", "1"])
        #expect(record["verdict"].text == "upheld", "\(record["checks"].list)")
        let items = resets(record).first?["items"].list ?? []
        #expect(items.map { $0["item"].text } == ["1", "2", "3"])
        let left = items.compactMap { $0["after"]["units"].number }
        #expect(left.count == 3 && left.reduce(0, +) == resets(record).first?["after"]["units"].number)
        #expect(record.check("acknowledged-sales-kept")["result"].text == "upheld")
    }

    @Test("no fault hides what is broken")
    func broken() throws {
        let record = try run("naive", "crash-redis", ["--persistence", "always"])
        #expect(record.check("unique-units")["result"].text == "violated", "\(record["checks"].list)")
    }

    @Test("the stock of every item goes, and nobody sells what is gone")
    func evicted() throws {
        let record = try run("lua", "evict-stock", ["--quantity", "1"])
        #expect(record["verdict"].text == "upheld", "\(record["checks"].list)")
        #expect(record["faults"].list.first?["struck"].number == 3)
        let items = resets(record).first?["items"].list ?? []
        #expect(items.count == 3 && items.allSatisfy { $0["after"]["absent"].isTrue == true }, "\(items)")
    }

    @Test("units that are for sale again are told of each item")
    func restocked() throws {
        let record = try run("lua", "restock-reset", ["--quantity", "1"])
        #expect(record.check("acknowledged-sales-kept")["result"].text == "violated", "\(record["checks"].list)")
        let items = resets(record).first?["items"].list ?? []
        #expect(items.map { $0["after"]["units"].number } == [400, 400, 400], "\(items)")
        #expect(items.allSatisfy { $0["before"]["units"].number ?? 400 < 400 }, "\(items)")
        #expect(record["items"].list.allSatisfy { $0["verdict"].text == "violated" })
    }

    @Test("the table of all items is read within the same transaction")
    func table() throws {
        try sandbox.folder.file("shop.yaml", SeveralItemsTests.oneTable)
        let record = try run("shop.yaml", "evict-stock")
        let items = resets(record).first?["items"].list ?? []
        #expect(items.allSatisfy { ($0["before"]["units"].number ?? 0) > 0 }, "\(items)")
        #expect(record["verdict"].text != "violated", "\(record["checks"].list)")
    }

    @Test("carts outlive a crash; what they had taken meanwhile is not known")
    func carts() throws {
        let record = try run("cart", "crash-redis", ["--persistence", "always", "--cart", "1..3"])
        #expect(record["verdict"].text == "inconclusive", "\(record["checks"].list)")
        #expect(record["checks"].list.allSatisfy { $0["result"].text != "violated" }, "\(record["checks"].list)")
        #expect(record.check("carts-whole")["detail"].text?.contains("the stock was reset") == true)
        #expect(record.check("acknowledged-sales-kept")["result"].text == "upheld")
    }
}
