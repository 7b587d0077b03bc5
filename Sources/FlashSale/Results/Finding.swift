/// Something that the user should know and that is no violation.
package struct Finding: Codable, Sendable, Equatable {
    /// For programs.
    package var name: FindingName
    /// A sentence for people; one line, fit for a terminal.
    package var detail: String

    package init(_ name: FindingName, _ detail: String) {
        self.name = name
        self.detail = ForeignText.sentence(detail)
    }
}

/// All that a run may have to say beside its checks, by the names that `run.json` gives it.
package enum FindingName: String, RecordWord {
    // What the checks' facts tell (``Findings``).
    case undersell
    case workerLost = "worker-lost"
    case soldOutWithStock = "sold-out-with-stock"
    case failedPurchases = "failed-purchases"
    case unitsWithoutOrder = "units-without-order"
    case interrupted
    case stragglers
    case serverDied = "server-died"
    case serverSilent = "server-silent"
    case serverRestarted = "server-restarted"
    case keysEvicted = "keys-evicted"
    case serverFlushed = "server-flushed"
    case keysRemoved = "keys-removed"
    case cutOff = "cut-off"
    case ledgerStrangers = "ledger-strangers"
    case clockUnsound = "clock-unsound"
    // What was noticed while the run went on, and afterwards.
    case verdictDiffers = "verdict-differs"
    case endedEarly = "ended-early"
    case clientWasTheLimit = "client-was-the-limit"
    case resultsIncomplete = "results-incomplete"
    case keysLeft = "keys-left"
    case keyLeftBehind = "key-left-behind"
    case otherConnections = "other-connections"
    case answeredEarly = "answered-early"
    case undeclaredKeys = "undeclared-keys"
    case lostStillConnected = "lost-still-connected"
    case errors
    case scriptsReloaded = "scripts-reloaded"
    case thinkTimeUnused = "think-time-unused"
    case stockBelowZero = "stock-below-zero"
    case buyersRanOut = "buyers-ran-out"
    case restockFailed = "restock-failed"
    case restockNotMade = "restock-not-made"
    case hole
    case programMisbehaved = "program-misbehaved"
    case serviceDied = "service-died"
    case latencyCountsDiffer = "latency-counts-differ"
    case machineBusy = "machine-busy"
    case stopped
    case rehearsalSkipped = "rehearsal-skipped"
    case infoDenied = "info-denied"
    case maxclientsUnknown = "maxclients-unknown"
    case commandDenied = "command-denied"
    case scriptLoadDenied = "script-load-denied"
    case foreignCommands = "foreign-commands"
    case commandsDiffer = "commands-differ"
    case commandsNotCompared = "commands-not-compared"
    case ledgerMisfit = "ledger-misfit"
    case foreignKeys = "foreign-keys"
    case failover
    case slotMoved = "slot-moved"
    case primaryInDoubt = "primary-in-doubt"
    // What is said of a history that another system recorded.
    case itemsNotSeparated = "items-not-separated"
    case itemsUnasked = "items-unasked"
    case repeatsUnasked = "repeats-unasked"
    case timesRounded = "times-rounded"

    package static let kind = "finding"

    /// Whether it is about the stock or the orders of one item, where there are several.
    package var isOfOneItem: Bool {
        [.undersell, .soldOutWithStock, .unitsWithoutOrder, .ledgerStrangers].contains(self)
    }

    /// Whether it comes from what the checks saw, so that whoever judges a run again says it anew.
    package var isOfTheChecks: Bool {
        switch self {
        case .undersell, .workerLost, .soldOutWithStock, .failedPurchases, .unitsWithoutOrder, .interrupted,
            .stragglers, .serverDied, .serverSilent, .serverRestarted, .keysEvicted, .serverFlushed, .keysRemoved,
            .cutOff, .ledgerStrangers, .clockUnsound, .itemsUnasked:
            true
        case .verdictDiffers, .endedEarly, .clientWasTheLimit, .resultsIncomplete, .keyLeftBehind, .keysLeft,
            .otherConnections,
            .answeredEarly, .undeclaredKeys,
            .lostStillConnected, .errors,
            .scriptsReloaded, .thinkTimeUnused, .stockBelowZero, .buyersRanOut, .restockFailed, .restockNotMade, .hole,
            .programMisbehaved, .serviceDied, .latencyCountsDiffer,
            .machineBusy, .stopped, .rehearsalSkipped, .infoDenied, .maxclientsUnknown, .commandDenied,
            .scriptLoadDenied,
            .foreignCommands, .commandsDiffer, .commandsNotCompared, .ledgerMisfit, .foreignKeys, .failover, .slotMoved,
            .primaryInDoubt, .itemsNotSeparated,
            .repeatsUnasked, .timesRounded:
            false
        }
    }
}
