import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

/// Units with names, from the run to the verdict and back from its files.
struct NamedUnitsRunTests {
    /// Takes so many names as the buyer wants, at once.
    private static let batches = """
        strategy: batches
        load: { quantity: 1..3, units: 100 }
        keys: { codes: "{sale}:codes", orders: "{sale}:orders" }
        scripts:
          fill: for n = 1, tonumber(ARGV[1]) do redis.call('RPUSH', KEYS[1], 'c;' .. n) end
          buy: |
            if redis.call('LLEN', KEYS[1]) < tonumber(ARGV[2]) then return 0 end
            local codes = redis.call('LPOP', KEYS[1], ARGV[2])
            for _, code in ipairs(codes) do redis.call('HSET', KEYS[2], code, ARGV[1]) end
            return codes
        open: [ { script: fill, keys: [ "{codes}" ], args: [ "{units}" ] } ]
        buy:
          - script: buy
            keys: [ "{codes}", "{orders}" ]
            args: [ "{attempt}", "{quantity}" ]
            outcomes:
              - { when: 0, then: sold-out }
              - { when: array, then: won, unit: reply }
        stock: LLEN {codes}
        ledger: { read: "HGETALL {orders}", holds: unit-to-attempt, atomic: true }
        units: LRANGE {codes} 0 -1
        close: [ "DEL {codes} {orders}" ]
        """

    private static let small = ["--procs", "2", "--threads", "5", "--clients", "2"]

    private static func run(
        _ yaml: String, _ extra: [String] = []
    ) throws -> (sandbox: Sandbox, run: Sandbox.Finished) {
        let sandbox = try Sandbox()
        let file = sandbox.path + "/mine.yaml"
        try yaml.write(toFile: file, atomically: true, encoding: .utf8)
        return (sandbox, try sandbox.stress(["run", "--strategy", file] + small + extra))
    }

    /// What was printed, in one line.
    private static func line(_ run: Sandbox.Finished) -> String {
        (run.output + run.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("several names for a quantity are recorded, judged, and judged again")
    func batches() throws {
        let (sandbox, run) = try Self.run(Self.batches)
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        #expect(record.check("unique-units")["result"].text == "upheld")
        #expect(
            record.check("unique-units")["detail"].text?.contains("each of those for sale, as the orders say") == true)
        let won = try sandbox.rows("attempts.csv").filter { $0["outcome"] == "won" }
        let names = won.flatMap { UnitText.names(in: $0["unit"] ?? "") }
        #expect(won.allSatisfy { $0["unit"]?.isEmpty == false } && names.count >= 98 && Set(names).count == names.count)
        #expect(try sandbox.rows("units.csv").count == 100)
        #expect(try sandbox.rows("ledger.csv").allSatisfy { $0["unit"]?.hasPrefix("c\\;") == true })
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(again.exitCode == 0, "\(again.output)")
        #expect(Self.line(again).contains("each of those for sale, as the orders say"), "\(again.output)")
        let path = sandbox.latest
        let foreign = try sandbox.stress([
            "verify", "--history", path + "/attempts.csv", "--units", "100", "--unit-names", path + "/units.csv",
            "--ledger", path + "/ledger.csv",
        ])
        #expect(foreign.exitCode == 0, "\(foreign.output)\(foreign.errors)")
        #expect(Self.line(foreign).contains("each of those for sale, as the orders say"), "\(foreign.output)")
    }

    /// A file that was changed accuses nobody, and clears nobody.
    @Test(arguments: ["history/worker-1.names", "units.csv"]) func aChangedFile(_ file: String) throws {
        let (sandbox, run) = try Self.run(Self.batches)
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        let path = sandbox.latest + "/" + file
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count - 10] ^= 1
        try bytes.write(to: URL(filePath: path))
        let changed = try sandbox.stress(["verify", sandbox.latest])
        #expect(changed.exitCode == 2, "\(changed.output)")
        #expect(Self.line(changed).contains("its content was changed"), "\(changed.output)")
        try FileManager.default.removeItem(atPath: path)
        let gone = try sandbox.stress(["verify", sandbox.latest])
        #expect(gone.exitCode == 2, "\(gone.output)")
    }

    /// What the file looks for is not there, or is more than the buyer wanted: a hole, not an accusation.
    @Test(arguments: ["\"reply[7]\"", "[ \"reply[0]\", \"reply[0]\", \"reply[0]\", \"reply[0]\" ]"])
    func aNameThatIsNotThere(_ unit: String) throws {
        let (sandbox, run) = try Self.run(Self.batches.replacing("unit: reply", with: "unit: \(unit)"))
        #expect(run.exitCode == 2, "\(run.output)\(run.errors)")
        let record = try sandbox.record()
        #expect(record.check("unique-units")["result"].text == "inconclusive")
        #expect(record.finding("hole")?.contains("(unit:)") == true)
    }

    @Test(
        "what is listed has a name for each unit",
        arguments: [
            ("LRANGE {codes} 1 -1", "it lists 99"), ("LLEN {codes}", "found (integer) 100"), ("\"1..99\"", "it has 99"),
        ])
    func notOneForEach(_ units: String, _ says: String) throws {
        let (_, run) = try Self.run(Self.batches.replacing("units: LRANGE {codes} 0 -1", with: "units: \(units)"))
        #expect(run.exitCode == 64 && run.errors.contains(says), "\(run.errors)")
    }

