/// What clocks of several machines leave open.
extension RunFacts {
    /// As they are judged.
    var widened: RunFacts {
        var facts = self
        facts.recorded = recorded.widened
        return facts
    }

    /// Why a check that finds nothing wrong has not seen everything that it would need, in words that go on after "but"; nil if it has.
    ///
    /// Sums need no clock, and neither do the attempts of one machine among themselves.
    func clockDoubt(for check: CheckName) -> String? {
        guard let clocks = recorded.history.clocks else { return nil }
        let unsound = clocks.unsound.filter { attempts(of: $0) > 0 }
        guard let first = unsound.first else { return nil }
        switch check {
        case .linearizable: break
        case .purchaseLimit:
            let duplicates = recorded.survey.duplicates
            let buyers = Set(duplicates.lazy.map { recorded.history.record(at: $0).buyer })
            guard !buyers.isSubset(of: buyersOfOneMachine(among: buyers)) else { return nil }
        case .acknowledgedSalesKept: guard epoch.ledger == nil else { return nil }
        default: return nil
        }
        let count = unsound.reduce(0) { $0 + attempts(of: $1) }
        return
            "when \(count.counted("attempt")) of \(first.name)\(unsound.count == 1 ? "" : " and other machines") were made is not known: "
            + first.doubt
    }

    private func attempts(of machine: WorkerClocks.Machine) -> Int {
        Set(machine.workers).reduce(0) { $0 + (recorded.survey.tallies[$1]?.attempts ?? 0) }
    }

    /// Buyers all of whose attempts were made on one machine, so that its clock tells their order; none where there is only one clock.
    func buyersOfOneMachine(among buyers: Set<Int>) -> Set<Int> {
        let history = recorded.history
        guard let shown = history.shown, !buyers.isEmpty else { return [] }
        var machines: [Int: Int] = [:]
        var spread: Set<Int> = []
        for (_, record) in shown.records where buyers.contains(record.buyer) {
            let machine = history.machine(of: record)
            if machines.updateValue(machine, forKey: record.buyer) ?? machine != machine { spread.insert(record.buyer) }
        }
        return Set(machines.lazy.filter { history.clocks?.ordersOwn($0.value) == true }.map(\.key)).subtracting(spread)
    }

    /// What the user should know of the machines' clocks.
    var clockFindings: [Finding] {
        guard let clocks = recorded.history.clocks else { return [] }
        return clocks.unsound.map { machine in
            Finding(
                .clockUnsound,
                "\(machine.doubt.prefix(1).uppercased())\(machine.doubt.dropFirst()). So nothing is made of the order of its "
                    + "\(attempts(of: machine).counted("attempt")) and those of other machines; what adds up is judged all the same."
            )
        }
    }
}

extension WorkerClocks.Machine {
    /// Why its clock proves nothing, as a sentence without its end.
    fileprivate var doubt: String {
        clock.hasStepped
            ? "the clock of \(name) contradicts itself, as after it was set, or the machine stood still"
            : "nothing is known of the clock of \(name), which answered no ping"
    }
}
