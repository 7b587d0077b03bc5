internal import Glibc

/// Free ports of 127.0.0.1, kept from others until the guards keep them themselves.
struct ReservedPorts: ~Copyable {
    private(set) var ports: [Int] = []
    private var descriptors: [Int32] = []

    /// - Parameter areNodes: whether each needs the port of a cluster's bus as well.
    init?(_ count: Int, areNodes: Bool) {
        // The kernel may name one again and again that is too high for a bus above it.
        for _ in 0..<(count * 50) where ports.count < count {
            guard let port = FreePort.find(), !areNodes || port + ServerRole.busDistance <= 65_535,
                let own = PortReservation.take(port)
            else { continue }
            if areNodes {
                guard let bus = PortReservation.take(port + ServerRole.busDistance) else {
                    close(own)
                    continue
                }
                descriptors.append(bus)
            }
            descriptors.append(own)
            ports.append(port)
        }
        guard ports.count == count else { return nil }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
