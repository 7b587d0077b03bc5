import FlashSale
import Foundation
import Testing

/// A `run.json` with several numbers at their limits at once, and with all that a strategy may add to it: refused or judged, but never
/// a trap, which would end the tests.
struct HostileRecordTests {
    private static let numbers = [
        "0", "-1", "1", "\(Int.max)", "\(Int.min)", "\(UInt64.max)", "\(1 << 53)", "1e308", "-1e308", "1e19", "0.5",
        "null",
        "\"x\"", "[]", "{}",
    ]

    /// What only some strategies have.
    private static let extras = """
        "limit" : 1, "purchase_limit" : 1, "gives_back" : true, "lapses_ns" : 1000, "shelves" : 3, "unit_names" : true,
        "restocks" : [ { "units" : 3, "invoked_ns" : 1000100, "returned_ns" : 1000200 }, { "units" : 2, "invoked_ns" : 1000300 } ],
        "for_sale" : { "first" : 1, "last" : 20 },
        """

    /// Places of numbers.
    private static func places(in text: String) -> [Range<String.Index>] {
        text.matches(of: /(?:: |\[ |, )(-?[0-9][-+.eE0-9]*)/).map { $0.1.startIndex..<$0.1.endIndex }
    }

    private static func record(_ sale: RecordedSale, withExtras: Bool) throws -> String {
        let text = String(decoding: try sale.bytes("run.json"), as: UTF8.self)
        guard withExtras else { return text }
        return text.replacing(/"observed" : \{/, maxReplacements: 1) { _ in "\"observed\" : {\n\(extras)" }
    }

    @Test(arguments: [false, true], 1...3 as ClosedRange<UInt64>)
    func severalNumbersAtOnce(withExtras: Bool, seed: UInt64) throws {
        let sale = try RecordedSale()
        let whole = try Self.record(sale, withExtras: withExtras)
        let places = Self.places(in: whole)
        #expect(places.count > 90)
        // The numbers that are judged by are as many as all others.
        let judged = places.filter { whole[..<$0.lowerBound].contains("\"observed\" : {") }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            var edits: [Range<String.Index>: String] = [:]
            for _ in 0..<1 + random.below(4) {
                let some = random.below(2) == 0 ? judged : places
                edits[some[random.below(some.count)]] = Self.numbers[random.below(Self.numbers.count)]
            }
            var changed = whole
            for (place, number) in edits.sorted(by: { $0.key.lowerBound > $1.key.lowerBound }) {
                changed.replaceSubrange(place, with: number)
            }
            if changed == whole { continue }
            try changed.write(to: sale.url("run.json"), atomically: false, encoding: .utf8)
            let judgement = try sale.judged()
            #expect(judgement.isOpen, "\(edits.map { "\(whole[$0.key]) -> \($0.value)" }): \(judgement.text)")
        }
    }

    /// Numbers that no strategy file can have, in a sale with attempts that they are held against.
    @Test(arguments: [Int.min, -1, 0, 1, 3, Int.max])
    func aDuplicateIsHeldAgainstAnyLimit(_ limit: Int) {
        let attempts = [
            Attempt(
                id: 1, purchase: 1, buyer: 1, worker: 0, invokedNanoseconds: 10, returnedNanoseconds: 20,
                outcome: .duplicate, quantity: 3)
        ]
        let facts = RunFacts(
            RecordedAttempts(History(attempts), tellsPurchases: true, tellsBuyers: true),
            rules: SaleRules(limit: limit, idempotency: .none),
            epoch: Epoch(units: 5, stock: .units(5), ledger: nil))
        let check = Checks.judge(facts).checks.first { $0.name == .purchaseLimit }
        // Who asks for more than the limit is refused rightly.
        #expect((check?.result == .violated) == (limit >= 3), "\(String(describing: check))")
    }
}
