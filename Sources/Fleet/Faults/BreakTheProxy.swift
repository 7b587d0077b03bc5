internal import CLinux
internal import FlashSale
internal import Proxy
internal import Shop

/// A fault of the wire between a service and its Redis, carried out by the proxy that stands there.
struct BreakTheProxy: FaultAction {
    let fault: Fault
    private var struckBefore = 0

    init(_ fault: Fault) { self.fault = fault }

    private var kind: ProxyFaults.Kind? { ProxyFaults.Kind(rawValue: fault.kind.rawValue) }

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let wire = scene.wire, let kind else {
            return FaultEffect(.missed, "no proxy stands between the service and its Redis")
        }
        struckBefore = wire.struck(kind)
        wire.add(ProxyFaults.Fault(kind, share: fault.share ?? 1), for: scene.index)
        // Connections are closed once.
        if kind == .killConnections { wire.waitUntilStruck(kind, above: struckBefore) }
        return FaultEffect(.proven, "", lasts: true)
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let wire = scene.wire, let kind else { return FaultEffect(.missed, "") }
        wire.remove(scene.index)
        let struck = wire.struck(kind) - struckBefore
        let what = kind == .killConnections ? "connection" : "command"
        return FaultEffect(
            struck > 0 ? .proven : .unproven,
            struck > 0
                ? "the proxy struck \(struck.counted(what)) of the service" : "the proxy met no \(what) to strike",
            struck: struck)
    }
}

/// The proxy between a service and its Redis, and which faults it carries out now.
final class ServiceWire {
    let proxy: ProxyServer
    private let seed: UInt64
    /// By their places among the scenario's.
    private var faults: [Int: ProxyFaults.Fault] = [:]

    init(_ proxy: ProxyServer, seed: UInt64) {
        self.proxy = proxy
        self.seed = seed
    }

    func struck(_ kind: ProxyFaults.Kind) -> Int { proxy.counts.struck[kind] ?? 0 }

    func add(_ fault: ProxyFaults.Fault, for index: Int) {
        faults[index] = fault
        apply()
    }

    func remove(_ index: Int) {
        faults[index] = nil
        apply()
    }

    func waitUntilStruck(_ kind: ProxyFaults.Kind, above count: Int) {
        let deadline = Clock.nanoseconds() + 1_000_000_000
        while struck(kind) <= count, Clock.nanoseconds() < deadline {
            Clock.sleep(until: Clock.nanoseconds() + 1_000_000)
        }
    }

    private func apply() {
        let sorted = faults.sorted { $0.key < $1.key }.map(\.value)
        proxy.set(sorted.isEmpty ? nil : ProxyFaults(sorted, seed: seed))
    }
}
