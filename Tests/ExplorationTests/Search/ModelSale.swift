import Exploration
import FlashSale

/// A sale in memory, of buyers who read what is left and write one less, with WATCH or without.
struct ModelSale: SteppedSale {
    enum Scheme {
        case watch
        case readAndWrite
    }

    private struct Buyer {
        var place = 0
        var seen = 0
        var isWatching = false
        var overtakenBy: Int?
        var isDone = false
        var hasWon = false
    }

    private let scheme: Scheme
    private let units: Int
    private var stock = 0
    private var people: [Buyer]
    private var steps = 0
    let areAlike: Bool
    var disturbance: String? { nil }
    var notes: [String] { [] }
    /// Does another thing than the scheme in the order with this number, from 1.
    var moodyOrder: Int?
    private var orders = 0

    init(_ scheme: Scheme, buyers: Int, units: Int, areAlike: Bool = true) {
        self.scheme = scheme
        self.units = units
        self.areAlike = areAlike
        people = Array(repeating: Buyer(), count: buyers)
    }

    var buyers: Int { people.count }
    func number(of buyer: Int) -> Int { buyer + 1 }

    mutating func begin() {
        stock = units
        steps = 0
        orders += 1
        people = people.map { _ in Buyer() }
    }

    func offers() -> [Offer] {
        people.indices.filter { !people[$0].isDone }.map { index in
            let buyer = people[index]
            var footprint = Footprint()
            let key = Array("stock".utf8)
            let isLast = buyer.place == (scheme == .watch ? 2 : 1)
            if isLast {
                if buyer.overtakenBy == nil { footprint.write(key) }
            } else {
                footprint.read(key)
            }
            let mood = orders == moodyOrder && buyer.place == 1 ? 1 : 0
            return Offer(
                .run(buyer: index, ordinal: 0), phrase: Phrase(UInt64(buyer.place + mood)),
                question: UInt64(buyer.place), footprint: footprint,
                causes: isLast ? buyer.overtakenBy.map { [$0] } ?? [] : [], words: "step \(buyer.place + mood)")
        }
    }

    mutating func take(_ offer: Offer) -> Taken {
        let index = offer.choice.buyer!
        defer { steps += 1 }
        people[index].place += 1
        switch (scheme, people[index].place) {
        case (.watch, 1):
            people[index].isWatching = true
            return Taken(changed: false, reply: "OK")
        case (.watch, 2), (.readAndWrite, 1):
            people[index].seen = stock
            if stock <= 0 { people[index].isDone = true }
            return Taken(changed: false, reply: "\(stock)")
        default:
            people[index].isDone = true
            guard people[index].overtakenBy == nil else { return Taken(changed: false, reply: nil) }
            people[index].hasWon = true
            stock = people[index].seen - 1
            for other in people.indices
            where other != index && people[other].isWatching && people[other].overtakenBy == nil {
                people[other].overtakenBy = steps
            }
            return Taken(changed: true, reply: "OK")
        }
    }

    func hasLearned() -> Bool { false }
    func leftovers() -> Set<String> { [] }
    func look() -> (stock: Int?, orders: Int?) { (stock, nil) }

    var winners: Int { people.count { $0.hasWon } }

    func facts() -> RunFacts {
        RunFacts(
            RecordedAttempts(History([]), tellsPurchases: true), rules: SaleRules(),
            epoch: Epoch(units: units, stock: .units(stock)))
    }
}
