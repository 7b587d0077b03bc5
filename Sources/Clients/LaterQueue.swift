internal import FlashSale
internal import Strategies

/// What follows the holds of a thread's clients, the earliest first: any of its clients makes it, so that none waits.
///
/// Memory is used again: once as many holds are open as ever are at once, nothing is allocated any more.
struct LaterQueue {
    /// One attempt that is to come.
    struct Entry: BitwiseCopyable {
        /// CLOCK_MONOTONIC.
        var due: UInt64
        var later: LaterAttempt
        var purchase: Int
        var quantity: Int32
        /// Who reserved.
        var client: Int32
        /// Where the hold's values are.
        fileprivate var slot: Int32
        /// Whether another client than that has to make it.
        var elsewhere: Bool
    }

    /// For how long nobody looks again whether the client is free that is waited for.
    static var patienceNanoseconds: UInt64 { 100_000 }

    private let plan: PhasePlan?
    private let seed: UInt64
    /// A thread with one client has no other.
    private let hasOthers: Bool
    /// A heap, the earliest first.
    private var entries: [Entry] = []
    private var values: [HeldValues] = []
    /// Of each slot, the entries that need it.
    private var uses: [Int32] = []
    private var free: [Int32] = []

    init(_ scenario: Scenario) {
        plan = scenario.phases
        seed = scenario.seed
        hasOthers = scenario.clients > 1
    }

    /// Whether something may ever be in it.
    var isUsed: Bool { plan != nil }

    var isEmpty: Bool { entries.isEmpty }

    /// When the first is due, CLOCK_MONOTONIC; the largest number where there is none.
    var due: UInt64 { entries.isEmpty ? .max : entries[0].due }

    /// Plans what follows a hold.
    ///
    /// - Parameters:
    ///   - machine: whose attempt has won it.
    ///   - now: CLOCK_MONOTONIC of that.
    @inline(never)
    mutating func add(
        _ purchase: PurchaseUnderWay, client: Int, _ machine: inout StrategyMachine, at now: UInt64
    ) {
        guard let plan else { return }
        var count: Int32 = 0
        let slot = free.last ?? Int32(values.count)
        plan.forEach(ofPurchase: purchase.purchase, seed: seed) { later in
            count += 1
            insert(
                Entry(
                    due: now &+ later.afterNanoseconds, later: later, purchase: purchase.purchase,
                    quantity: purchase.quantity, client: Int32(truncatingIfNeeded: client), slot: slot,
                    elsewhere: hasOthers && plan[later.phase]?.elsewhere == true))
        }
        guard count > 0 else { return }
        if free.popLast() == nil {
            values.append(HeldValues())
            uses.append(0)
        }
        uses[Int(slot)] = count
        machine.keep(in: &values[Int(slot)])
    }

    /// The first, if it is due and this client may make it.
    mutating func take(at now: UInt64, by client: Int) -> Entry? {
        guard let first = entries.first, first.due <= now, !first.elsewhere || Int(first.client) != client else {
            return nil
        }
        removeFirst()
        return first
    }

    /// Gives a machine what the hold has that its next attempt follows.
    mutating func resume(_ entry: Entry, _ machine: inout StrategyMachine) {
        let slot = Int(entry.slot)
        machine.resume(values[slot])
        uses[slot] -= 1
        if uses[slot] == 0 { free.append(entry.slot) }
    }

    /// Nothing more is made: the run is stopped.
    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
        for slot in uses.indices where uses[slot] > 0 {
            uses[slot] = 0
            free.append(Int32(slot))
        }
    }

    // MARK: The heap

    private mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0, entry.due < entries[(index - 1) / 2].due {
            entries[index] = entries[(index - 1) / 2]
            index = (index - 1) / 2
        }
        entries[index] = entry
    }

    private mutating func removeFirst() {
        let moved = entries.removeLast()
        guard !entries.isEmpty else { return }
        var index = 0
        while 2 * index + 1 < entries.count {
            var child = 2 * index + 1
            if child + 1 < entries.count, entries[child + 1].due < entries[child].due { child += 1 }
            guard entries[child].due < moved.due else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = moved
    }
}
