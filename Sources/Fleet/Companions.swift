internal import EmbeddedRedis
internal import Services

/// What a run has started for a sale that is elsewhere: a service, and the private Redis that this one uses.
struct Companions {
    var service: ServiceProcess?
    var redis: EmbeddedServer?
    /// What stands between the two.
    var wire: ServiceWire?

    var serviceHasDied: Bool { service?.death != nil }

    /// Whether buyers have nobody to ask any more, or the service has nowhere to keep what it sells.
    var isGone: Bool { serviceHasDied || redis?.status == .died }
}
