internal import FlashSale
internal import Services
internal import Shop

/// `kill-service`: ends the service that the run started, with all that it started, and starts it again.
struct KillService: FaultAction {
    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let service = scene.service else { return FaultEffect(.missed, "the run started no service") }
        let kill = service.kill()
        return FaultEffect(
            kill.isProven ? .proven : .unproven,
            kill.isProven
                ? "\(kill.before.count.counted("process", "processes")) ended by SIGKILL and seen gone"
                : "processes of the service are still there",
            struck: kill.before.count, lasts: true)
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let service = scene.service else { return FaultEffect(.missed, "") }
        do throws(RunError) {
            let restart = try service.restart()
            return FaultEffect(
                restart.isProven ? .proven : .unproven,
                restart.isProven
                    ? "started again as \(restart.after.count.counted("process", "processes")) and ready"
                    : "it is not seen that others are in their place")
        } catch {
            return FaultEffect(.unproven, "it could not be started again: \(error.message)")
        }
    }
}
