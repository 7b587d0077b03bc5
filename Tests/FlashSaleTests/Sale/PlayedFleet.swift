import FlashSale

/// All threads of a fleet, played without a clock: a client is always free, so that every purchase starts when it is due.
struct PlayedFleet {
    struct Started: Equatable {
        var purchase: Int
        var worker: Int
        var thread: Int
        var plannedNanoseconds: UInt64?
        /// Since the doors opened.
        var startedNanoseconds: UInt64
    }

    /// Thread by thread, each in its order.
    var started: [Started] = []

    init(_ scenario: Scenario) {
        for worker in 0..<scenario.procs {
            for thread in 0..<scenario.threads {
                play(ArrivalQueue(scenario, worker: worker, thread: thread), worker, thread)
            }
        }
    }

    private mutating func play(_ queue: ArrivalQueue, _ worker: Int, _ thread: Int) {
        var queue = queue
        var now: UInt64 = 0
        while true {
            switch queue.next(atNanoseconds: now) {
            case .buy(let arrival):
                started.append(
                    Started(
                        purchase: arrival.purchase, worker: worker, thread: thread,
                        plannedNanoseconds: arrival.plannedNanoseconds, startedNanoseconds: now))
            case .wait(let until): now = until
            case .closed: return
            }
        }
    }

    /// When purchases were planned, in that order.
    var planned: [UInt64] { started.compactMap(\.plannedNanoseconds).sorted() }
}

extension Scenario {
    static func paced(
        _ pace: Pace, buyers: Int, perBuyer: Int = 1, procs: Int = 1, threads: Int = 1, seed: UInt64 = 1
    ) -> Scenario {
        Scenario(
            strategy: .init(name: "paced", yaml: ""), units: 1, buyers: buyers, purchasesPerBuyer: perBuyer,
            procs: procs, threads: threads, pace: pace, seed: seed)
    }
}
