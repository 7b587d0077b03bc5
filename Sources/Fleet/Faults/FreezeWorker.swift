internal import FlashSale
internal import Shop

/// `freeze-worker`: stops worker processes for a while. Their buyers hold what they hold, and go on as if no time had passed.
struct FreezeWorker {
    private var frozen: [WorkerProcess] = []

    init() {}

    /// Stops those of the workers that are still at work, and waits until they stand still.
    ///
    /// - Parameter workers: whom the plan has drawn.
    /// - Returns: how many were seen stopped, and what shows it: a sentence without its end.
    mutating func strike(_ workers: [WorkerProcess]) -> (struck: Int, proof: String) {
        frozen = workers.filter { $0.freeze() }
        guard !frozen.isEmpty else { return (0, "\(workers.listed) had finished before, or did not stop") }
        return (
            frozen.count,
            "\(frozen.listed) \(frozen.count == 1 ? "was" : "were") seen stopped by SIGSTOP, with every thread"
        )
    }

    /// Lets them go on; also where the run ends early. Those that were told to stop meanwhile do already.
    ///
    /// - Returns: how many went on now.
    @discardableResult
    mutating func heal() -> Int {
        let healed = frozen.filter { $0.thaw() }
        frozen = []
        return healed.count
    }
}

extension FreezeWorker: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let (struck, proof) = strike(scene.drawnWorkers)
        return FaultEffect(struck > 0 ? .proven : .unproven, proof, struck: struck, lasts: struck > 0)
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        heal()
        return FaultEffect(.proven, "")
    }
}
