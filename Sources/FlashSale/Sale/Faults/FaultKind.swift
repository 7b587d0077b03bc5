/// What can be broken on purpose, by the names that flags, strategy files and `run.json` give it. ``description`` tells what each does.
package enum FaultKind: String, RecordWord {
    // The server.
    case crashRedis = "crash-redis"
    case stopRedis = "stop-redis"
    case freezeRedis = "freeze-redis"
    case powerCut = "power-cut"
    case fillMemory = "fill-memory"
    case evictKeys = "evict-keys"
    case evictStock = "evict-stock"
    case restockReset = "restock-reset"
    case flushScripts = "flush-scripts"
    case busyScript = "busy-script"
    // The servers of a topology.
    case failover
    case crashPrimary = "crash-primary"
    case cutReplication = "cut-replication"
    case freezePrimary = "freeze-primary"
    case moveSlot = "move-slot"
    // The wire.
    case killConnections = "kill-connections"
    case loseReplies = "lose-replies"
    case cutRequests = "cut-requests"
    case slowReplies = "slow-replies"
    case repeatRequests = "repeat-requests"
    // The fleet.
    case killWorker = "kill-worker"
    case freezeWorker = "freeze-worker"
    // A service.
    case killService = "kill-service"
    case freezeService = "freeze-service"
    case loseAnswers = "lose-answers"

    package static let kind = "fault"

    /// Whether it may change the stock beside the scheme, so that the stock has to be read when it is over.
    package var changesStock: Bool {
        description.place == .topology
            || [.crashRedis, .stopRedis, .powerCut, .evictKeys, .evictStock, .restockReset].contains(self)
    }

    package var description: FaultDescription {
        switch self {
        case .crashRedis: FaultDescription.crashRedis
        case .stopRedis: FaultDescription.stopRedis
        case .freezeRedis: FaultDescription.freezeRedis
        case .powerCut: FaultDescription.powerCut
        case .fillMemory: FaultDescription.fillMemory
        case .evictKeys: FaultDescription.evictKeys
        case .evictStock: FaultDescription.evictStock
        case .restockReset: FaultDescription.restockReset
        case .flushScripts: FaultDescription.flushScripts
        case .busyScript: FaultDescription.busyScript
        case .failover: FaultDescription.failover
        case .crashPrimary: FaultDescription.crashPrimary
        case .cutReplication: FaultDescription.cutReplication
        case .freezePrimary: FaultDescription.freezePrimary
        case .moveSlot: FaultDescription.moveSlot
        case .killConnections: FaultDescription.killConnections
        case .loseReplies: FaultDescription.loseReplies
        case .cutRequests: FaultDescription.cutRequests
        case .slowReplies: FaultDescription.slowReplies
        case .repeatRequests: FaultDescription.repeatRequests
        case .killWorker: FaultDescription.killWorker
        case .freezeWorker: FaultDescription.freezeWorker
        case .killService: FaultDescription.killService
        case .freezeService: FaultDescription.freezeService
        case .loseAnswers: FaultDescription.loseAnswers
        }
    }
}
