/// One order of the buyers' commands, as far as it was made.
package struct Execution: Sendable {
    package struct Step: Sendable {
        package var offer: Offer
        package var taken: Taken?
    }

    package private(set) var steps: [Step] = []
    package private(set) var cost = 0
    private var keys: CausalKeys
    /// Of the steps, in their order.
    private(set) var digest: UInt64 = 0
    private var expiries = 0
    private var faults = 0
    /// How often each buyer has asked in vain, one time after the other.
    private var repeats: [Int]

    init(buyers: Int, areAlike: Bool, width: Int = 1) {
        keys = CausalKeys(buyers: buyers, areAlike: areAlike, width: width)
        repeats = [Int](repeating: 0, count: buyers)
    }

    /// The whole of it, to be made again.
    package var schedule: Schedule {
        Schedule(steps.map { .init($0.offer.choice, phrase: $0.offer.phrase) }, cost: cost)
    }

    // MARK: What may follow

    /// The offers that the bounds leave, without those of a buyer who would only ask again what nobody has changed since.
    func admitted(_ offers: [Offer], within bounds: ExplorationBounds) -> [Offer] {
        let left = offers.filter { offer in
            if offer.choice.isExpiry { return expiries < bounds.expiries }
            guard let fault = offer.choice.fault else { return true }
            return faults < bounds.faults && bounds.kinds.contains(fault)
        }
        let lively = left.filter { !asksInVain($0, within: bounds) }
        // Somebody has to go on: what waits for time to pass, only time can change.
        return lively.contains { $0.choice.isRun } ? lively : left
    }

    private func asksInVain(_ offer: Offer, within bounds: ExplorationBounds) -> Bool {
        guard let buyer = offer.choice.buyer else { return false }
        return isRepeated(offer, by: buyer) && repeats[buyer] >= bounds.repeats
    }

    private func isRepeated(_ offer: Offer, by buyer: Int) -> Bool {
        guard let place = keys.last[buyer], steps[place].offer.question == offer.question,
            steps[place].taken?.changed == false
        else { return false }
        return !steps[(place + 1)...].contains { step in
            step.offer.choice.buyer != buyer && step.taken?.changed != false
                && step.offer.footprint.dependsOn(offer.footprint)
        }
    }

    /// The buyer who was at it first, then the others, then what breaks.
    func inOrder(_ offers: [Offer]) -> [Offer] {
        let running = steps.last?.offer.choice.buyer
        func rank(_ offer: Offer) -> Int {
            if offer.choice.fault != nil { return 3 }
            if offer.choice.isExpiry { return 2 }
            return offer.choice.buyer == running ? 0 : 1
        }
        return offers.enumerated().sorted { left, right in
            let (leftRank, rightRank) = (rank(left.element), rank(right.element))
            let (leftBuyer, rightBuyer) = (left.element.choice.buyer ?? 0, right.element.choice.buyer ?? 0)
            return (leftRank, leftBuyer, left.offset) < (rightRank, rightBuyer, right.offset)
        }.map(\.element)
    }

    /// What it costs: a switch away from a buyer who could go on, an expiry, or a fault.
    func price(of offer: Offer, among offers: [Offer]) -> Int {
        if offer.choice.isExpiry || offer.choice.fault != nil { return 1 }
        guard let running = steps.last?.offer.choice.buyer, running != offer.choice.buyer else { return 0 }
        return offers.contains { $0.choice.isRun && $0.choice.buyer == running } ? 1 : 0
    }

    func key(after offer: Offer) -> UInt64 { keys.key(after: offer) }

    func habit(_ offer: Offer) -> (past: UInt64, next: UInt64)? {
        offer.choice.buyer.map { keys.habit(offer, of: $0) }
    }

    func schedule(followedBy offer: Offer, for price: Int) -> Schedule {
        var schedule = schedule
        schedule.steps.append(.init(offer.choice, phrase: offer.phrase))
        schedule.cost += price
        return schedule
    }

    // MARK: Going on

    mutating func begin(_ offer: Offer, for price: Int) {
        if let buyer = offer.choice.buyer {
            repeats[buyer] = isRepeated(offer, by: buyer) ? repeats[buyer] + 1 : 0
        }
        keys.add(offer)
        var next = Digest()
        next.add(digest)
        next.add(Schedule.Step(offer.choice, phrase: offer.phrase).digest)
        digest = next.value
        if offer.choice.isExpiry { expiries += 1 }
        if offer.choice.fault != nil { faults += 1 }
        steps.append(Step(offer: offer))
        cost += price
    }

    mutating func complete(_ taken: Taken) { steps[steps.count - 1].taken = taken }
}
