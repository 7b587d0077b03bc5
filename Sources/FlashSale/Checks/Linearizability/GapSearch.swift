/// Fills the holes of a sale with takings of different quantities: hole after hole, trying what ends first. The problem
/// holds the partition problem, so that only a search is known; it is given up after a number of steps.
struct GapSearch {
    enum Result { case found, impossible, givenUp }

    /// Steps of the search for takings of different quantities, and sums that are looked at, until it is given up.
    static let stepLimit = 2_000_000

    private let history: StockHistory
    private let holes: [Gap]
    private let tail: Gap?
    private let takings: [StockHistory.Taking]
    private let certainCount: Int
    private let deadlines: Deadlines
    private let mandatory: Int
    private var used: [Bool]
    /// A bit for each used taking, where they are few enough; and of which sets it is known that they lead nowhere. Positions are
    /// filled in order, so that the set tells where the search stands, and at what instant at the earliest.
    private var usedBits: UInt64 = 0
    private var deadEnds: Set<UInt64> = []
    private var certainLeft: Int
    private(set) var stepsLeft: Int
    /// What a step costs, since it looks at every taking.
    private let stepCost: Int

    /// - Parameter steps: after which the search is given up.
    init(_ history: StockHistory, holes: [Gap], tail: Gap?, deadlines: Deadlines, mandatory: Int, steps: Int) {
        self.history = history
        self.holes = holes
        self.tail = tail
        self.deadlines = deadlines
        self.mandatory = mandatory
        // By all that tells them apart, so that the search takes the same steps wherever they lay.
        let sorted = { (takings: [StockHistory.Taking]) in
            takings.sorted { ($0.end, $0.call, $0.quantity) < ($1.end, $1.call, $1.quantity) }
        }
        takings = sorted(history.certain) + sorted(history.optional)
        certainCount = history.certain.count
        used = Array(repeating: false, count: takings.count)
        certainLeft = certainCount
        stepsLeft = steps
        stepCost = 1 + takings.count / 64
    }

    /// More dead ends are not remembered: some 32 MB.
    private static var deadEndLimit: Int { 1_000_000 }
    private var remembersDeadEnds: Bool { takings.count <= 64 }

    /// Each taking is a call deeper.
    private static var depthLimit: Int { 4000 }

    mutating func run() -> Result {
        guard takings.count + holes.count <= Self.depthLimit else { return .givenUp }
        if search(hole: 0, offset: 0, clock: 0) { return .found }
        return stepsLeft < 0 ? .givenUp : .impossible
    }

    /// Fills from `offset` units into a hole on. `clock` is the earliest instant at which that can happen.
    private mutating func search(hole: Int, offset: Int, clock: UInt64) -> Bool {
        stepsLeft -= stepCost
        guard stepsLeft >= 0 else { return false }
        guard hole < holes.count else {
            return tail.map { rest($0, offset: offset, clock: clock) } ?? (certainLeft == 0)
        }
        let gap = holes[hole]
        let clock = max(clock, gap.earliest)
        let isLast = gap.after == nil
        if offset == gap.units { return search(hole: hole + 1, offset: 0, clock: clock) }
        // The rest of the stock need not be taken once every position is filled that must be.
        if isLast, history.final == nil, gap.first + offset > mandatory {
            return rest(gap, offset: offset, clock: clock)
        }
        let position = gap.first + offset
        let cap = cap(position, gap.latest)
        guard clock <= cap else { return false }
        return tryEach(room: gap.units - offset, cap: cap, clock: clock) { search, quantity, clock in
            search.search(hole: hole, offset: offset + quantity, clock: clock)
        }
    }

    /// Places the certain takings that are left in what nobody must fill.
    private mutating func rest(_ gap: Gap, offset: Int, clock: UInt64) -> Bool {
        guard certainLeft > 0 else { return true }
        stepsLeft -= stepCost
        guard stepsLeft >= 0 else { return false }
        return tryEach(
            room: gap.units - offset, cap: .max, clock: max(clock, gap.earliest), onlyCertain: true
        ) { search, quantity, clock in
            search.rest(gap, offset: offset + quantity, clock: clock)
        }
    }

    private mutating func tryEach(
        room: Int, cap: UInt64, clock: UInt64, onlyCertain: Bool = false,
        _ goOn: (inout GapSearch, _ quantity: Int, _ clock: UInt64) -> Bool
    ) -> Bool {
        if remembersDeadEnds, deadEnds.contains(usedBits) { return false }
        // A certain one that is over before the clock can never be placed.
        for index in 0..<certainCount where !used[index] && takings[index].end < clock { return false }
        for index in 0..<(onlyCertain ? certainCount : takings.count) where !used[index] {
            let taking = takings[index]
            let instant = max(clock, taking.call)
            guard Int(taking.quantity) <= room, instant <= taking.end, instant <= cap else { continue }
            // Of equal ones only the first is tried.
            if index > 0, index != certainCount, !used[index - 1], isEqual(takings[index - 1], taking) { continue }
            used[index] = true
            if remembersDeadEnds { usedBits |= 1 << UInt64(index) }
            if index < certainCount { certainLeft -= 1 }
            if goOn(&self, Int(taking.quantity), instant) { return true }
            used[index] = false
            if remembersDeadEnds { usedBits &= ~(1 << UInt64(index)) }
            if index < certainCount { certainLeft += 1 }
            guard stepsLeft >= 0 else { return false }
        }
        if remembersDeadEnds, deadEnds.count < Self.deadEndLimit { deadEnds.insert(usedBits) }
        return false
    }

    private func isEqual(_ left: StockHistory.Taking, _ right: StockHistory.Taking) -> Bool {
        left.call == right.call && left.end == right.end && left.quantity == right.quantity
    }

    /// The latest instant at which that position can be taken.
    private func cap(_ position: Int, _ latest: UInt64) -> UInt64 {
        min(latest, deadlines.from(position).first?.latest ?? .max)
    }
}
