import FlashSale
import Testing

@testable import Strategies

/// Random patterns of orders and random members, read by ``LedgerPattern`` and by a reader that tries every way to split a member.
struct RandomPatternTests {
    private typealias Part = Strategy.LedgerRule.Part

    /// All orders that some way to split the member tells.
    private static func readings(
        _ pieces: ArraySlice<LedgerPattern.Piece>, _ rest: ArraySlice<UInt8>, _ order: Ledger.Order
    ) -> [Ledger.Order] {
        guard let piece = pieces.first else { return rest.isEmpty ? [order] : [] }
        var found: [Ledger.Order] = []
        for length in 0...rest.count {
            let head = rest.prefix(length)
            var told = order
            switch piece {
            case .text(let text): guard head.elementsEqual(text) else { continue }
            case .any: guard length > 0 else { continue }
            case .number: guard length > 0, head.allSatisfy(isDigit) else { continue }
            case .part(let part, _):
                guard let number = number(head, mayBeNegative: part == .quantity) else { continue }
                switch part {
                case .attempt: told.attempt = number
                case .purchase: told.purchase = number
                case .buyer: told.buyer = number
                case .quantity: told.quantity = number
                case .unit: continue
                }
            case .sale, .shard, .units, .item: continue
            }
            found += readings(pieces.dropFirst(), rest.dropFirst(length), told)
        }
        return found
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func number(_ bytes: ArraySlice<UInt8>, mayBeNegative: Bool) -> Int? {
        let digits = mayBeNegative && bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes
        guard !digits.isEmpty, digits.allSatisfy(isDigit), let number = Int(String(decoding: bytes, as: UTF8.self)),
            number.magnitude <= 1 << 53, mayBeNegative || number > 0
        else { return nil }
        return number
    }

    /// Text that cannot go on a number before it, and values in between; each names one part once.
    private static func pattern(_ random: inout SplitMix64) -> LedgerPattern {
        let texts = ["user:", "|", "@shop.test", "-", "o", ":b:", " ", "x-"].map { Array($0.utf8) }
        var parts: [Part] = [.attempt, .purchase, .buyer, .quantity].shuffled(using: &random)
        var pieces: [LedgerPattern.Piece] = []
        if Bool.random(using: &random) { pieces.append(.text(texts.randomElement(using: &random)!)) }
        var hasAny = false
        for index in 0..<Int.random(in: 1...3, using: &random) {
            if index > 0 { pieces.append(.text(texts.randomElement(using: &random)!)) }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: pieces.append(.number)
            case 1 where !hasAny:
                hasAny = true
                pieces.append(.any)
            default: pieces.append(.part(parts.removeLast(), offset: 0))
            }
        }
        if Bool.random(using: &random) { pieces.append(.text(texts.randomElement(using: &random)!)) }
        return LedgerPattern(pieces: pieces, text: "random")
    }

    private static func member(of pattern: LedgerPattern, _ random: inout SplitMix64) -> [UInt8] {
        var bytes = pattern.pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .text(let text): text
            case .any: Array(["abc", "z", "k9k"].randomElement(using: &random)!.utf8)
            default: Array(["1", "07", "42", "9007199254740992"].randomElement(using: &random)!.utf8)
            }
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let byte = Array("0195-:|x@ ".utf8).randomElement(using: &random)!
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes.insert(byte, at: place)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count: bytes[place] = byte
            default: break
            }
        }
        return bytes
    }

    @Test("a member is read as some way to split it says, and as no other", arguments: 1...4 as ClosedRange<UInt64>)
    func agrees(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var read = 0
        var refused = 0
        for _ in 0..<25_000 {
            let pattern = Self.pattern(&random)
            let member = Self.member(of: pattern, &random)
            let readings = Self.readings(pattern.pieces[...], member[...], Ledger.Order())
            var order = Ledger.Order()
            if pattern.read(member[...], into: &order) {
                read += 1
                guard readings.contains(order) else {
                    Issue.record("\(pattern.pieces) \(String(decoding: member, as: UTF8.self)): \(order)")
                    return
                }
            } else {
                refused += 1
                guard readings.isEmpty else {
                    Issue.record("refused \(pattern.pieces) \(String(decoding: member, as: UTF8.self)): \(readings)")
                    return
                }
            }
        }
        #expect(read > 5000 && refused > 2000, "\(read) read, \(refused) refused")
    }
}