    /// Numbers that a bitmap hands out, and one that hands out the first free one without looking again.
    @Test(arguments: [(true, Int32(0)), (false, 1)]) func bitmap(isRight: Bool, exitCode: Int32) throws {
        let take =
            isRight
            ? "if redis.call('SETBIT', KEYS[1], seat, 1) == 0 then return seat end"
            : "redis.call('SETBIT', KEYS[1], seat, 1)\nreturn seat"
        let yaml = """
            strategy: bitmap
            load: { units: 50 }
            keys: { seats: "{sale}:seats", count: "{sale}:count" }
            scripts:
              buy: |
                if tonumber(redis.call('GET', KEYS[2])) <= 0 then return -1 end
                local seat = \(isRight ? "redis.call('BITPOS', KEYS[1], 0)" : "tonumber(ARGV[1]) % 50")
                redis.call('DECR', KEYS[2])
                \(take.replacing("\n", with: "\n    "))
            open: [ "SET {count} {units}", "SETBIT {seats} 0 0" ]
            buy:
              - script: buy
                keys: [ "{seats}", "{count}" ]
                args: [ "{random}" ]
                outcomes:
                  - { when: -1, then: sold-out }
                  - { when: ">= 0", then: won, unit: reply }
            stock: GET {count}
            units: "0..{units - 1}"
            close: [ "DEL {seats} {count}" ]
            """
        let (sandbox, run) = try Self.run(yaml)
        #expect(run.exitCode == exitCode, "\(run.output)\(run.errors)")
        let violated = try sandbox.record()["checks"].list.filter { $0["result"].text == "violated" }.map {
            $0["name"].text
        }
        #expect(violated == (isRight ? [] : ["unique-units"]))
    }

    /// Every name of an attempt that was completed is there, although the worker never came to its end.
    @Test(arguments: [["--threads", "20"], ["--threads", "2", "--clients", "10"]])
    func aLostWorkerLosesNoName(_ fleet: [String]) throws {
        let sandbox = try Sandbox()
        let example = try String(contentsOfFile: ExampleStrategy.folder + "/coupon-codes.yaml", encoding: .utf8)
        let file = sandbox.path + "/slow.yaml"
        try example.replacing("    as: code\n", with: "    as: code\n  - think: 20ms..40ms\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let run = try sandbox.start(["run"] + Sandbox.small + ["--strategy", file] + fleet)
        #expect(sandbox.isSelling())
        let killed = try #require(sandbox.workers(of: run).last)
        kill(killed, SIGKILL)
        _ = run.wait()
        let record = try sandbox.record()
        #expect(record["workers"].list.count { $0["lost"].text != nil } == 1, "\(run.errors)")
        #expect(record.check("complete-history")["result"].text == "upheld")
        #expect(record.check("unique-units")["result"].text == "upheld")
        let won = try sandbox.rows("attempts.csv").filter { $0["outcome"] == "won" }
        #expect(!won.isEmpty && won.allSatisfy { $0["unit"]?.hasPrefix("SAVE-") == true })
        sandbox.expectNothingLeft()
    }

    // MARK: Histories of others

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var rows: String
        var names: String?
        var orders: String?
        var exitCode: Int32
        var says: String
    }

    private static let right = "1,100,250,won,A\n2,200,400,won,B\n3,300,500,sold-out,\n"

    static let histories = [
        Case(testDescription: "all differ", rows: right, exitCode: 0, says: "2 units with names were sold, none twice"),
        Case(
            testDescription: "one twice", rows: "1,100,250,won,A\n2,200,400,won,A\n", exitCode: 1,
            says: "were sold unit A"),
        Case(
            testDescription: "all were for sale", rows: right, names: "unit\nA\nB\n", exitCode: 0,
            says: "each of those for sale"),
        Case(
            testDescription: "one was not", rows: right, names: "unit\nA\nC\n", exitCode: 1,
            says: "unit B was never for sale"),
        Case(
            testDescription: "one name for two", rows: "1,100,250,won,A\n2,200,400,won,A\n", names: "unit\nA\nA\n",
            exitCode: 0, says: "each of those for sale"),
        Case(
            testDescription: "too few names", rows: right, names: "unit\nA\n", exitCode: 64,
            says: "a name for each is wanted"),
        Case(
            testDescription: "the orders agree", rows: right, orders: "attempt,unit\n1,A\n2,B\n", exitCode: 0,
            says: "as the orders say"),
        Case(
            testDescription: "the orders do not", rows: right, orders: "attempt,unit\n1,B\n2,A\n", exitCode: 1,
            says: "unit A is attempt 2's in the orders"),
        Case(
            testDescription: "a column that means something else",
            rows: "1,100,250,won,pcs\n2,200,400,won,pcs\n3,300,500,sold-out,pcs\n", exitCode: 64,
            says: "line 4, column unit: wanted nothing, since the outcome is sold-out"),
        Case(
            testDescription: "a duplicate that names what one has", rows: right + "4,600,700,duplicate,A\n",
            exitCode: 0, says: "2 units with names were sold"),
    ]

    @Test(arguments: histories) func history(_ row: Case) throws {
        let sandbox = try Sandbox()
        func file(_ name: String, _ text: String) throws -> String {
            try text.write(toFile: sandbox.path + "/" + name, atomically: true, encoding: .utf8)
            return sandbox.path + "/" + name
        }
        var arguments = [
            "verify", "--history", try file("h.csv", "attempt,invoked_ns,returned_ns,outcome,unit\n" + row.rows),
            "--units", "2",
        ]
        if let names = row.names { arguments += ["--unit-names", try file("u.csv", names)] }
        if let orders = row.orders { arguments += ["--ledger", try file("l.csv", orders)] }
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == row.exitCode, "\(run.output)\(run.errors)")
        let text = Self.line(run)
        #expect(text.contains(row.says), "\(text)")
    }
}
