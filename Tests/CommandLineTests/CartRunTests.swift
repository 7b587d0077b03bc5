import Foundation
import TestSupport
import Testing

/// `stress run --cart`: several items in one purchase.
struct CartRunTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private static let small = ["--procs", "2", "--threads", "10"]

    private func run(_ flags: [String]) throws -> Sandbox.Finished {
        try sandbox.stress(["run"] + Self.small + flags)
    }

    @Test(
        "a script that looks at the whole cart first is upheld, and is judged again to the same",
        arguments: ["cart", "seats"])
    func safe(_ strategy: String) throws {
        let run = try run(["--strategy", strategy])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record.check("carts-whole")["result"].text == "upheld", "\(run.output)")
        #expect(record["scenario"]["items"]["cart"]["max"].number == 3)
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(again.exitCode == 0 && !again.output.contains("The run itself said"), "\(again.errors)\(again.output)")
        sandbox.expectNothingLeft()
    }

    @Test("units that are said are those of every item that the file only counts")
    func units() throws {
        let run = try run(["--strategy", "cart", "--units", "7", "--buyers", "200"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record()["items"].list.map { $0["sale"]["units"].number } == Array(repeating: 7, count: 10))
    }

    @Test("one that forgets to put an item back keeps a part of a cart")
    func forgets() throws {
        let run = try run(["--strategy", "cart-by-item"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(try sandbox.record().check("carts-whole")["result"].text == "violated", "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test("its right twin, which puts everything back, is not accused")
    func putsBack() throws {
        let builtin = try sandbox.stress(["strategies", "show", "cart-by-item"])
        let repaired = builtin.output.replacing(
            "      - INCRBY {stock 2} {quantity 2}\n    outcomes:\n      - { when: array, then: returned }\n  - send: HINCRBY",
            with:
                "      - INCRBY {stock 2} {quantity 2}\n      - INCRBY {stock 1} {quantity 1}\n    outcomes:\n      - { when: array, then: returned }\n  - send: HINCRBY"
        )
        #expect(repaired != builtin.output)
        try sandbox.folder.file("shop.yaml", repaired)
        // Of two items enough is left that carts which lacked another one could have had them.
        let run = try run([
            "--strategy", "shop.yaml", "--quantity", "1", "--items", "a=40,b=4000,c=40,d=4000",
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record().check("carts-whole")["result"].text == "upheld", "\(run.output)")
        sandbox.expectNothingLeft()
    }

    private static let script = """
        strategy: shop
        items: [ a, b, c, d ]
        keys: { stock: "{sale}:{item}:left", orders: "{sale}:{item}:orders" }
        scripts:
          take: |
            local lines = #KEYS / 2
            CHECK
            for line = 1, lines do
              redis.call('DECRBY', KEYS[line], ARGV[line])
              redis.call('HINCRBY', KEYS[lines + line], ARGV[#ARGV], ARGV[line])
            end
            return 1
        open: [ "SET {stock} {units}" ]
        buy:
          - script: take
            each: item
            keys: [ "{stock}", "{orders}" ]
            args: [ "{quantity}", "{attempt}" ]
            outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } ]
        stock: GET {stock}
        ledger: { read: "HGETALL {orders}", holds: { field: "{attempt}", value: "{quantity}" }, atomic: true }
        close: [ "DEL {stock} {orders}" ]
        """

    @Test("a script that looks at each line by itself oversells what is in a cart twice")
    func sameItemTwice() throws {
        try sandbox.folder.file(
            "shop.yaml",
            Self.script.replacing(
                "CHECK",
                with:
                    "for line = 1, lines do if tonumber(redis.call('GET', KEYS[line])) < tonumber(ARGV[line]) then return 0 end end"
            ))
        let run = try run([
            "--strategy", "shop.yaml", "--cart", "2..3", "--items", "60", "--units", "5", "--buyers", "1500",
            "--quantity", "1..3",
        ])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(try sandbox.record().check("no-oversell")["result"].text == "violated", "\(run.output)")
    }

    @Test("one that takes what it finds first, and refuses then, keeps a part of carts")
    func takesBeforeItLooks() throws {
        try sandbox.folder.file(
            "shop.yaml",
            Self.script.replacing(
                "CHECK",
                with:
                    "for line = 1, lines do if redis.call('DECRBY', KEYS[line], ARGV[line]) < 0 then redis.call('INCRBY', KEYS[line], ARGV[line]); return 0 end end for line = 1, lines do redis.call('INCRBY', KEYS[line], ARGV[line]) end"
            ))
        let run = try run(["--strategy", "shop.yaml", "--cart", "2..3", "--units", "50"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(try sandbox.record().check("carts-whole")["result"].text == "violated", "\(run.output)")
    }

    @Test("attempts.csv has the lines of each cart")
    func table() throws {
        let run = try run(["--strategy", "cart", "--units", "20", "--items", "tea,cup,pot", "--buyers", "200"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let rows = try String(contentsOfFile: sandbox.latest + "/attempts.csv", encoding: .utf8).split(
            whereSeparator: \.isNewline)
        let header = rows[0].split(separator: ",", omittingEmptySubsequences: false)
        let (item, quantity, outcome, unit) = (
            try #require(header.firstIndex(of: "item")), try #require(header.firstIndex(of: "quantity")),
            try #require(header.firstIndex(of: "outcome")), try #require(header.firstIndex(of: "unit"))
        )
        for row in rows.dropFirst() {
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            let lines = cells[item].split(separator: " ").map { $0.split(separator: ":") }
            #expect(
                (1...3).contains(lines.count) && lines.allSatisfy { ["tea", "cup", "pot"].contains($0[0]) }, "\(row)")
            #expect(lines.reduce(0) { $0 + (Int($1[1]) ?? 0) } == Int(cells[quantity]), "\(row)")
            #expect(lines.allSatisfy { $0.count == (cells[outcome] == "won" ? 3 : 2) }, "\(row)")
            #expect(cells[unit].isEmpty)
        }
        // Each item's own course adds up to the attempts that wanted it.
        let course = try String(contentsOfFile: sandbox.latest + "/items-timeline.csv", encoding: .utf8)
            .split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
        for name in ["tea", "cup", "pot"] {
            let wanted = rows.dropFirst().count { $0.contains("\(name):") }
            #expect(course.filter { $0[0] == name }.reduce(0) { $0 + (Int($1[2]) ?? 0) } == wanted)
        }
    }

    @Test(
        "what cannot be in a cart is refused before anything is sold",
        arguments: [
            (["--strategy", "lua", "--cart", "2"], "--cart: there is one item to put into it"),
            (["--strategy", "lua", "--items", "5", "--cart", "2"], "no step asks for what is in it"),
            (["--strategy", "cart", "--items", "2"], "a cart of 3 lines needs as many items; there are 2"),
            (["--strategy", "cart", "--cart", "0"], "a number of lines from 1 to 20"),
            (["--strategy", "cart", "--cart", "3..1"], "a number of lines from 1 to 20"),
            (["--strategy", "cart", "--cart", "21"], "a number of lines from 1 to 20"),
            (["--strategy", "cart-by-item", "--cart", "5"], "names a line after the first 3 ({item 3})"),
        ])
    func refused(_ flags: [String], _ words: String) throws {
        let run = try run(flags)
        #expect(run.exitCode == 64, "\(run.output)")
        #expect(
            run.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(words), "\(run.errors)")
    }

    @Test(
        "a cart that its file does not ask for is a mistake in it, which its check finds as a run does",
        arguments: [2, 1])
    func fileChecked(_ lines: Int) throws {
        try sandbox.folder.file(
            "pair.yaml",
            """
            strategy: pair
            items: 3
            cart: \(lines)
            keys: { stock: "{sale}stock:{item}" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: DECR {stock 1}
                outcomes:
                  - { when: "< 0", then: sold-out }
                  - { when: ">= 0", then: won }
            stock: { read: "GET {stock}", below-zero: sold-out }
            close: [ "DEL {stock}" ]

            """)
        for command in [["strategies", "check", "pair.yaml"], ["run"] + Sandbox.small + ["--strategy", "pair.yaml"]] {
            let finished = try sandbox.stress(command)
            let words = finished.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect((finished.exitCode == 64) == (lines == 2), "\(command): \(finished)")
            #expect(words.contains("names a line after the first ({item 1})") == (lines == 2), "\(finished)")
        }
        // Where the file names no items, flags of a run do.
        try sandbox.folder.file(
            "pair.yaml", sandbox.text(sandbox.path + "/pair.yaml").replacing("items: 3\n", with: ""))
        #expect(try sandbox.stress(["strategies", "check", "pair.yaml"]).exitCode != 64)
    }

    @Test("a table of carts is not taken for one of as many items as it has carts")
    func tableJudged() throws {
        let run = try run(["--strategy", "cart", "--units", "20", "--items", "tea,cup,pot", "--buyers", "100"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let again = try sandbox.stress([
            "verify", "--history", sandbox.latest + "/attempts.csv", "--item-column", "item", "--units", "20",
        ])
        #expect(again.exitCode == 64 && again.errors.contains("stress verify FOLDER"), "\(again.errors)")
        // Names that look like lines of carts are names where the units are others.
        try sandbox.folder.file(
            "history.csv",
            "attempt,invoked_ns,returned_ns,outcome,quantity,sku\n1,1,2,won,1,a:7\n2,1,3,won,1,b:8\n3,4,5,sold-out,1,a:7\n4,4,5,sold-out,1,b:8\n"
        )
        let foreign = try sandbox.stress([
            "verify", "--history", "history.csv", "--item-column", "sku", "--units", "1",
        ])
        #expect(foreign.exitCode != 64, "\(foreign.errors)")
    }

    @Test(
        "a file that leaves open which line is meant is refused",
        arguments: [
            ("close:", "finally: [ { send: 'GET {stock}' } ]\nclose:", "which line is meant has to be said"),
            ("then: won }", "then: won, remaining: reply }", "remaining: there is a number for each line"),
            ("then: won }", "then: won, unit: reply }", "unit: names units of one item"),
            ("\"{quantity}\", \"{attempt}\"", "\"{quantity}\", \"{units}\"", "{units}: each item has units of its own"),
        ])
    func unclear(_ from: String, _ to: String, _ words: String) throws {
        try sandbox.folder.file("shop.yaml", Self.script.replacing(from, with: to))
        let run = try run(["--strategy", "shop.yaml", "--cart", "1..2"])
        #expect(run.exitCode == 64, "\(run.output)")
        let errors = run.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(errors.contains("shop.yaml:") && errors.contains("with carts (--cart): \(words)"), "\(run.errors)")
    }
}
