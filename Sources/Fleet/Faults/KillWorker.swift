internal import FlashSale
internal import Shop

/// `kill-worker`: ends worker processes for good. Their attempts under way stay in their journals, and the rest of their buyers
/// never come.
struct KillWorker {
    let fault: Fault

    /// Ends those of the workers that are still at work, and waits until they are gone.
    ///
    /// - Parameter workers: whom the plan has drawn.
    /// - Returns: how many the signal ended, and what shows it: a sentence without its end.
    func strike(_ workers: [WorkerProcess]) -> (struck: Int, proof: String) {
        let struck = workers.filter { $0.end(by: fault) }
        guard !struck.isEmpty else { return (0, "\(workers.listed) had finished before") }
        return (struck.count, "\(struck.listed) \(struck.count == 1 ? "was" : "were") ended by SIGKILL, seen gone")
    }
}

extension [WorkerProcess] {
    /// Who they are, for the user.
    var listed: String {
        (count == 1 ? "worker " : "workers ")
            + map { "\($0.index) (process \($0.processID))" }.joined(separator: ", ")
    }
}

extension KillWorker: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let (struck, proof) = strike(scene.drawnWorkers)
        return FaultEffect(struck > 0 ? .proven : .unproven, proof, struck: struck)
    }
}
