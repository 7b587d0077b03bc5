import Exploration
import FlashSale

/// A sale in memory, of buyers who each touch keys one after the other, whatever they find there.
struct KeySale: SteppedSale {
    struct Touch {
        var key: Int
        var isWrite: Bool
    }

    private let touches: [[Touch]]
    private var done: [Int]

    init(_ touches: [[Touch]]) {
        self.touches = touches
        done = touches.map { _ in 0 }
    }

    var buyers: Int { touches.count }
    var areAlike: Bool { false }
    var disturbance: String? { nil }
    var notes: [String] { [] }
    func number(of buyer: Int) -> Int { buyer + 1 }

    mutating func begin() { done = touches.map { _ in 0 } }

    func offers() -> [Offer] {
        touches.indices.filter { done[$0] < touches[$0].count }.map { buyer in
            let touch = touches[buyer][done[buyer]]
            var footprint = Footprint()
            if touch.isWrite { footprint.write([UInt8(touch.key)]) } else { footprint.read([UInt8(touch.key)]) }
            return Offer(
                .run(buyer: buyer, ordinal: 0), phrase: Phrase(UInt64(done[buyer])), question: UInt64(done[buyer]),
                footprint: footprint, words: "\(buyer): \(done[buyer])")
        }
    }

    mutating func take(_ offer: Offer) -> Taken {
        done[offer.choice.buyer!] += 1
        return Taken(changed: true, reply: nil)
    }

    func hasLearned() -> Bool { false }
    func leftovers() -> Set<String> { [] }
    func look() -> (stock: Int?, orders: Int?) { (nil, nil) }
    func facts() -> RunFacts {
        RunFacts(
            RecordedAttempts(History([]), tellsPurchases: true), rules: SaleRules(),
            epoch: Epoch(units: 1, stock: .unread))
    }
}
