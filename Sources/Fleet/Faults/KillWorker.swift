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
        let (here, there) = (struck.filter { !$0.isRemote }, struck.filter(\.isRemote))
        var proof: [String] = []
        if !here.isEmpty {
            proof.append("\(here.listed) \(here.count == 1 ? "was" : "were") ended by SIGKILL, seen gone")
        }
        if !there.isEmpty {
            proof.append(
                "\(there.listed) said that \(there.count == 1 ? "it ends itself" : "they end themselves") by SIGKILL, and "
                    + "\(there.count == 1 ? "its link" : "their links") ended")
        }
        return (struck.count, proof.joined(separator: "; "))
    }
}

extension [WorkerProcess] {
    /// Who they are, for the user.
    var listed: String {
        (count == 1 ? "worker " : "workers ")
            + map { worker in
                guard worker.isRemote else { return "\(worker.index) (process \(worker.processID))" }
                return "\(worker.index) (process \(worker.ready?.process ?? 0)\(worker.link.launch.place))"
            }.joined(separator: ", ")
    }
}

extension KillWorker: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let (struck, proof) = strike(scene.drawnWorkers)
        return FaultEffect(struck > 0 ? .proven : .unproven, proof, struck: struck)
    }
}
