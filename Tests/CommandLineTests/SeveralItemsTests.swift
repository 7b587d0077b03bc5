import Foundation
import TestSupport
import Testing

/// `stress run --items`.
struct SeveralItemsTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private static let small = ["--procs", "2", "--threads", "10", "--units", "30", "--items", "5", "--buyers", "500"]

    private func run(_ flags: [String]) throws -> Sandbox.Finished {
        try sandbox.stress(["run"] + Self.small + ["--no-rehearsal"] + flags)
    }

    private func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test(
        "every safe built-in strategy runs with items unchanged, and is judged again to the same",
        arguments: ["optimistic", "decr", "lua", "lua-stream", "function", "tokens", "hash", "lock"])
    func safe(_ strategy: String) throws {
        let run = try run(["--strategy", strategy, "--quantity", "1", "--choice", "zipf:1.1"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["items"].list.count == 5 && record["sale"]["units"].number == 150)
        #expect(record["items"].list.allSatisfy { $0["verdict"].text == "upheld" })
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(again.exitCode == 0 && !again.output.contains("The run itself said"), "\(again.errors)\(again.output)")
        sandbox.expectNothingLeft()
    }

    @Test("broken ones are found out for each item", arguments: ["naive", "hash-off-by-one"])
    func broken(_ strategy: String) throws {
        let run = try run(["--strategy", strategy])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["items"].list.contains { $0["verdict"].text == "violated" })
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(again.exitCode == 1)
        // The tables of the run can be judged as another system's.
        let foreign = try sandbox.stress([
            "verify", "--history", sandbox.latest + "/attempts.csv", "--item-column", "item", "--units", "30",
            "--ledger", sandbox.latest + "/ledger.csv",
        ])
        #expect(foreign.exitCode == 1, "\(foreign.errors)\(foreign.output)")
        sandbox.expectNothingLeft()
    }

    /// One hash has the stock of every item, and one list the orders of all.
    static let oneTable = """
        strategy: table
        items: [ tea, cup, pot ]
        keys: { stock: "{sale}:stock", orders: "{sale}:orders" }
        scripts:
          take: |
            if tonumber(redis.call('HGET', KEYS[1], ARGV[1])) < 1 then return -1 end
            redis.call('RPUSH', KEYS[2], ARGV[1] .. ':' .. ARGV[2])
            return redis.call('HINCRBY', KEYS[1], ARGV[1], -1)
        open: [ "HSET {stock} {item} {units}" ]
        buy:
          - script: take
            keys: [ "{stock}", "{orders}" ]
            args: [ "{item}", "{attempt}" ]
            outcomes: [ { when: "< 0", then: sold-out }, { when: any, then: won, remaining: reply } ]
        stock: { by-item: "HGETALL {stock}" }
        ledger: { read: "LRANGE {orders} 0 -1", holds: "{item}:{attempt}", atomic: true }
        close: [ "DEL {stock} {orders}" ]
        """

    @Test("one answer may have the stock of every item, and one the orders of all")
    func table() throws {
        try sandbox.folder.file("shop.yaml", Self.oneTable)
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--units", "40", "--strategy", "shop.yaml",
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let items = try sandbox.record()["items"].list
        #expect(items.map { $0["sale"]["remaining"].number } == [0, 0, 0])
        #expect(items.map { $0["sale"]["ledger_orders"].number } == [40, 40, 40])
        #expect(items.allSatisfy { $0.check("ledger")["result"].text == "upheld" })
    }

    @Test("an item that the answer lacks is named, and an order of one item is none of another")
    func tableWithout() throws {
        // The pot's units go at its last sale, and the cup's orders are the tea's.
        try sandbox.folder.file(
            "shop.yaml",
            Self.oneTable.replacing(
                "return redis.call('HINCRBY', KEYS[1], ARGV[1], -1)",
                with:
                    "local left = redis.call('HINCRBY', KEYS[1], ARGV[1], -1); if ARGV[1] == 'pot' and left == 0 then redis.call('HDEL', KEYS[1], 'pot') end return left"
            ).replacing(
                "tonumber(redis.call('HGET', KEYS[1], ARGV[1]))",
                with: "tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)"))
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--units", "40", "--strategy", "shop.yaml",
        ])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        let items = try sandbox.record()["items"].list
        #expect(items.map { $0["verdict"].text } == ["upheld", "upheld", "inconclusive"])
        #expect(
            run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                "no number for the item pot"), "\(run.output)")

        try sandbox.folder.file(
            "shop.yaml",
            Self.oneTable.replacing("ARGV[1] .. ':'", with: "(ARGV[1] == 'cup' and 'tea' or ARGV[1]) .. ':'"))
        let wrong = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--units", "40", "--strategy", "shop.yaml",
        ])
        #expect(wrong.exitCode == 1, "\(wrong.errors)\(wrong.output)")
        let verdicts = try sandbox.record()["items"].list.map { $0["verdict"].text }
        #expect(verdicts == ["violated", "violated", "upheld"])
    }

    /// What is right of each item alone can be wrong of all together, and the other way round.
    private static let shop = """
        strategy: shop
        items: { tea: 20, cup: 30, pot: 10 }
        load: { buyers: 300, choice: "hot:60/34" }
        keys: { stock: "{sale}:{item}:left", total: "{sale}:total" }
        scripts:
          take: |
            local left = redis.call('GET', KEYS[1])
            if tonumber(left) < 1 then return -1 end
            redis.call('INCR', KEYS[2])
            return redis.call('DECR', KEYS[1])
        open: [ "SET {stock} {units}", "SET {total} 0" ]
        buy:
          - script: take
            keys: [ "{stock}", "{total}" ]
            outcomes: [ { when: "< 0", then: sold-out }, { when: any, then: won, remaining: reply } ]
        stock: GET {stock}
        close: [ "DEL {stock}", "DEL {total}" ]
        """

    @Test("a file may name items itself, with units of their own")
    func ownItems() throws {
        try sandbox.folder.file("shop.yaml", Self.shop)
        let run = try sandbox.stress(["run", "--procs", "2", "--threads", "10", "--strategy", "shop.yaml"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["items"].list.map { $0["item"].text } == ["tea", "cup", "pot"])
        #expect(record["items"].list.map { $0["sale"]["units"].number } == [20, 30, 10])
        #expect(Set(try sandbox.rows("attempts.csv").map { $0["item"] }) == ["tea", "cup", "pot"])
        sandbox.expectNothingLeft()
    }

    @Test("one item that is sold from another's stock is found")
    func wrongStock() throws {
        // Whoever wants a pot takes a cup, and says what is left of the pots.
        try sandbox.folder.file(
            "shop.yaml",
            Self.shop.replacing(
                "return redis.call('DECR', KEYS[1])",
                with: """
                    if string.find(KEYS[1], 'pot') then
                          redis.call('DECR', (string.gsub(KEYS[1], 'pot', 'cup')))
                          return 0
                        end
                        return redis.call('DECR', KEYS[1])
                    """))
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--strategy", "shop.yaml", "--no-rehearsal",
        ])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        let verdicts = record["items"].list.map { $0["verdict"].text }
        #expect(verdicts[0] == "upheld" && verdicts[2] == "violated", "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test("items that nobody asks for are told of, once")
    func unasked() throws {
        try sandbox.folder.file("shop.yaml", Self.shop)
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--strategy", "shop.yaml", "--items", "tea,cup,pot,jug",
            "--units", "400", "--choice", "zipf:10", "--buyers", "300",
        ])
        let told = try #require(try sandbox.record().finding("items-unasked"), "\(run.errors)\(run.output)")
        #expect(told.contains("jug") && run.exitCode != 1, "\(told) \(run.output)")
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(
            try JSON(Data(again.output.utf8))["findings"].list.filter { $0["name"].text == "items-unasked" }.count == 1)
    }

    @Test("units come to one item while the doors are open")
    func restock() throws {
        try sandbox.folder.file(
            "shop.yaml",
            Self.shop.replacing(
                "stock: GET", with: "restock: [ { at: 100ms, units: 5, send: \"INCRBY {stock} 5\" } ]\nstock: GET"))
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "20", "--strategy", "shop.yaml", "--rate", "20000/s", "--buyers",
            "6000",
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["items"].list.map { $0["sale"]["restocked"].number } == [5, 5, 5], "\(run.output)")
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(again.exitCode == 0, "\(again.errors)\(again.output)")
    }

    @Test(
        "what cannot be several items is refused before anything is sold",
        arguments: [
            (["--items", "0"], "from 1 to 10000 items are possible"), (["--items", "10001"], "from 1 to 10000"),
            (["--items", "a,a"], "a is there twice"), (["--items", "{a},b"], "has { in it"),
            (["--items", "a,,b"], "an item has no name"), (["--items", "a=x"], "a number of units"),
            (["--items", "tea party"], "has a blank in it"), (["--choice", "each"], "there is one item"),
            (["--items", "3", "--choice", "often"], "one of uniform, each"),
            (["--items", "10000", "--choice", "zipf:10", "--units", "1"], "would never be wanted"),
            (["--items", "3", "--strategy", "buyer.yaml"], "say idempotent: purchase"),
            (["--items", "3", "--strategy", "same.yaml"], "stock: it reads the same for every item"),
            (["--items", "3", "--strategy", "asks.yaml"], "buyers ask for the same thing"),
            (["--items", "3", "--strategy", "orders.yaml"], "ledger: it reads the orders of all items together"),
        ])
    func refused(_ flags: [String], _ says: String) throws {
        try sandbox.folder.file("buyer.yaml", "idempotent: buyer\n" + Self.shop)
        try sandbox.folder.file("same.yaml", Self.shop.replacing("stock: GET {stock}", with: "stock: GET {total}"))
        try sandbox.folder.file(
            "asks.yaml",
            Self.shop.replacing("keys: [ \"{stock}\", \"{total}\" ]", with: "keys: [ \"{total}\", \"{total}\" ]"))
        try sandbox.folder.file(
            "orders.yaml",
            Self.shop.replacing("close:", with: "ledger: { read: \"SMEMBERS {total}\", holds: buyers }\nclose:"))
        let run = try sandbox.stress(["run", "--procs", "1", "--threads", "2"] + flags)
        #expect(
            run.exitCode == 64 && words(run.errors).contains(says), "\(run.exitCode ?? -1) \(run.errors)\(run.output)")
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }
}
