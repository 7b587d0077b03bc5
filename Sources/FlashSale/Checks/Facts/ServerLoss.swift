/// How the server was lost while the doors were open, and with it what it held.
package enum ServerLoss: String, Codable, Sendable, Equatable {
    /// The private server's process ended.
    case died
    /// It answered nobody any more, for two timeouts.
    case silent
    /// It is another process than the one that the doors opened on.
    case restarted

    /// Why the stock at the end proves nothing, and why the orders do not.
    var reason: String {
        switch self {
        case .died: "the private server died while the doors were open"
        case .silent: "the server answered nobody any more while the doors were open"
        case .restarted:
            "the server was started again while the doors were open, and may have forgotten what it had sold"
        }
    }

    var finding: Finding {
        switch self {
        case .died:
            Finding(
                .serverDied,
                "The private server died while the doors were open: it crashed, or somebody ended it. The run was ended then. Its stock "
                    + "and its orders went with it; only what buyers were told was checked.")
        case .silent:
            Finding(
                .serverSilent,
                "The server answered nobody any more: for two timeouts no client had a reply, and PING on a connection of our own had "
                    + "none either. The run was ended then. Only what buyers were told was checked. See whether the server is stopped, "
                    + "swaps, or runs a command that takes longer than --timeout.")
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
    /// The facts without the stock and the orders of a server that was lost: it may have forgotten them.
    var believable: RunFacts {
        guard let serverLoss = doubts.serverLoss else { return self }
        var facts = self
        facts.epoch.stock = .unreadable(serverLoss.reason)
        if epoch.ledger != nil || epoch.ledgerProblem != nil {
            facts.epoch.ledger = nil
            facts.epoch.ledgerProblem = serverLoss.reason
        }
        return facts
    }
}
