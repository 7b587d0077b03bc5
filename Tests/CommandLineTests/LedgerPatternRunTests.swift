import Foundation
import TestSupport
import Testing

/// Orders that are more than a bare number, in whole runs: right schemes stay green, wrong ones do not, and a file that
/// describes no order is told so.
struct LedgerPatternRunTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the script does for a winner: KEYS are stock and orders, ARGV buyer, attempt and quantity.
        var writes: String
        var ledger: String
        var opening = ""
        /// What a buyer who finds nothing left leaves behind.
        var refused = ""
        var exitCode: Int32
        var finding: String?
        var says = ""
    }

    private static func yaml(_ row: Case) -> String {
        """
        strategy: orders
        keys: { stock: "{sale}:stock", orders: "{sale}:orders", bought: "{sale}:bought:{buyer}" }
        scripts:
          buy: |
            if tonumber(redis.call('GET', KEYS[1])) <= 0 then
              \(row.refused)
              return -1
            end
            \(row.writes)
            return redis.call('DECR', KEYS[1])
        open:
          - SET {stock} {units}
          \(row.opening)
        buy:
          - script: buy
            keys: [ "{stock}", "{orders}", "{bought}" ]
            args: [ "{buyer}", "{attempt}" ]
            outcomes:
              - { when: ">= 0", then: won, remaining: reply }
              - { when: -1, then: sold-out }
        stock: GET {stock}
        ledger: \(row.ledger)
        close: [ "DEL {stock} {orders}" ]

        """
    }

    private static let member = "redis.call('SADD', KEYS[2], 'user:' .. ARGV[1])"
    private static let key = "redis.call('SET', KEYS[3], 'o' .. ARGV[2])"

    static let cases = [
        Case(
            testDescription: "text around an id", writes: member,
            ledger: "{ read: \"SMEMBERS {orders}\", holds: \"user:{buyer}\", atomic: true }", exitCode: 0),
        Case(
            testDescription: "the same with a placeholder", writes: member,
            ledger: "{ read: \"SMEMBERS {orders}\", holds: \"user:{buyer}\", atomic: true }",
            opening: "- SADD {orders} init", exitCode: 0, finding: "ledger-strangers", says: "init"),
        Case(
            testDescription: "the same with orders of buyers who got nothing", writes: member,
            ledger: "{ read: \"SMEMBERS {orders}\", holds: \"user:{buyer}\", atomic: true }", refused: member,
            exitCode: 1, says: "sold-out"),
        Case(
            testDescription: "a pattern that no member fits", writes: member,
            ledger: "{ read: \"SMEMBERS {orders}\", holds: buyers, atomic: true }", exitCode: 64,
            finding: "ledger-misfit", says: "user:"),
        Case(
            testDescription: "a pattern that is another's", writes: member,
            ledger: "{ read: \"SMEMBERS {orders}\", holds: \"user-{buyer}\", atomic: true }", exitCode: 64,
            finding: "ledger-misfit", says: "none of the 50 members"),
        Case(
            testDescription: "numbers of nobody", writes: "redis.call('SADD', KEYS[2], ARGV[1] + 1000000)",
            ledger: "{ read: \"SMEMBERS {orders}\", holds: buyers, atomic: true }", exitCode: 64,
            finding: "ledger-misfit", says: "names anybody"),
        Case(
            testDescription: "the same, told so", writes: "redis.call('SADD', KEYS[2], ARGV[1] + 1000000)",
            ledger: "{ read: \"SMEMBERS {orders}\", holds: \"{buyer + 1000000}\", atomic: true }", exitCode: 0),
        Case(
            testDescription: "a field and its value",
            writes: "redis.call('HSET', KEYS[2], 'order:' .. ARGV[2], 'u' .. ARGV[1])",
            ledger:
                "{ read: \"HGETALL {orders}\", holds: { field: \"order:{attempt}\", value: \"u{buyer}\" }, atomic: true }",
            exitCode: 0),
        Case(
            testDescription: "a key for each buyer", writes: key,
            ledger: "{ keys: \"{sale}:bought:{buyer}\", holds: \"o{attempt}\", atomic: true }", exitCode: 0),
        Case(
            testDescription: "a key for each buyer, by its name", writes: key,
            ledger: "{ keys: \"{bought}\", atomic: true }", exitCode: 0),
        Case(
            testDescription: "keys of buyers who got nothing", writes: key,
            ledger: "{ keys: \"{bought}\", atomic: true }", refused: key, exitCode: 1, says: "sold-out"),
        Case(
            testDescription: "keys whose name is misspelt", writes: "redis.call('SET', KEYS[2] .. ':' .. ARGV[1], 1)",
            ledger: "{ keys: \"{sale}:oders:{buyer}\", atomic: true }", exitCode: 64, finding: "ledger-misfit",
            says: ":orders:"),
        Case(
            testDescription: "half of the orders are forgotten",
            writes: "if ARGV[1] % 4 < 2 then redis.call('SADD', KEYS[2], 'user:' .. ARGV[1]) end",
            ledger: "{ read: \"SMEMBERS {orders}\", holds: \"user:{buyer}\", atomic: true }",
            opening: "- SADD {orders} init", exitCode: 1, says: "no order of it"),
        Case(
            testDescription: "a counter that was taken back",
            writes: "redis.call('HINCRBY', KEYS[2], 'u' .. ARGV[1], 1)",
            ledger:
                "{ read: \"HGETALL {orders}\", holds: { field: \"u{buyer}\", value: \"{quantity}\" }, atomic: true }",
            refused: "redis.call('HINCRBY', KEYS[2], 'u' .. ARGV[1], 0)", exitCode: 0),
    ]

    @Test(arguments: cases) func ends(_ row: Case) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("orders.yaml", Self.yaml(row))
        let run = try sandbox.stress([
            // Two clients of one thread ask at the same time, however busy the machine is.
            "run", "--procs", "2", "--threads", "5", "--clients", "2", "--units", "50", "--buyers", "1000",
            "--strategy",
            "orders.yaml",
        ])
        #expect(run.exitCode == row.exitCode, "\(run.errors)\(run.output)")
        let said = (run.output + run.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(row.says.isEmpty || said.contains(row.says), "\(said)")
        // A rehearsal alone may have found it: then nothing was sold, and there are no results.
        if let finding = row.finding, FileManager.default.fileExists(atPath: sandbox.latest) {
            #expect(try sandbox.record().finding(finding)?.contains(row.says) == true, "\(said)")
            let verify = try sandbox.stress(["verify", "results/latest"])
            #expect(verify.exitCode == (row.exitCode == 64 ? 2 : row.exitCode), "\(verify.errors)\(verify.output)")
        }
        if row.exitCode == 64 {
            #expect(run.errors.contains("orders.yaml:22:"), "\(run.errors)")
            #expect(!run.output.contains("VIOLATED"), "\(run.output)")
            let check = try sandbox.stress(["strategies", "check", "orders.yaml"])
            #expect(check.exitCode == 64 && check.errors.contains("orders.yaml:22:"), "\(check.errors)\(check.output)")
        }
        sandbox.expectNothingLeft()
    }
}
