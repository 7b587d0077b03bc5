internal import EmbeddedRedis

/// Who listens at a TCP port of this machine, from /proc: nothing is sent before it is known.
enum ServicePort {
    enum Listener: Equatable {
        case nobody
        case service
        /// Somebody else, be it beside the service.
        case another
        /// The system does not tell.
        case unknown
    }

    static func listener(at port: Int, of members: [ServiceMember]) -> Listener {
        let suffix = ":\(port)"
        // Before the service's own, so that a listener of it that opens in between is not taken for another's.
        guard let all = everywhere() else { return .unknown }
        guard let own = ListeningSockets.addresses(of: members.map(\.process)) else { return .unknown }
        let allCount = all.count { $0.hasSuffix(suffix) }
        let ownCount = own.count { $0.hasSuffix(suffix) }
        if allCount > ownCount { return .another }
        return ownCount > 0 ? .service : .nobody
    }

    /// Where the service listens at all.
    static func places(of members: [ServiceMember]) -> [String] {
        ListeningSockets.addresses(of: members.map(\.process)) ?? []
    }

    private static func everywhere() -> [String]? {
        // Foundation reads no more than a page of what says that it has no bytes.
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].compactMap { SmallFile.read($0) }
        guard !tables.isEmpty else { return nil }
        return tables.flatMap(ListeningSockets.listeners).map(\.address)
    }
}
