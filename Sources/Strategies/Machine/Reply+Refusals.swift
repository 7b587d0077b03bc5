extension Reply {
    /// Errors by which a server says that it does not serve now, or not this client, whatever it was asked. It has executed nothing
    /// of the command, and the strategy file need not know them.
    private static let refusals: Set<String> = [
        "ASK", "BUSY", "CLUSTERDOWN", "DENIED", "LOADING", "MASTERDOWN", "MISCONF", "MOVED", "NOAUTH", "NOPERM",
        "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN", "UNKILLABLE",
    ]

    /// Whether the error at `node` says nothing of what was asked: the server refused to serve, or, by a script or a function,
    /// it does not have what would have run.
    package func isRefusal(at node: Int) -> Bool {
        withText(at: node) { text in
            let word = text.prefix { $0 != UInt8(ascii: " ") }
            return Self.refusals.contains(String(decoding: word, as: UTF8.self))
                || text.starts(with: "ERR max number of clients reached".utf8)
        } || saysNoSuchScript(at: node)
    }

    /// Whether the error at `node` says that the server has no such script or function, and so ran nothing.
    package func saysNoSuchScript(at node: Int) -> Bool {
        withText(at: node) { text in
            text.starts(with: "NOSCRIPT ".utf8) || text.starts(with: "ERR Function not found".utf8)
        }
    }
}
