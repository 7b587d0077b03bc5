internal import FlashSale
internal import Services
internal import Shop

/// `freeze-service`: stops the service that the run started, with all that it started, for a while.
struct FreezeService: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let service = scene.service else { return FaultEffect(.missed, "the run started no service") }
        let freeze = service.freeze()
        return FaultEffect(
            freeze.isProven ? .proven : .unproven,
            "\(freeze.members.count.counted("process", "processes")) \(freeze.isProven ? "seen stopped" : "did not stop")",
            struck: freeze.members.count, lasts: true)
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let service = scene.service else { return FaultEffect(.missed, "") }
        let thaw = service.thaw()
        return FaultEffect(thaw.isProven ? .proven : .unproven, thaw.isProven ? "" : "it was not seen to go on")
    }
}
