internal import EmbeddedRedis
internal import FlashSale
internal import Services
internal import Shop

/// How the coordinator carries out one kind of fault: it strikes, and where it lasts, it heals.
protocol FaultAction {
    /// Carries it out.
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect

    /// Ends it, also where the run ends before its time. Never called where ``strike(_:in:)`` left nothing to heal.
    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect
}

/// Over at once: there is nothing to heal.
extension FaultAction {
    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect { FaultEffect(.unproven, "") }
}

/// Whom a fault may strike.
struct FaultScene {
    var fault: Fault
    /// Its place among the scenario's.
    var index: Int
    var plan: FaultPlan
    var workers: [WorkerProcess]
    /// Those of the workers that the plan has drawn.
    var drawnWorkers: [WorkerProcess] { plan.struck(by: index, of: workers.count).map { workers[$0] } }
    /// The private server; nil where the run has none.
    var server: EmbeddedServer?
    /// The private servers, where there are several.
    var topology: EmbeddedTopology?
    /// The service that the run started; nil where it started none.
    var service: ServiceProcess?
    /// What stands between that service and its Redis; nil where nothing does.
    var wire: ServiceWire?
    /// What the connections of buyers are called.
    var connectionName: String
}

/// What came of striking, or of healing.
struct FaultEffect {
    var effect: FaultRecord.Effect
    /// A sentence without its end.
    var proof: String
    var struck: Int?
    /// Where the stock was changed by it.
    var reset: StockReset?
    /// Whether it lasts, so that it has to be healed.
    var lasts = false

    init(
        _ effect: FaultRecord.Effect, _ proof: String, struck: Int? = nil, reset: StockReset? = nil,
        lasts: Bool = false
    ) {
        self.effect = effect
        self.proof = proof
        self.struck = struck
        self.reset = reset
        self.lasts = lasts
    }
}

extension FaultKind {
    /// How the coordinator carries it out; nil for what clients do.
    ///
    /// - Parameter hasProxy: whether a proxy stands between a service and its Redis.
    func action(_ fault: Fault, hasProxy: Bool) -> (any FaultAction)? {
        if hasProxy, description.place == .wire || self == .killConnections { return BreakTheProxy(fault) }
        return switch self {
        case .evictStock: EvictStock()
        case .restockReset: RestockReset()
        case .flushScripts: FlushScripts()
        case .busyScript: BusyScript()
        case .killConnections: KillConnections()
        case .fillMemory: FillMemory()
        case .evictKeys: EvictKeys()
        case .crashRedis: CrashRedis()
        case .stopRedis: StopRedis()
        case .powerCut: PowerCutOfRedis()
        case .freezeRedis: FreezeRedis()
        case .failover: Failover()
        case .crashPrimary: CrashPrimary()
        case .cutReplication: CutReplication()
        case .freezePrimary: FreezePrimary()
        case .moveSlot: MoveSlot()
        case .killWorker: KillWorker(fault: fault)
        case .freezeWorker: FreezeWorker(length: fault.lengthNanoseconds)
        case .killService: KillService()
        case .freezeService: FreezeService()
        case .loseReplies, .cutRequests, .slowReplies, .repeatRequests, .loseAnswers: nil
        }
    }
}
