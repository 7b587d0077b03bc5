/// Where processes are connected to over TCP, from /proc.
package enum ConnectedSockets {
    /// The other ends of their connections, such as `127.0.0.1:5432`, in their order.
    ///
    /// Connections among the processes, and those that others have made to them, are left out.
    ///
    /// - Parameter ports: of this machine; connections to them are left out.
    package static func peers(of processes: [Int32], besides ports: Set<Int>) -> [String] {
        guard !processes.isEmpty else { return [] }
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map { SmallFile.read($0, atMost: 64 << 20) ?? "" }
        let sockets = ListeningSockets.sockets(of: processes)
        var own = ports
        for listener in tables.flatMap(ListeningSockets.listeners)
        where sockets.contains("socket:[\(listener.inode)]") {
            if let port = port(listener.address) { own.insert(port) }
        }
        let peers = tables.flatMap { table in
            table.split(separator: "\n").dropFirst().compactMap { line -> String? in
                let fields = line.split(separator: " ")
                guard fields.count > 9, fields[3] == "01", sockets.contains("socket:[\(fields[9])]"),
                    let here = ListeningSockets.address(fields[1]), let there = ListeningSockets.address(fields[2])
                else { return nil }
                let isOwn = [here, there].contains { port($0).map(own.contains) ?? false }
                return isOwn ? nil : there
            }
        }
        return Set(peers).sorted()
    }

    private static func port(_ address: String) -> Int? {
        address.split(separator: ":").last.flatMap { Int($0) }
    }
}
