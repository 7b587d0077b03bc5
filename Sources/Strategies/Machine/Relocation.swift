/// What a node of several says where it does not serve: it has executed nothing of the command, and the sale may be elsewhere.
package enum Relocation: Sendable, Equatable {
    /// The sale's slot is another node's now. An empty host is the one that was asked.
    case moved(host: String, port: Int)
    /// A key is not here any more, or not yet anywhere, while its slot is on its way to another node (ASK): that one serves this
    /// command, behind ASKING. An empty host is the one that was asked.
    case asked(host: String, port: Int)
    /// The keys of a command are not all on one node (TRYAGAIN).
    case migrating
    /// It is no primary any more, or has lost the others (READONLY, MASTERDOWN, CLUSTERDOWN), or is not ready (LOADING).
    case notServing
}

extension Reply {
    /// What the error at the root says of where the sale is; nil where it says nothing of that.
    ///
    /// The texts are the server's own, so that an error that a script makes up is not taken for one: what a script has written
    /// before, nobody takes back.
    package var relocation: Relocation? {
        guard kind == .error else { return nil }
        return Self.relocation(in: string())
    }

    /// Begins of what servers say, Redis 6 to 8 and Valkey.
    private static let notServing = [
        "READONLY You can't write against a read only ", "MASTERDOWN Link with ", "CLUSTERDOWN Hash slot not served",
        "CLUSTERDOWN The cluster is down", "ERR Transaction contains write commands but instance is now a read-only ",
        "LOADING Redis is loading", "LOADING Valkey is loading",
    ]

    private static let discarded = "EXECABORT Transaction discarded because of: "

    static func relocation(in text: String) -> Relocation? {
        if text.hasPrefix(discarded) { return relocation(in: String(text.dropFirst(discarded.count))) }
        if text.hasPrefix("TRYAGAIN Multiple keys request during rehashing of slot") { return .migrating }
        if notServing.contains(where: { text.hasPrefix($0) }) { return .notServing }
        let isMoved = text.hasPrefix("MOVED ")
        guard isMoved || text.hasPrefix("ASK ") else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, let slot = Int(words[1]), (0..<16384).contains(slot),
            let colon = words[2].lastIndex(of: ":"), let port = Int(words[2][words[2].index(after: colon)...]),
            (1...65535).contains(port)
        else { return nil }
        let host = String(words[2][..<colon])
        return isMoved ? .moved(host: host, port: port) : .asked(host: host, port: port)
    }
}
