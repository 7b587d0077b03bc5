import Foundation
import TestSupport
import Testing

/// Units that come back or come later, in whole runs.
struct ComingBackTests {
    private static let fleet = ["--procs", "2", "--threads", "10"]

    private static func restocked(_ step: String) -> String {
        """
        strategy: restocked
        keys: { stock: "{sale}:stock" }
        scripts:
          buy: |
            if tonumber(redis.call('GET', KEYS[1]) or 0) < 1 then return -1 end
            return redis.call('DECR', KEYS[1])
        open: [ "SET {stock} {units}" ]
        buy:
          - think: 5ms
          - script: buy
            keys: [ "{stock}" ]
            outcomes:
              - { when: ">= 0", then: won, remaining: reply }
              - { when: -1, then: sold-out }
        restock:
          - \(step)
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    }

    @Test("a restock in mid-sale is in the account, in run.json, and in what verify says")
    func restock() throws {
        let sandbox = try Sandbox()
        let file = "s.yaml"
        try sandbox.folder.file(file, Self.restocked("{ at: 12ms, units: 30, send: \"INCRBY {stock} 30\" }"))
        let run = try sandbox.stress(
            ["run"] + Self.fleet + ["--units", "20", "--buyers", "300", "--strategy", file])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["sale"]["units"].number == 20)
        #expect(record["sale"]["restocked"].number == 30)
        let restock = record["observed"]["restocks"][0]
        #expect(restock["units"].number == 30)
        #expect(try #require(restock["invoked_ns"].number) <= #require(restock["returned_ns"].number))
        #expect(
            try #require(restock["invoked_ns"].number) >= #require(record["observed"]["opened_ns"].number) + 12_000_000)
        for name in ["foreign-commands", "commands-differ"] { #expect(record.finding(name) == nil) }
        #expect(run.output.contains("restocked with"), "\(run.output)")
        let verify = try sandbox.stress(["verify", "results/latest"])
        #expect(verify.exitCode == 0, "\(verify.output)")
        #expect(verify.output.contains("restocked with"))
        sandbox.expectNothingLeft()
    }

    @Test("a restock that comes too late is named, and takes nothing from the verdict")
    func tooLate() throws {
        let sandbox = try Sandbox()
        let file = "s.yaml"
        try sandbox.folder.file(file, Self.restocked("{ at: 1h, units: 30, send: \"INCRBY {stock} 30\" }"))
        let run = try sandbox.stress(["run"] + Self.fleet + ["--units", "20", "--buyers", "60", "--strategy", file])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record.finding("restock-not-made")?.contains("30 units") == true)
        #expect(record["sale"]["restocked"].value == nil)
        #expect(record.check("unique-units")["result"].text == "upheld")
    }

    @Test(
        "a restock that does not give what the file says is a mistake in the file, and accuses nobody",
        arguments: [
            "{ at: 12ms, units: 30, send: \"INCRBY {stock} 3\" }", "{ at: 12ms, units: 30, send: \"SET {stock} 30\" }",
            "{ at: 12ms, units: 30, send: \"INCRBY {stock} many\" }",
        ])
    func wrong(_ step: String) throws {
        let sandbox = try Sandbox()
        let file = "s.yaml"
        try sandbox.folder.file(file, Self.restocked(step))
        for arguments in [["run"] + Self.fleet + ["--strategy", file], ["strategies", "check", file]] {
            let run = try sandbox.stress(arguments)
            #expect(run.exitCode == 64, "\(run.errors)\(run.output)")
            #expect(run.errors.contains("s.yaml:16: the restock"), "\(run.errors)")
        }
        sandbox.expectNothingLeft()
    }

    @Test("run.json keeps what the file says of units that lapse, and verify judges by it")
    func lapses() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress(
            ["run"] + Self.fleet + ["--strategy", "\(ExampleStrategy.folder)/lapsing-hold.yaml"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["observed"]["lapses_ns"].number == 20_000_000)
        #expect(record["observed"]["gives_back"].value == nil)
        #expect(record.check("unique-units")["result"].text == "not-applicable")
        let verify = try sandbox.stress(["verify", "results/latest", "--format", "json"])
        #expect(verify.exitCode == 0, "\(verify.output)")
        #expect(!verify.output.contains("verdict-differs"))
    }

    @Test("a scheme that may give back says so in run.json")
    func givesBack() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress(
            ["run"] + Self.fleet + ["--strategy", "\(ExampleStrategy.folder)/reserve-confirm.yaml"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["observed"]["gives_back"].isTrue == true)
        #expect(try #require(record["purchases"]["returned"].number) > 0)
        #expect(try sandbox.stress(["verify", "results/latest"]).exitCode == 0)
    }

    @Test(
        "verify judges a history of any system in which units were given back",
        arguments: [("sold-out,5,9", Int32(0)), ("sold-out,11,20", 1)])
    func history(_ soldOut: String, exitCode: Int32) throws {
        let sandbox = try Sandbox()
        let parts = soldOut.split(separator: ",")
        try sandbox.folder.file(
            "h.csv",
            """
            attempt,invoked_ns,returned_ns,outcome
            1,0,10,returned
            2,\(parts[1]),\(parts[2]),\(parts[0])
            3,30,40,won

            """)
        let verify = try sandbox.stress(["verify", "--history", "h.csv", "--units", "1", "--remaining", "0"])
        #expect(verify.exitCode == exitCode, "\(verify.output)\(verify.errors)")
    }

    private static func givingBack(_ outcome: String) -> String {
        """
        strategy: gives-back
        limit: 1
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: DECR {stock}
            as: left
          - if: left < 0
            send: INCR {stock}
            outcomes:
              - { when: any, then: sold-out }
          - if: left == 1
            send: INCR {stock}
            outcomes:
              - { when: any, then: \(outcome) }
          - finish: won
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    }

    @Test(
        "the rehearsal says where returned is meant, and nowhere else", arguments: ["failed", "conflict", "returned"])
    func warning(_ outcome: String) throws {
        let sandbox = try Sandbox()
        let file = "s.yaml"
        try sandbox.folder.file(file, Self.givingBack(outcome))
        let check = try sandbox.stress(["strategies", "check", file])
        let isWarned = check.output.contains("\n  returned-is-meant  ")
        #expect(isWarned == (outcome != "returned"), "\(check.output)")
        if isWarned { #expect(check.output.contains("ended as \(outcome) took units")) }
        sandbox.expectNothingLeft()
    }
}
