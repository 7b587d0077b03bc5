internal import Glibc

extension EmbeddedServer {
    /// Kills the server as the kernel kills one that takes too much memory, with its children that save. Returns when they are
    /// gone.
    ///
    /// What it had written outlives it, also what was not made durable: the kernel still has it. ``restart()`` brings it back.
    /// - Throws: ``ServerFaultError``; ``status`` tells whether it still runs.
    package func crash() throws(ServerFaultError) -> ServerEnd {
        try order("be killed", while: [.running, .frozen, .closed]) { handle throws(ServerFaultError) in
            try bringDown(.kill, withinMilliseconds: 15_000, by: &handle)
        }
    }

    /// Asks the server to end, with SIGTERM, as an operator does. Returns when it is gone: it saves first where its persistence
    /// says so, which is all but `none`.
    ///
    /// - Parameter milliseconds: how long it may take, at most 600,000.
    /// - Throws: ``ServerFaultError``, also where it had not ended by then: it still runs.
    package func shutDown(withinMilliseconds milliseconds: Int = 20_000) throws(ServerFaultError) -> ServerEnd {
        // A frozen one does not hear it.
        try order("be shut down", while: [.running, .closed]) { handle throws(ServerFaultError) in
            try bringDown(
                .terminate(withinMilliseconds: milliseconds), withinMilliseconds: milliseconds + 15_000, by: &handle)
        }
    }

    /// Kills the server and takes every byte that it had not made durable: what is left when the power fails. Returns when both
    /// are done.
    ///
    /// It is the worst outcome that is legal. A real disk may have kept more; but each byte that is left here was in a file before an
    /// fsync or fdatasync of it succeeded. Directory operations are kept: a file that was made or renamed is there. With
    /// `always` nothing that was acknowledged is lost, with `everysec` what came after the last fsync, with `rdb` what came
    /// after the last snapshot, with `none` everything.
    /// - Throws: ``ServerFaultError``, also where the server was started without `powerCuts`.
    package func powerCut() throws(ServerFaultError) -> PowerCut {
        guard settings.powerCutLibrary != nil else {
            throw .refused("to have its power cut it must be started with powerCuts: true")
        }
        return try order("have its power cut", while: [.running, .frozen, .closed]) { handle throws(ServerFaultError) in
            let end = try bringDown(.kill, withinMilliseconds: 15_000, by: &handle)
            return PowerCut(end: end, files: try PowerCutter.cut(folder))
        }
    }

    /// Stops the server's process where it stands: connections stay open and nothing answers. Returns once the kernel has reported
    /// all of it stopped, and /proc shows it in state `T`. ``thaw()`` lets it go on.
    ///
    /// - Returns: which life of the server stands still.
    package func freeze() throws(ServerFaultError) -> ServerIdentity {
        try order("be frozen", while: [.running]) { handle throws(ServerFaultError) in
            guard try handle.answer(to: .freeze, withinMilliseconds: 5000) == .frozen else {
                throw .didNotHappen("its guard answered something else")
            }
            become(.frozen)
            guard let state = ProcessStatus(of: processID)?.state, state == "T" else {
                throw .didNotHappen("its process was stopped, and /proc does not show it so")
            }
            return identity
        }
    }

    /// Lets a frozen server go on. Returns once the kernel says that it does, and /proc shows it in no state of the stopped.
    ///
    /// - Returns: which life of the server goes on.
    package func thaw() throws(ServerFaultError) -> ServerIdentity {
        try order("be thawed", while: [.frozen]) { handle throws(ServerFaultError) in
            guard try handle.answer(to: .thaw, withinMilliseconds: 5000) == .thawed else {
                throw .didNotHappen("its guard answered something else")
            }
            become(.running)
            guard let state = ProcessStatus(of: processID)?.state, state != "T" else {
                throw .didNotHappen("its process was told to go on, and /proc shows it stopped")
            }
            return identity
        }
    }

    /// The status changes first, so that nobody who looks meanwhile takes it for lost.
    private func bringDown(
        _ order: GuardOrder, withinMilliseconds milliseconds: Int, by handle: inout GuardHandle
    ) throws(ServerFaultError) -> ServerEnd {
        let before = status
        become(.downOnPurpose)
        do throws(ServerFaultError) {
            guard case .down(let how) = try handle.answer(to: order, withinMilliseconds: milliseconds) else {
                throw .didNotHappen("its guard answered something else")
            }
            return ServerEnd(server: identity, how: how)
        } catch {
            // It runs on, or ended by itself, which its status shows then.
            become(before)
            throw error
        }
    }
}
