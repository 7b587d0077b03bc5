internal import CLinux
package import FlashSale
internal import Glibc

/// Draws orders where there are too many to make all.
///
/// Most are drawn by probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler with
/// probabilistic guarantees of finding bugs", ASPLOS 2010): buyers get priorities at random, the first one who can go on does, and at
/// `depth` − 1 steps, drawn as well, whoever goes on gets the least priority. A mistake that shows wherever `depth` commands come in
/// a certain order is met by each with a chance of at least 1 in n·k^(depth−1), for n buyers and k steps. Each fourth order is a walk
/// in which every step is drawn among all that may follow.
package struct Sampler {
    /// What was drawn.
    package struct Summary: Sendable, Equatable {
        package var orders: Int
        /// Of these, drawn by priorities.
        package var byPriority: Int
        package var depth: Int
        package var buyers: Int
        /// Whether some of ``buyers`` are what follows the holds of others.
        package var haveParts = false
        /// The most steps of an order.
        package var steps: Int
        /// Whether the time was over before.
        package var isCut: Bool

        package init(orders: Int, byPriority: Int, depth: Int, buyers: Int, steps: Int, isCut: Bool) {
            (self.orders, self.byPriority, self.depth) = (orders, byPriority, depth)
            (self.buyers, self.steps, self.isCut) = (buyers, steps, isCut)
        }

        /// In words for the user.
        package var words: String {
            let chance = missedAtMost
            let percent = chance < 0.0005 ? "less than 0.1" : String(Double(Int((chance * 1000).rounded(.up))) / 10)
            return
                "\(haveParts ? "\(buyers) who take part" : buyers.counted("buyer")), races of depth \(depth): \(byPriority.counted("schedule")) of at most \(steps.counted("step")), "
                + "and \(orders - byPriority) walks; such a race is missed with at most \(percent)%"
                + (chance > 0.001 ? " (for 0.1% it takes \(wanted.grouped))" : "")
                + (isCut ? "; the time was over" : "")
        }

        /// The chance at most, from 0 to 1, that a mistake of that depth was met by none of them.
        package var missedAtMost: Double {
            guard steps > 0, byPriority > 0 else { return 1 }
            let chance = 1 / (Double(buyers) * pow(Double(steps), Double(depth - 1)))
            return pow(1 - min(1, chance), Double(byPriority))
        }

        /// How many orders it takes for a chance of one in a thousand.
        package var wanted: Int {
            guard steps > 0 else { return 1 }
            let orders = log(1000.0) * Double(buyers) * pow(Double(steps), Double(depth - 1))
            return orders < 1e15 ? Int(orders.rounded(.up)) : Int(1e15)
        }
    }

    private let depth: Int
    private let bounds: ExplorationBounds
    private var random: SplitMix64
    /// The most steps of an order so far.
    private var steps = 1

    private init(depth: Int, seed: UInt64, bounds: ExplorationBounds) {
        self.depth = depth
        self.bounds = bounds
        random = SplitMix64(seed: seed)
    }

    /// - Parameters:
    ///   - count: of orders.
    ///   - depth: commands whose order makes the mistake, from 1.
    ///   - seed: of all that is drawn.
    ///   - isStopped: whether somebody wants it to end: asked before each order.
    ///   - judge: is given each order, and says whether to go on.
    package static func sample<Sale: SteppedSale & ~Copyable>(
        _ sale: inout Sale, count: Int, depth: Int, seed: UInt64, within bounds: ExplorationBounds,
        isStopped: () -> Bool = { false }, progress: (ExplorationCounts, Int) -> Void = { _, _ in },
        judge: (Execution, inout Sale) throws(RunError) -> Bool
    ) throws(RunError) -> (summary: Summary, counts: ExplorationCounts) {
        var sampler = Sampler(depth: depth, seed: seed, bounds: bounds)
        var counts = ExplorationCounts()
        var summary = Summary(orders: 0, byPriority: 0, depth: depth, buyers: sale.buyers, steps: 0, isCut: false)
        summary.haveParts = sale.buyers > 0 && sale.part(of: 0) != nil
        while summary.orders < count, !isStopped() {
            if let deadline = bounds.deadline, Clock.nanoseconds() >= deadline {
                summary.isCut = true
                break
            }
            // The first tells how long an order is, so that it is no walk.
            let isWalk = summary.orders % 4 == 3
            let execution = try sampler.draw(&sale, isWalk: isWalk)
            counts.executions += 1
            guard let execution else {
                counts.givenUp += 1
                summary.orders += 1
                continue
            }
            counts.complete += 1
            counts.steps += execution.steps.count
            counts.waiting = count - summary.orders - 1
            summary.orders += 1
            if !isWalk { summary.byPriority += 1 }
            sampler.steps = max(sampler.steps, execution.steps.count)
            summary.steps = sampler.steps
            progress(counts, execution.cost)
            guard try judge(execution, &sale) else { break }
        }
        return (summary, counts)
    }

    /// - Returns: nil where it was disturbed, or did not come to its end.
    private mutating func draw<Sale: SteppedSale & ~Copyable>(
        _ sale: inout Sale, isWalk: Bool
    ) throws(RunError) -> Execution? {
        try sale.begin()
        var execution = Execution(buyers: sale.buyers, areAlike: false)
        // What nobody asks for (an expiry) goes by a priority of its own.
        var priorities = (0...sale.buyers).map { depth + $0 }.shuffled(using: &random)
        var changes: [Int: Int] = [:]
        for level in 1..<max(1, depth) { changes[Int.random(in: 0..<max(1, steps), using: &random)] = level }
        while true {
            let offers = execution.admitted(try sale.offers(), within: bounds)
            if sale.disturbance != nil { return nil }
            if offers.isEmpty { return execution }
            guard execution.steps.count < bounds.steps else { return nil }
            let pick = isWalk ? offers[Int.random(in: offers.indices, using: &random)] : first(of: offers, priorities)
            if let level = changes[execution.steps.count] {
                priorities[pick.choice.buyer ?? sale.buyers] = level - depth
            }
            execution.begin(pick, for: execution.price(of: pick, among: offers))
            execution.complete(try sale.take(pick))
        }
    }

    /// Of the one with the highest priority; what breaks for it, now and then.
    private mutating func first(of offers: [Offer], _ priorities: [Int]) -> Offer {
        func priority(_ offer: Offer) -> Int { priorities[offer.choice.buyer ?? priorities.count - 1] }
        let highest = offers.map(priority).max() ?? 0
        let own = offers.filter { priority($0) == highest }
        let runs = own.filter(\.choice.isRun)
        let others = own.filter { !$0.choice.isRun }
        let breaks = !others.isEmpty && (runs.isEmpty || Int.random(in: 0..<8, using: &random) == 0)
        let among = breaks ? others : runs
        return among[Int.random(in: among.indices, using: &random)]
    }
}
