internal import FlashSale
internal import Shop

/// `freeze-worker`: stops worker processes for a while. Their buyers hold what they hold, and go on as if no time had passed.
struct FreezeWorker {
    private var frozen: [WorkerProcess] = []
    /// After which workers elsewhere go on, whether they are told to or not.
    private let nanoseconds: UInt64

    /// - Parameter length: in nanoseconds; nil for the rest of the run.
    init(length: UInt64? = nil) {
        let end = (length ?? .max).addingReportingOverflow(Self.mostLateNanoseconds)
        nanoseconds = end.overflow ? .max : end.partialValue
    }

    /// How late the coordinator may tell workers elsewhere that they go on.
    private static var mostLateNanoseconds: UInt64 { 2_000_000_000 }

    /// Stops those of the workers that are still at work, and waits until they stand still.
    ///
    /// - Parameter workers: whom the plan has drawn.
    /// - Returns: how many were seen stopped, and what shows it: a sentence without its end.
    mutating func strike(_ workers: [WorkerProcess]) -> (struck: Int, proof: String) {
        frozen = workers.filter { $0.freeze(nanoseconds: nanoseconds) }
        guard !frozen.isEmpty else { return (0, "\(workers.listed) had finished before, or did not stop") }
        let (here, there) = (frozen.filter { !$0.isRemote }, frozen.filter(\.isRemote))
        var proof: [String] = []
        if !here.isEmpty {
            proof.append(
                "\(here.listed) \(here.count == 1 ? "was" : "were") seen stopped by SIGSTOP, with every thread")
        }
        if !there.isEmpty {
            let threads = there.reduce(0) { $0 + ($1.stood?.threads ?? 0) }
            proof.append(
                "\(there.listed) stopped \(there.count == 1 ? "itself" : "themselves"): \(threads.counted("thread")) stood still, "
                    + "all but \(there.count == 1 ? "that of its link" : "those of their links")")
        }
        return (frozen.count, proof.joined(separator: "; "))
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
