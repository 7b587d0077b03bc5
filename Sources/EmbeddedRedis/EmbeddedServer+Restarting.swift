internal import FlashSale
internal import Glibc
internal import RedisDriver
internal import Strategies

extension EmbeddedServer {
    /// How long somebody else may have the port before that is an error.
    private static var portPatienceMilliseconds: Int { 5000 }

    /// Brings back a server that is down on purpose: a new process on the same data, port and settings, asked whether it is the one
    /// that was meant, as the first one was. Returns when it has read its data.
    ///
    /// It comes back closed. It takes only those who know a password that was drawn for this start, so that its data can be
    /// read before any buyer is back; buyers who try are refused. ``ClosedServer/reopen()`` lets them in.
    /// - Throws: `didNotRestart`; it is down then, and may be restarted again. Whatever ends us in the middle, its guard
    ///   removes the new process, too.
    package func restart() throws(ServerFaultError) -> ClosedServer {
        try order("be restarted", while: [.downOnPurpose]) { handle throws(ServerFaultError) in
            let password = RunPassword()
            var endpoint = endpoint
            endpoint.password = password.text
            let portDeadline = Deadline(milliseconds: Self.portPatienceMilliseconds)
            while true {
                var arrival = ServerArrival(settings: settings, endpoint: endpoint)
                try handle.give(.protected(password))
                switch arrival.wait(for: &handle) {
                case .ready(let after): return try accept(after, at: endpoint, by: &handle)
                case .portTaken:
                    guard !portDeadline.hasPassed else {
                        throw .didNotRestart(
                            "somebody else has taken its port, \(settings.place), and did not leave it within "
                                + "\(Self.portPatienceMilliseconds / 1000) seconds (ss -ltnp tells who)")
                    }
                    usleep(50_000)
                case .failed(let error):
                    // It may run, and be another one than was meant.
                    _ = try? handle.answer(to: .kill, withinMilliseconds: 15_000)
                    throw .didNotRestart(Self.reason(error))
                }
            }
        }
    }

    private func accept(
        _ after: ServerIdentity, at endpoint: RedisEndpoint, by handle: inout GuardHandle
    ) throws(ServerFaultError) -> ClosedServer {
        let before = identity
        guard after.processID != before.processID, after.runID != before.runID, !after.runID.isEmpty else {
            _ = try? handle.answer(to: .kill, withinMilliseconds: 15_000)
            throw .didNotRestart("what came back says that it is the one that went down (run_id \(after.runID))")
        }
        become(.closed, after)
        return ClosedServer(endpoint: endpoint, before: before, after: after, server: self)
    }

    private static func reason(_ error: EmbeddedServerError) -> String {
        if case .didNotStart(let reason) = error { reason } else { error.description }
    }

    /// Gives the server its own password again, and makes sure that it takes it.
    func open(_ closed: ClosedServer) throws(ServerFaultError) {
        try order("be opened", while: [.closed]) { (_) throws(ServerFaultError) in
            guard closed.after == identity else { throw .refused("it was restarted again since") }
            do throws(ConnectionError) {
                var connection = try Connection(
                    to: closed.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
                // The one way that all versions know. Who has no password to give needs none afterwards.
                let reply = try connection.call(["CONFIG", "SET", "requirepass", endpoint.password ?? ""])
                guard reply.kind == .status, reply.string() == "OK" else {
                    throw .protocolViolation("it answered \(reply.string()) to CONFIG SET requirepass")
                }
            } catch {
                throw .didNotHappen("it could not be opened again: \(error)")
            }
            let interview = ServerInterview(settings: settings, endpoint: endpoint, process: closed.after.processID)
            guard case .meant(closed.after, _) = interview.ask() else {
                throw .didNotHappen("it was opened again, and does not take its own password")
            }
            become(.running)
        }
    }
}
