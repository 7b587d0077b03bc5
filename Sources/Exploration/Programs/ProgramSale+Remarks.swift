internal import EmbeddedRedis
internal import FlashSale
internal import Proxy

/// What the user should know beside the verdict.
extension ProgramSale {
    mutating func remark(_ name: FindingName, _ words: String) {
        let remark = Finding(name, words)
        if !remarks.contains(remark), remarks.count < 20 { remarks.append(remark) }
    }

    /// Who has had their answer writes something.
    mutating func remarkLate(_ command: SteppedCommand, of owner: Int) {
        // A thread of the service's own that waits for the next order is no purchase any more.
        guard command.mayWrite, !command.blocks, !remarks.contains(where: { $0.name == .answeredEarly }) else { return }
        remark(
            .answeredEarly,
            "a purchase was answered before its last write (\(CommandText.words(command.arguments))): whoever comes in between sees what was "
                + "before it, which is explored, too")
    }

    // MARK: Other stores

    /// Looks where the programs are connected to that run now.
    mutating func lookForOtherPeers() {
        let ports = Set(proxy.ports)
        otherPeers.formUnion(ConnectedSockets.peers(of: participants.processes(of: nil), besides: ports))
    }

    mutating func remarkOtherPeers() {
        guard !otherPeers.isEmpty else { return }
        let shown = otherPeers.sorted().prefix(3).joined(separator: ", ")
        remark(
            .otherConnections,
            "the program has other connections than to Redis (\(shown)\(otherPeers.count > 3 ? ", …" : "")): what it does there is neither held nor "
                + "put back (--reset), so that races there are not explored")
    }
}
