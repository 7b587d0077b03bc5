import Foundation
import TestSupport
import Testing

/// With default flags a file's claims are put to the test; what no buyer tried is said, and not upheld.
struct ClaimTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func file(_ name: String, changing change: (String) -> String) throws -> String {
        let shown = try sandbox.stress(["strategies", "show", name]).output
        let changed = change(shown)
        try #require(changed != shown, "nothing was changed")
        let path = sandbox.path + "/mine.yaml"
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static let flags = ["run", "--procs", "2", "--threads", "20", "--units", "200"]

    @Test("a script that ignores the id it is given is found, and the one that does not is upheld", arguments: 1...3)
    func idempotency(_ number: Int) throws {
        let right = try sandbox.stress(Self.flags + ["--strategy", "lua-idempotent"])
        #expect(right.exitCode == 0, "\(right.errors)\(right.output)")
        let record = try sandbox.record()
        #expect((record["coverage"]["boundaries"]["asked_again"].number ?? 0) > 0)
        #expect(record.check("one-unit-per-purchase")["result"].text == "upheld")
        let forgetful = try file("lua-idempotent") {
            $0.replacing("    if before then return tonumber(before) end\n", with: "")
        }
        let wrong = try sandbox.stress(Self.flags + ["--strategy", forgetful])
        #expect(wrong.exitCode == 1, "\(wrong.errors)\(wrong.output)")
        #expect(try sandbox.record().check("unique-units")["result"].text == "violated")
        // Nobody asks again: nothing shows it, and nothing is claimed.
        let unseen = try sandbox.stress(
            Self.flags + ["--strategy", forgetful, "--repeat-every", "0", "--no-rehearsal"])
        #expect(unseen.exitCode == 0, "\(unseen.errors)\(unseen.output)")
        #expect(try sandbox.record().check("one-unit-per-purchase")["result"].text == "not-applicable")
        #expect(unseen.output.contains("see --repeat-every"))
    }

    @Test("a limit is asked for more, unless a flag says otherwise")
    func limit() throws {
        // More units than buyers, so that whoever comes late is not sold out before they have asked twice.
        let tried = try sandbox.stress(
            [
                "run", "--procs", "2", "--threads", "20", "--units", "1000", "--buyers", "400", "--strategy",
                "lua-stream",
            ])
        #expect(tried.exitCode == 0, "\(tried.errors)\(tried.output)")
        #expect(try sandbox.record()["scenario"]["purchases_per_buyer"].number == 2)
        #expect(try sandbox.record().check("purchase-limit")["result"].text == "upheld")
        #expect((try sandbox.record()["totals"]["duplicate"].number ?? 0) > 0)
        let untried = try sandbox.stress(
            Self.flags + ["--strategy", "lua-stream", "--purchases-per-buyer", "1", "--buyers", "100"])
        #expect(untried.exitCode == 0, "\(untried.errors)\(untried.output)")
        let record = try sandbox.record()
        #expect(record.check("purchase-limit")["result"].text == "not-applicable")
        #expect(record.check("no-oversell")["result"].text == "not-applicable")
        #expect(untried.output.contains("\nNot put to the test\n"))
        #expect(untried.output.contains("The limit: no buyer asked for more"))
        let missed = record["coverage"]["rules"].list.filter { $0["met"].number == 0 }
        #expect(missed.contains { $0["then"].text == "sold-out" } && missed.contains { $0["then"].text == "duplicate" })
        // From the journals alone.
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        let verified = try JSON(Data(again.output.utf8))
        #expect(again.exitCode == 0 && verified["coverage"] == record["coverage"])
        #expect(verified["checks"] == record["checks"])
    }

    /// Of a file that counts purchases, and of one that forgets to.
    @Test("a limit in purchases", arguments: [true, false])
    func purchases(isRight: Bool) throws {
        let path = sandbox.path + "/mine.yaml"
        let yaml = """
            strategy: parcels
            limit: { purchases: 1, units: 3 }
            keys: { stock: "{sale}:stock", who: "{sale}:who" }
            scripts:
              buy: |
                if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 and \(isRight) then return -2 end
                if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[2]) then return -1 end
                if redis.call('HINCRBY', KEYS[2], ARGV[1], ARGV[2]) > 3 then
                  redis.call('HINCRBY', KEYS[2], ARGV[1], -ARGV[2])
                  return -2
                end
                return redis.call('DECRBY', KEYS[1], ARGV[2])
            open: [ "SET {stock} {units}" ]
            buy:
              - script: buy
                keys: [ "{stock}", "{who}" ]
                args: [ "{buyer}", "{quantity}" ]
                outcomes:
                  - { when: ">= 0", then: won, remaining: reply }
                  - { when: -1, then: sold-out }
                  - { when: -2, then: duplicate }
            stock: GET {stock}
            ledger: { read: "HGETALL {who}", holds: buyer-to-quantity, atomic: true }
            close: [ "DEL {stock} {who}" ]
            """
        try yaml.write(toFile: path, atomically: true, encoding: .utf8)
        // More than all want, so that nobody comes too late for a second purchase.
        let run = try sandbox.stress(Self.flags + ["--strategy", path, "--units", "3000"])
        #expect(run.exitCode == (isRight ? 0 : 1), "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["observed"]["purchase_limit"].number == 1 && record["observed"]["limit"].number == 3)
        #expect(record["scenario"]["quantity"]["max"].number == 3)
        let check = record.check("purchase-limit")
        #expect(check["result"].text == (isRight ? "upheld" : "violated"))
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(try JSON(Data(again.output.utf8))["checks"] == record["checks"])
    }

    @Test("asking again needs a promise, and an attempt for it")
    func refused() throws {
        let promised = try sandbox.stress(Self.flags + ["--strategy", "lua", "--repeat-every", "2"])
        #expect(promised.exitCode == 64 && promised.errors.contains("idempotent: purchase or buyer"))
        let room = try sandbox.stress(
            Self.flags + ["--strategy", "lua-idempotent", "--repeat-every", "2", "--attempts", "1"])
        #expect(room.exitCode == 64 && room.errors.contains("--attempts 2"))
        #expect(try sandbox.stress(Self.flags + ["--strategy", "lua", "--repeat-every", "0"]).exitCode == 0)
    }
}
