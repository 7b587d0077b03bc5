/// Schedules that wait, the cheapest first and of those the one that was found first.
struct ScheduleQueue {
    private var buckets: [[Schedule]] = []
    private var heads: [Int] = []
    private(set) var count = 0

    /// What the cheapest costs; nil where none is left.
    var leastCost: Int? { buckets.indices.first { heads[$0] < buckets[$0].count } }

    mutating func push(_ schedule: Schedule) {
        while buckets.count <= schedule.cost {
            buckets.append([])
            heads.append(0)
        }
        buckets[schedule.cost].append(schedule)
        count += 1
    }

    mutating func popLeast() -> Schedule? {
        guard let cost = leastCost else { return nil }
        let schedule = buckets[cost][heads[cost]]
        buckets[cost][heads[cost]].steps = []
        heads[cost] += 1
        if heads[cost] == buckets[cost].count {
            buckets[cost] = []
            heads[cost] = 0
        }
        count -= 1
        return schedule
    }
}
