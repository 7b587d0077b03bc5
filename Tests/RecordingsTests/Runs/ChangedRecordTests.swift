import FlashSale
import Foundation
import Testing

/// What becomes of a run whose `run.json` is not the one that it wrote: never green, nobody is accused, nothing crashes.
struct ChangedRecordTests {
    private let sale: RecordedSale

    init() throws { sale = try RecordedSale() }

    private func expectOpen(_ lines: [String], _ what: String) throws {
        try lines.joined(separator: "\n").write(to: sale.url("run.json"), atomically: false, encoding: .utf8)
        let judgement = try sale.judged()
        #expect(judgement.isOpen, "\(what): \(judgement.text)")
        #expect(judgement.text.contains("run.json") || !judgement.text.hasPrefix("INCONCLUSIVE"), "\(judgement.text)")
    }

    private func lines() throws -> [String] {
        String(decoding: try sale.bytes("run.json"), as: UTF8.self).components(separatedBy: "\n")
    }

    /// Other values of the same kind, and of others.
    private func others(_ value: String) -> [String] {
        if value == "true" { return ["false", "null"] }
        if value == "false" { return ["true", "0"] }
        if value.hasPrefix("\"") { return ["\"zz\"", "\"\"", "7", "null"] }
        return ["0", "1", "-1", "2", "21", "\(Int.max)", "\(Int.min)", "1e300", "\"zz\"", "null"].filter { $0 != value }
    }

    @Test func everyValue() throws {
        let whole = try lines()
        var edits = 0
        for (index, line) in whole.enumerated() {
            guard let colon = line.range(of: " : ") else { continue }
            let value = String(line[colon.upperBound...])
            let comma = value.hasSuffix(",") ? "," : ""
            let bare = comma.isEmpty ? value : String(value.dropLast())
            if bare == "{" || bare == "[" { continue }
            for other in others(bare) {
                var changed = whole
                changed[index] = line[..<colon.upperBound] + other + comma
                try expectOpen(changed, "\(line) -> \(other)")
                edits += 1
            }
        }
        #expect(edits > 500)
    }

    @Test func everyKey() throws {
        let whole = try lines()
        var deletions = 0
        for (index, line) in whole.enumerated() where line.contains(" : ") {
            let indent = line.prefix { $0 == " " }
            var end = index
            if line.hasSuffix("{") || line.hasSuffix("[") {
                end = whole[index...].firstIndex { $0.hasPrefix(indent + "}") || $0.hasPrefix(indent + "]") } ?? index
            }
            var changed = whole
            changed.removeSubrange(index...end)
            if !whole[end].hasSuffix(","), changed[index - 1].hasSuffix(",") { changed[index - 1].removeLast() }
            try expectOpen(changed, "without \(line)")
            deletions += 1
        }
        #expect(deletions > 150)
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func oneBit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = try sale.bytes("run.json")
        for _ in 0..<200 {
            let place = random.below(whole.count)
            try sale.edit("run.json") { $0[place] ^= 1 << UInt8(random.below(8)) }
            let judgement = try sale.judged()
            #expect(judgement.isOpen, "seed \(seed), byte \(place): \(judgement.text)")
            try whole.write(to: sale.url("run.json"))
        }
    }

    /// Not even where the run itself found something: whether that was so, nobody knows any more.
    @Test func nobodyIsAccusedOnItsWord() throws {
        let sale = try RecordedSale(isViolated: true)
        #expect(try sale.judged().text.hasPrefix("VIOLATED"))
        try sale.edit("run.json") {
            $0 = Data(String(decoding: $0, as: UTF8.self).replacing("recorded", with: "recalled").utf8)
        }
        let judgement = try sale.judged()
        #expect(judgement.isOpen && judgement.text.contains("run.json, which that rests on, is not what the run wrote"))
    }

    @Test(arguments: [false, true])
    func withoutDigestsNothingIsProven(_ isViolated: Bool) throws {
        let judgement = try RecordedSale(isViolated: isViolated, hasDigests: false).judged()
        #expect(judgement.isOpen && judgement.text.contains("does not tell what the run's files were like"))
    }
}
