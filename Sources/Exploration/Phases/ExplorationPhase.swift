package import FlashSale

/// One exploration: so many buyers, so many units, and what may break.
package struct ExplorationPhase: Sendable, Equatable {
    package var buyers: Int
    /// Purchases that each buyer makes, all at once.
    package var purchasesPerBuyer: Int
    /// Of stock; of each item where purchases have carts.
    package var units: Int
    /// What follows the hold of each purchase; empty where purchases do not take their time.
    package var afterHold: [AfterHold] = []
    /// What each purchase wants; empty where purchases have no carts.
    package var carts: [[CartLine]] = []
    package var bounds: ExplorationBounds
    /// Instances of the service that buyers ask; nil where they ask none, or there is one.
    package var instances: Int?
    /// Whether it is left out where no key was seen to expire before.
    package var needsExpiry = false
    /// Orders that are drawn in place of making all; nil to make all.
    package var samples: Samples?

    package struct Samples: Sendable, Equatable {
        package var orders: Int
        /// Commands whose order makes the mistake.
        package var depth: Int
        package var seed: UInt64

        package init(orders: Int, depth: Int, seed: UInt64) {
            (self.orders, self.depth, self.seed) = (orders, depth, seed)
        }
    }

    /// Whether the verdict is open where it was not complete.
    package var isRequired: Bool

    package init(
        buyers: Int, purchasesPerBuyer: Int = 1, units: Int, bounds: ExplorationBounds = .init(),
        isRequired: Bool = true
    ) {
        self.buyers = buyers
        self.purchasesPerBuyer = purchasesPerBuyer
        self.units = units
        self.bounds = bounds
        self.isRequired = isRequired
    }

    /// For people: `2 buyers, 1 unit, one lost reply or lost request`.
    package var title: String {
        let purchases =
            purchasesPerBuyer > 1 ? " with \(purchasesPerBuyer) purchases" + (buyers > 1 ? " each" : "") : ""
        var text = "\(buyers.counted("buyer"))\(purchases), \(units.counted("unit"))"
        if !carts.isEmpty { text += " of each item" }
        if let instances { text += ", \(instances.counted("instance"))" }
        text += wishes
        if bounds.expiries > 0, !afterHold.isEmpty {
            text += ", \(bounds.expiries == 1 ? "holds lapse once" : "holds lapse up to \(bounds.expiries) times")"
        } else if bounds.expiries > 0 {
            text += ", \(bounds.expiries == 1 ? "one key expires" : "up to \(bounds.expiries) keys expire")"
        }
        if bounds.faults > 0 {
            let kinds = ExplorationBounds.FaultKind.allCases.filter(bounds.kinds.contains).map(\.words)
            text += ", \(bounds.faults == 1 ? "one" : "up to \(bounds.faults)") \(kinds.joined(separator: " or "))"
        }
        return text
    }
}

extension ExplorationBounds.FaultKind {
    /// One of it.
    var words: String {
        switch self {
        case .lostReplies: "lost reply"
        case .lostRequests: "lost request"
        case .crashes: "crash"
        case .restart: "restart"
        }
    }
}

extension ExplorationPhase {
    /// What is explored where nobody says anything else: two buyers, what is lost, what expires, three buyers.
    ///
    /// What is lost shows what a client's own retry does. Where nobody can know whether a lost answer took effect, nobody is accused,
    /// and nothing is missing from what the orders prove.
    ///
    /// - Parameter hasLimit: whether a buyer may have only so much, or a repeated call takes nothing.
    package static func usual(hasLimit: Bool) -> [ExplorationPhase] {
        var lossy = ExplorationBounds()
        lossy.faults = 1
        lossy.kinds = [.lostReplies, .lostRequests]
        var expiring = ExplorationBounds()
        expiring.expiries = 1
        var expiry = ExplorationPhase(buyers: 2, units: 1, bounds: expiring)
        expiry.needsExpiry = true
        return [
            ExplorationPhase(buyers: 2, units: 1)
        ] + (hasLimit ? [ExplorationPhase(buyers: 1, purchasesPerBuyer: 2, units: 3)] : []) + [
            ExplorationPhase(buyers: 1, units: 2, bounds: lossy, isRequired: false),
            ExplorationPhase(buyers: 2, units: 1, bounds: lossy, isRequired: false), expiry,
            // A program may be too slow for these; what was complete is said.
            ExplorationPhase(buyers: 3, units: 1, isRequired: false),
            ExplorationPhase(buyers: 3, units: 2, isRequired: false),
        ]
    }
}
