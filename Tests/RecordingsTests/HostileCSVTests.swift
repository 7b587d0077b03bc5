import FlashSale
import Recordings
import Testing

/// Files with every kind of damage: a reader refuses what ``PlainCSV`` refuses, and reads the rest as it does.
struct HostileCSVTests {
    private static let numbers = [
        "", "0", "1", "-1", "65535", "65536", "2147483647", "2147483648", "9007199254740992", "9007199254740993",
        "-9007199254740992", "-9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551616",
        "18446744073709551617", "0000000000000000001", "00000000000000000001", "-", "-0", "+1", "1.5", "1e3", "٣",
    ]

    /// Nothing, or what is wrong with the reading of a file.
    private static func fault<Row>(_ file: [UInt8], reading: Reading<Row>, plain: [Row]?) -> String? {
        let lines = file.count(where: { $0 == 10 }) + 1
        if let damage = reading.damage {
            if !(1...lines).contains(damage.line) { return "line \(damage.line) of \(lines)" }
            if plain != nil { return "refused: \(damage)" }
        } else if plain != reading.rows.map(\.row) {
            return "read as \(reading.rows)"
        }
        let starts = reading.rows.map(\.line)
        return zip(starts, starts.dropFirst()).contains { $0 >= $1 } ? "lines \(starts)" : nil
    }

    private static func record(_ fault: String, seed: UInt64, number: Int, file: [UInt8]) {
        Issue.record(
            "seed \(seed), file \(number), \(String(reflecting: String(decoding: file, as: UTF8.self))): \(fault)")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func attempts(seed: UInt64) {
        var files = HostileCSV(
            seed: seed,
            headers: [
                "attempt,invoked_ns,returned_ns,outcome", "x,outcome,returned_ns,remaining,attempt,invoked_ns",
                "attempt,purchase,buyer,worker,thread,client,number,invoked_ns,returned_ns,outcome,quantity,remaining",
                "quantity,attempt,xx,outcome,invoked_ns,returned_ns", "unit,outcome,attempt,invoked_ns,returned_ns",
            ],
            cells: Outcome.allCases.map(\.word) + Self.numbers)
        var read = 0
        for number in 0..<20_000 {
            let file = files.next()
            let reading = Reading(attempts: file, cuts: number.isMultiple(of: 8) ? [file.count / 2] : [])
            read += reading.damage == nil ? reading.rows.count : 0
            if let fault = Self.fault(file, reading: reading, plain: PlainCSV.attempts(file)) {
                return Self.record(fault, seed: seed, number: number, file: file)
            }
        }
        // Or all that was tried is how to refuse.
        #expect(read > 5000)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func orders(seed: UInt64) {
        var files = HostileCSV(
            seed: seed,
            headers: ["buyer", "attempt,purchase,buyer", "x,quantity,attempt", "purchase,xx", "unit,buyer"],
            cells: Self.numbers)
        var read = 0
        for number in 0..<40_000 {
            let file = files.next()
            let reading = Reading(orders: file, cuts: number.isMultiple(of: 8) ? [file.count / 2] : [])
            read += reading.damage == nil ? reading.rows.count : 0
            if let fault = Self.fault(file, reading: reading, plain: PlainCSV.orders(file)) {
                return Self.record(fault, seed: seed, number: number, file: file)
            }
        }
        #expect(read > 10_000)
    }
}
