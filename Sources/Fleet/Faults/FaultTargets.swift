internal import EmbeddedRedis
internal import Services

/// What a run has started itself, and may break.
struct FaultTargets {
    /// The private server of the sale.
    var server: EmbeddedServer?
    /// The private servers of the sale, where there are several.
    var topology: EmbeddedTopology?
    var service: ServiceProcess?
    /// What stands between that service and its Redis.
    var wire: ServiceWire?
}
