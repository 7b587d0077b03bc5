/// What the clock of each machine tells of its own workers' attempts, where those of several machines are judged together: of two takings of
/// one machine it knows more than what the clocks of all have in common.
struct MachineOrder {
    struct Times {
        /// As ``WorkerClocks`` counts them; 0 where the operation is of several, or of the coordinator's own, whose times are exact.
        var machine: Int
        var call: UInt64
        var end: UInt64
    }

    /// Of each operation.
    var times: [Times]
    /// Those that were told so first, of each machine and quantity, with their return by its clock.
    var soldOuts: [(soldOut: StockHistory.SoldOut, machine: Int)]
    /// Of each machine, the taking that was called last of those that were passed.
    private var latest: [(call: UInt64, operation: UInt32)]

    init(times: [Times], soldOuts: [(soldOut: StockHistory.SoldOut, machine: Int)], machines: Int) {
        self.times = times
        self.soldOuts = soldOuts
        latest = Array(repeating: (0, 0), count: machines)
    }

    /// Goes past a claim, in the order of their positions.
    ///
    /// - Returns: one before it of the same machine that was called only after it had ended; nil where there is none.
    mutating func pass(_ claim: StockHistory.Claim) -> UInt32? {
        let own = times[Int(claim.operation)]
        guard own.machine > 0 else { return nil }
        let before = latest[own.machine]
        if own.call > before.call { latest[own.machine] = (own.call, claim.operation) }
        return before.call > own.end ? before.operation : nil
    }

    /// The taking that was called last on a machine, of those that were passed, if that was after an instant of its clock.
    func last(on machine: Int, after instant: UInt64) -> UInt32? {
        latest[machine].call > instant ? latest[machine].operation : nil
    }
}
