/// How the server was lost while the doors were open, and with it what it held.
package enum ServerLoss: String, Codable, Sendable, Equatable {
    /// The private server's process ended.
    case died
    /// It answered nobody any more, for two timeouts.
    case silent
    /// The service that the run had started ended by itself.
    case serviceDied = "service-died"
    /// It is another process than the one that the doors opened on.
    case restarted

    /// Why the stock at the end proves nothing, and why the orders do not.
    var reason: String {
        switch self {
        case .died: "the private server died while the doors were open"
        case .silent: "the server answered nobody any more while the doors were open"
        case .serviceDied: "the service that the run had started died while the doors were open"
        case .restarted:
            "the server was started again while the doors were open, and may have forgotten what it had sold"
        }
    }

    /// nil where whoever saw it tells more than is known here.
    var finding: Finding? {
        switch self {
        case .died:
            Finding(
                .serverDied,
                "The private server died while the doors were open: it crashed, or somebody ended it. The run was ended then. Its stock "
                    + "and its orders went with it; only what buyers were told was checked.")
        case .silent:
            Finding(
                .serverSilent,
                "The server answered nobody any more: for two timeouts no client had a reply, and where it is a Redis, PING on a connection of "
                    + "our own had none either. The run was ended then. Only what buyers were told was checked. See whether the server is stopped, "
                    + "swaps, or runs a command that takes longer than --timeout.")
        case .serviceDied: nil
        case .restarted:
            Finding(
                .serverRestarted,
                "The server was started again while the doors were open (its run_id or its uptime in INFO says so), and may have "
                    + "forgotten sales that it had confirmed. So its stock and its orders at the end were not held against the scheme; "
                    + "only what buyers were told was checked. Run again on a server that stays up.")
        }
    }
}

extension RunFacts {
    /// The facts without the stock and the orders of a server that was lost, or emptied by somebody: it may have forgotten them.
    var believable: RunFacts {
        var facts = self
        if let loss = doubts.keysLoss, doubts.serverLoss == nil, epoch.stock == .absent {
            facts.epoch.stock = .unreadable("its key is gone (the probe answered nil); \(loss.reason)")
        }
        let certainLoss = doubts.keysLoss.flatMap { $0.isCertain ? $0.reason : nil }
        guard let reason = doubts.serverLoss?.reason ?? certainLoss else { return facts }
        facts.epoch.stock = .unreadable(reason)
        if epoch.ledger != nil || epoch.ledgerProblem != nil {
            facts.epoch.ledger = nil
            facts.epoch.ledgerProblem = reason
        }
        return facts
    }

    /// Why it may not be the scheme's fault that a check of the sale is violated, in words that go on after "but"; nil if there is no
    /// such reason.
    func excuse(for check: CheckName) -> String? {
        doubts.reason ?? doubts.keysLoss.flatMap { $0.mayExplain(check) ? $0.reason : nil } ?? undrained(for: check)
    }

    /// Orders that consumers have not written yet are not missing; what buyers were told does not wait for them.
    private func undrained(for check: CheckName) -> String? {
        guard let drain = epoch.drain, !drain.isDone, ![.uniqueUnits, .noOversell].contains(check) else { return nil }
        return drain.reason
    }
}
