import FactsTestSupport
import FlashSale

/// A few carts of two or three items, served by a right server in a random order and then perhaps perturbed: with positions of all lines,
/// of some or of none, lost answers, quantities, items on two lines, and stocks at the end or none.
struct SmallCarts {
    enum Told: CaseIterable { case always, never, sometimes }

    var sale: CartFacts
    let told: Told
    private(set) var isPerturbed = false
    private var random: SeededNumbers
    private let units: [Int]
    /// Of each purchase, and what these want of each item.
    private let lines: [[CartLine]]
    private let parts: [[CartReader.Part]]

    init(seed: UInt64, withOrders: Bool = false) {
        var random = SeededNumbers(state: seed)
        told = Told.allCases.randomElement(using: &random)!
        let count = Int.random(in: 2...3, using: &random)
        let units = (0..<count).map { _ in Int.random(in: 1...4, using: &random) }
        let buyers = Int.random(in: 2...5, using: &random)
        sale = CartFacts(
            items: units.enumerated().map { ("item-\($0)", $1) }, lines: 1...Int.random(in: 2...count, using: &random),
            quantity: 1...Int.random(in: 1...2, using: &random), buyers: buyers,
            seed: UInt64.random(in: 0...(1 << 40), using: &random))
        let span = UInt64.random(in: 2...14, using: &random)
        var points: [(instant: UInt64, index: Int)] = []
        let reader = CartReader(sale.picker)
        lines = (1...buyers).map { reader.picker.lines(ofPurchase: $0) }
        parts = (1...buyers).map { reader.parts(ofPurchase: $0) }
        for id in 1...buyers {
            let call = 100 + UInt64.random(in: 0...span, using: &random)
            let end = call + UInt64.random(in: 0...span, using: &random)
            sale.attempts.append(
                Attempt(
                    id: id, purchase: id, buyer: id, invokedNanoseconds: call, returnedNanoseconds: end, outcome: .won,
                    quantity: parts[id - 1].reduce(0) { $0 + $1.quantity }))
            points.append((UInt64.random(in: call...end, using: &random), id - 1))
        }
        if withOrders { sale.orders = units.map { _ in [] } }
        self.random = random
        self.units = units
        serve(points.sorted { $0.instant < $1.instant }.map(\.index), lossy: withOrders || seed % 5 < 2)
    }

    private mutating func serve(_ order: [Int], lossy: Bool) {
        var left = units
        // Whether a script tells what was left as it went along, or after all of it.
        let tellsAtOnce = random.chance(50)
        let orderKind = Int.random(in: 0..<4, using: &random)
        for index in order {
            let purchase = index + 1
            let lines = lines[index]
            let isLost = lossy && random.chance(35)
            if random.chance(6) {
                sale.attempts[index].outcome = .conflict
            } else if parts[index].contains(where: { left[$0.item] < $0.quantity }) {
                sale.attempts[index].outcome = .soldOut
            } else if !(isLost && random.chance(40)) {
                let before = left
                for line in lines { left[line.item] -= line.quantity }
                var seen = before
                let numbers = lines.map { line -> Int? in
                    seen[line.item] -= line.quantity
                    let number = tellsAtOnce ? seen[line.item] : left[line.item]
                    return told == .always || told == .sometimes && random.chance(60) ? number : nil
                }
                if numbers.contains(where: { $0 != nil }) { sale.attempts[index].unit = LinesLeft.text(numbers) }
                write(lines, of: purchase, kind: orderKind)
            }
            if isLost {
                sale.attempts[index].outcome = .unknown
                sale.attempts[index].unit = nil
                if random.chance(60) { sale.attempts[index].returnedNanoseconds = nil }
            }
        }
        for item in units.indices { sale.left[item] = random.chance(75) ? left[item] : nil }
    }

    /// Of attempts, purchases or buyers, one for each item or one for each line, with or without units.
    private mutating func write(_ lines: [CartLine], of purchase: Int, kind: Int) {
        guard sale.orders != nil else { return }
        func order(_ quantity: Int) -> Ledger.Order {
            switch kind {
            case 0: Ledger.Order(attempt: purchase, quantity: quantity)
            case 1: Ledger.Order(purchase: purchase)
            case 2: Ledger.Order(buyer: purchase)
            default: Ledger.Order(attempt: purchase, purchase: purchase, buyer: purchase, quantity: quantity)
            }
        }
        if kind == 3 {
            for line in lines { sale.orders?[line.item].append(order(line.quantity)) }
        } else {
            for part in parts[purchase - 1] { sale.orders?[part.item].append(order(part.quantity)) }
        }
    }

