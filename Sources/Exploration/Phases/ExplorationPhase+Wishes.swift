package import FlashSale

/// What purchases want, and what they do with their holds.
extension ExplorationPhase {
    /// Purchases in all.
    package var purchases: Int { buyers * purchasesPerBuyer }

    /// Those who take part: purchases, and what follows their holds.
    package var participants: Int { afterHold.isEmpty ? purchases : afterHold.reduce(0) { $0 + 1 + $1.places.count } }

    var afterHoldWords: [String]? { afterHold.isEmpty ? nil : afterHold.map(\.description) }
    var cartWords: [String]? { carts.isEmpty ? nil : carts.map { CartLine.text(of: $0) } }

    /// For the title: `, one cancels twice, one pays`, `, carts 1+2 and 2+1`.
    var wishes: String {
        var text = ""
        if let carts = cartWords {
            let others = carts.dropLast().joined(separator: ", ")
            text += carts.count == 1 ? ", cart \(carts[0])" : ", carts \(others) and \(carts[carts.count - 1])"
        }
        guard let first = afterHold.first else { return text }
        if afterHold.count == 1 { return text + ", who \(first.words())" }
        if Set(afterHold).count == 1 { return text + ", all \(first.words(several: true))" }
        if afterHold.count > 2, Set(afterHold.dropFirst()).count == 1 {
            return text + ", one \(first.words()), the others \(afterHold[1].words(several: true))"
        }
        return text + afterHold.map { ", one \($0.words())" }.joined()
    }

    // MARK: Holds

    /// The same once for each thing that may follow a hold: one purchase does it, and the others pay.
    ///
    /// - Parameter menu: what may follow. What lapses is left out where no time passes.
    package func withHolds(_ menu: [AfterHold]) -> [ExplorationPhase] {
        let others: AfterHold = menu.contains(.pay) ? .pay : menu.first ?? .nothing
        return menu.filter { $0 != .nothing || bounds.expiries > 0 || menu.count == 1 }.map { own in
            var phase = self
            phase.afterHold = [own] + Array(repeating: others, count: max(0, purchases - 1))
            return phase
        }
    }

    /// What is explored of purchases that take their time where nobody says anything else: what one buyer does, what two do, each with the time
    /// of holds that is over at any moment, what is lost, three buyers.
    ///
    /// - Parameter hasLimit: whether a buyer may have only so much.
    package static func usual(hasLimit: Bool, afterHold menu: [AfterHold]) -> [ExplorationPhase] {
        let plain = usual(hasLimit: hasLimit).filter { !$0.needsExpiry }
        var first = ExplorationPhase(buyers: 1, units: 1)
        first.bounds.expiries = 1
        return first.withHolds(menu)
            + plain.flatMap { phase in
                guard phase.isRequired else { return phase.withHolds([menu.first ?? .nothing]) }
                var phase = phase
                phase.bounds.expiries = 1
                return phase.withHolds(menu)
            }
    }

    // MARK: Carts

    /// What carts can be.
    package struct CartForms: Sendable {
        /// The lines of a cart, at least and at most.
        package var lines: Scenario.Range
        /// Items that there are.
        package var items: Int
        /// Whether a line may want several units.
        package var takesSeveral: Bool
        /// Whether there can be no more than one unit of an item, as of a seat.
        package var areUnique: Bool

        package init(lines: Scenario.Range, items: Int, takesSeveral: Bool, areUnique: Bool = false) {
            (self.lines, self.items) = (lines, items)
            (self.takesSeveral, self.areUnique) = (takesSeveral, areUnique)
        }
    }

    /// What is explored of purchases with carts where nobody says anything else: pairs of carts that meet in all of their items, in one, over an
    /// item that is on two lines, and where they want different numbers of units.
    ///
    /// - Parameter quantity: units that a line wants.
    package static func usual(carts forms: CartForms, quantity: Int) -> [ExplorationPhase] {
        let lines = max(1, min(max(2, forms.lines.min), forms.lines.max, forms.items))
        let whole = Array(0..<lines)
        let single = forms.lines.min == 1 ? [lines - 1] : nil
        var phases = [of([whole], 1), of([whole, whole.reversed()], 1)]
        if lines > 1 {
            let twice = Array(0..<lines - 1) + [0]
            phases.insert(of([twice], 1), at: 1)
            if let single {
                phases.append(of([whole, single], 1))
            } else if forms.items >= 2 * lines - 1 {
                phases.append(of([whole, Array(lines - 1..<2 * lines - 1)], 1))
            }
            phases.append(of([twice, single == nil ? whole : [0]], 2))
        } else if forms.items > 1 {
            phases.append(of([[0], [1]], 1))
        }
        if lines == 2, forms.lines.max > 2, forms.items > 2 {
            phases +=
                [of([[0, 1, 1]], 1), of([[0, 1, 2], [2, 1, 0]], 1)] + (single == nil ? [] : [of([[0, 1, 2], [2]], 1)])
        }
        if forms.takesSeveral {
            var more = of([whole, whole], 2)
            more.carts[0][0].quantity = 2
            phases.append(more)
        }
        let lossy = usual(hasLimit: false).filter { !$0.needsExpiry && !$0.isRequired }
        phases += lossy.map { phase in
            var phase = phase
            phase.carts = (0..<phase.buyers).map { cart($0.isMultiple(of: 2) ? whole : whole.reversed()) }
            return phase
        }
        if forms.areUnique {
            for index in phases.indices { phases[index].units = 1 }
            phases = phases.enumerated().filter { place, phase in !phases[..<place].contains(phase) }.map(\.element)
        }
        for index in phases.indices where quantity > 1 {
            phases[index].units *= quantity
            for cart in phases[index].carts.indices {
                for line in phases[index].carts[cart].indices { phases[index].carts[cart][line].quantity *= quantity }
            }
        }
        return phases
    }

    /// The same with carts.
    ///
    /// - Parameter chosen: by the user, for each purchase, or one for all; empty for the usual ones.
    package func withCarts(_ chosen: [[CartLine]], _ forms: CartForms, quantity: Int) -> ExplorationPhase {
        var phase = self
        let usual = Self.usual(carts: forms, quantity: quantity).first { $0.carts.count == 2 }?.carts ?? []
        let carts = chosen.isEmpty ? usual : chosen
        phase.carts = (0..<purchases).map { carts[$0 % carts.count] }
        return phase
    }

    private static func cart(_ items: [Int]) -> [CartLine] { items.map { CartLine(item: $0, quantity: 1) } }

    private static func of(_ carts: [[Int]], _ units: Int) -> ExplorationPhase {
        var phase = ExplorationPhase(buyers: carts.count, units: units)
        phase.carts = carts.map { cart($0) }
        return phase
    }
}
