extension StockAccount {
    /// What the machines' own clocks tell; nil where all times are of one.
    ///
    /// - Parameter soldOuts: whether anybody could be told rightly at all.
    static func machineOrder(_ facts: RunFacts, _ resolution: Resolution, soldOuts: Bool) -> MachineOrder? {
        let wide = facts.recorded.history
        guard let clocks = wide.clocks, let shown = wide.shown else { return nil }
        // A call that nobody recorded may have come first.
        let isLoose = resolution.historyHasGaps && facts.rules.idempotency != .none
        let none = MachineOrder.Times(machine: 0, call: 0, end: .max)
        let times = resolution.operations.map { operation -> MachineOrder.Times in
            let machine = wide.machine(of: operation.first)
            guard machine > 0, clocks.ordersOwn(machine), operation.state != .disproven, let own = operation.asShown
            else { return none }
            let call = isLoose ? 0 : own.earliestEffect
            return .init(machine: machine, call: call, end: max(call, own.latestEffect ?? .max))
        }
        var told: [(soldOut: StockHistory.SoldOut, machine: Int)] = []
        if soldOuts {
            for (machine, own) in facts.recorded.survey.soldOutsByMachine
            where machine > 0 && clocks.ordersOwn(machine) {
                for (quantity, position) in own {
                    guard let returned = shown.record(at: position).returnedNanoseconds else { continue }
                    told.append((.init(quantity: quantity, returned: returned, attempt: position), machine))
                }
            }
            told.sort { ($0.machine, $0.soldOut.quantity) < ($1.machine, $1.soldOut.quantity) }
        }
        return MachineOrder(times: times, soldOuts: told, machines: clocks.count)
    }
}