    mutating func perturb() {
        isPerturbed = true
        let index = Int.random(in: sale.attempts.indices, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0, 1: tellOther(index)
        case 2:
            let other = Int.random(in: sale.attempts.indices, using: &random)
            guard (sale.attempts[index].outcome == .unknown) == (sale.attempts[other].outcome == .unknown) else {
                return
            }
            let own = sale.attempts[index]
            sale.attempts[index].invokedNanoseconds = sale.attempts[other].invokedNanoseconds
            sale.attempts[index].returnedNanoseconds = sale.attempts[other].returnedNanoseconds
            sale.attempts[other].invokedNanoseconds = own.invokedNanoseconds
            sale.attempts[other].returnedNanoseconds = own.returnedNanoseconds
        case 3: sale.attempts[index].outcome = sale.attempts[index].outcome == .won ? .soldOut : .won
        case 4:
            let item = Int.random(in: units.indices, using: &random)
            if let told = sale.left[item] { sale.left[item] = max(0, told + (random.chance(50) ? 1 : -1)) }
        default:
            let isLater = random.chance(50)
            func moved(_ instant: UInt64) -> UInt64 { isLater ? instant + 6 : instant - 6 }
            sale.attempts[index].invokedNanoseconds = moved(sale.attempts[index].invokedNanoseconds)
            sale.attempts[index].returnedNanoseconds = sale.attempts[index].returnedNanoseconds.map(moved)
        }
        if sale.attempts[index].outcome != .won { sale.attempts[index].unit = nil }
        if sale.attempts[index].outcome != .unknown, sale.attempts[index].returnedNanoseconds == nil {
            sale.attempts[index].returnedNanoseconds = sale.attempts[index].invokedNanoseconds + 3
        }
    }

    /// What a win left of one line becomes another number; or those of two wins are exchanged, where they are of the same items.
    private mutating func tellOther(_ index: Int) {
        guard sale.attempts[index].outcome == .won else { return }
        let lines = lines[index]
        let other = Int.random(in: sale.attempts.indices, using: &random)
        var numbers = numbers(index, lines.count)
        if other != index, sale.attempts[other].outcome == .won {
            let otherLines = self.lines[other]
            var theirs = self.numbers(other, otherLines.count)
            for line in lines.indices {
                guard let place = otherLines.lastIndex(where: { $0.item == lines[line].item }), random.chance(70) else {
                    continue
                }
                (numbers[line], theirs[place]) = (theirs[place], numbers[line])
                break
            }
            sale.attempts[other].unit = theirs.contains { $0 != nil } ? LinesLeft.text(theirs) : nil
        } else {
            let line = Int.random(in: lines.indices, using: &random)
            numbers[line] =
                numbers[line].map { $0 + (random.chance(50) ? 1 : -1) }
                ?? Int.random(in: 0..<units[lines[line].item], using: &random)
        }
        sale.attempts[index].unit = numbers.contains { $0 != nil } ? LinesLeft.text(numbers) : nil
    }

    private func numbers(_ index: Int, _ lines: Int) -> [Int?] {
        guard let text = sale.attempts[index].unit else { return Array(repeating: nil, count: lines) }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    }

    // MARK: What it is

    /// What a win left of each of its items.
    private func toldParts(_ index: Int) -> [CartReader.Part] {
        let lines = lines[index]
        let numbers = numbers(index, lines.count)
        return parts[index].map { part in
            var part = part
            part.remaining = numbers[lines.lastIndex { $0.item == part.item }!]
            return part
        }
    }

    /// Whether what it says is claimed to be found: all wins tell all, or none tells anything, and no answer was lost.
    var isComplete: Bool {
        guard !sale.attempts.contains(where: { $0.outcome == .unknown }) else { return false }
        let told = sale.attempts.indices.filter { sale.attempts[$0].outcome == .won }.flatMap(toldParts).map {
            $0.remaining != nil
        }
        return !told.contains(true) || !told.contains(false)
    }

    /// By trying all orders.
    var isValid: Bool {
        let steps = sale.attempts.indices.filter { sale.attempts[$0].outcome != .conflict }.map { index in
            CartBruteForce.Step(
                call: sale.attempts[index].invokedNanoseconds, end: sale.attempts[index].returnedNanoseconds ?? .max,
                parts: toldParts(index), outcome: sale.attempts[index].outcome)
        }
        return CartBruteForce(units: units, left: sale.left, steps: steps).isValid()
    }
}
