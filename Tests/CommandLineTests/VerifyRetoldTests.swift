import Foundation
import TestSupport
import Testing

/// `stress verify --history` says the same of a sale whatever its clock started at, whatever ids its attempts have, and in
/// whatever order its rows are.
struct VerifyRetoldTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private struct Row {
        var attempt: Int
        var purchase: Int
        var buyer: Int
        var invoked: UInt64
        var returned: UInt64?
        var outcome: String
        var remaining: Int?

        var text: String {
            "\(attempt),\(purchase),\(buyer),\(invoked),\(returned.map(String.init) ?? ""),\(outcome),"
                + (remaining.map(String.init) ?? "") + "\n"
        }
    }

    private struct Sale {
        var rows: [Row] = []
        /// Attempts and buyers that have an order.
        var orders: [(attempt: Int, buyer: Int)] = []

        /// Five units; the first instants are few, so that many attempts are at one.
        init(seed: UInt64) {
            var random = Numbers(state: seed)
            var left = 5
            for id in 1...9 {
                let invoked = seed % 3 == 0 ? UInt64(id - 1) * 5 : UInt64.random(in: 0...9, using: &random)
                var row = Row(
                    attempt: id, purchase: id, buyer: id, invoked: invoked,
                    returned: invoked + UInt64.random(in: 0...4, using: &random), outcome: "sold-out", remaining: nil)
                if left > 0 {
                    left -= 1
                    row.outcome = "won"
                    row.remaining = left
                    orders.append((id, id))
                }
                // Some answers are lost, and some units are sold again.
                if Int.random(in: 0..<6, using: &random) == 0 {
                    row.outcome = "unknown"
                    row.returned = nil
                    row.remaining = nil
                } else if seed % 4 == 1, Int.random(in: 0..<5, using: &random) == 0 {
                    left += 1
                }
                rows.append(row)
            }
            rows = moved(to: 0).rows
        }

        func moved(to origin: UInt64) -> Sale {
            let first = rows.map(\.invoked).min() ?? 0
            var sale = self
            for index in rows.indices {
                sale.rows[index].invoked = rows[index].invoked - first + origin
                sale.rows[index].returned = rows[index].returned.map { $0 - first + origin }
            }
            return sale
        }

        func movedUp(to last: UInt64) -> Sale { moved(to: last - rows.map { $0.returned ?? $0.invoked }.max()!) }

        func renamed() -> Sale {
            var sale = self
            for index in rows.indices {
                sale.rows[index].attempt = (1 << 53) - rows[index].attempt * 1_000_003
                sale.rows[index].purchase = (rows[index].purchase * 7) % 11
                sale.rows[index].buyer = 100 - rows[index].buyer
            }
            sale.orders = orders.map { ((1 << 53) - $0.attempt * 1_000_003, 100 - $0.buyer) }
            return sale
        }

        func permuted(_ random: inout Numbers) -> Sale {
            var sale = self
            sale.rows.shuffle(using: &random)
            sale.orders.shuffle(using: &random)
            return sale
        }
    }

    /// The same on every machine.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
        }
    }

    private static let header = "attempt,purchase,buyer,invoked_ns,returned_ns,outcome,remaining\n"

    private func verify(_ sale: Sale) throws -> [String: String] {
        let history = try sandbox.folder.file("history.csv", Self.header + sale.rows.map(\.text).joined())
        let orders = sale.orders.map { "\($0.attempt),\($0.buyer)\n" }.joined()
        let ledger = try sandbox.folder.file("ledger.csv", "attempt,buyer\n" + orders)
        let run = try sandbox.stress(
            ["verify", "--history", history, "--units", "5", "--ledger", ledger, "--format", "json"])
        let record = try JSON(Data(run.output.utf8))
        var said = ["exit code": "\(run.exitCode ?? -1)", "verdict": record["verdict"].text ?? run.errors]
        for check in record["checks"].list { said[check["name"].text ?? ""] = check["result"].text }
        return said
    }

    @Test(arguments: 0..<16)
    func isTheSame(_ seed: UInt64) throws {
        let sale = Sale(seed: seed)
        var random = Numbers(state: seed)
        let said = try verify(sale)
        #expect(said.count > 8)
        for (how, retold) in [
            ("from 1", sale.moved(to: 1)), ("in 1970", sale.moved(to: 1 << 40)),
            ("up to the last time", sale.movedUp(to: UInt64(Int64.max))), ("renamed", sale.renamed()),
            ("permuted", sale.permuted(&random)),
            ("all of it", sale.renamed().permuted(&random).moved(to: 12_345_678_901)),
        ] {
            #expect(try verify(retold) == said, "\(how): \(retold.rows.map(\.text).joined())")
        }
    }

    /// Two attempts, one after the other, are no race, wherever the clock starts.
    @Test(arguments: [0, 1, UInt64(Int64.max) - 30])
    func noRaceIsNoRace(_ origin: UInt64) throws {
        let history = try sandbox.folder.file(
            "history.csv",
            "attempt,invoked_ns,returned_ns,outcome,remaining\n1,\(origin),\(origin + 10),won,0\n2,\(origin + 20),\(origin + 30),sold-out,\n"
        )
        let run = try sandbox.stress(["verify", "--history", history, "--units", "1", "--remaining", "0"])
        #expect(run.exitCode == 2 && run.output.contains("no two attempts overlapped"), "\(run.output)")
    }

    @Test(arguments: ["9223372036854775808", "18446744073709551615", "18446744073709551616", "-1"])
    func aTimeThatNoClockHasIsRefused(_ time: String) throws {
        let history = try sandbox.folder.file(
            "history.csv", "attempt,invoked_ns,returned_ns,outcome\n1,\(time),\(time),won\n")
        let run = try sandbox.stress(["verify", "--history", history, "--units", "1"])
        #expect(run.exitCode == 64, "\(run.output)")
        #expect(
            run.errors.contains("line 2")
                && run.errors.contains("wanted a whole number from 0 to 9223372036854775807, found"), "\(run.errors)")
    }
}
