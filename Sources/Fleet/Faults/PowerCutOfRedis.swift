internal import EmbeddedRedis
internal import FlashSale
internal import Shop

/// `power-cut`: SIGKILL, every byte that was not synced gone, and back on what is left.
struct PowerCutOfRedis: FaultAction {
    private var comingBack = RestartedServer(.powerCut)

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "the run has no server of its own") }
        comingBack = RestartedServer(.powerCut)
        do throws(ServerFaultError) {
            let cut = try server.powerCut()
            let files = cut.files.filter { $0.bytesKept < $0.bytesWritten }
            let lost =
                files.isEmpty
                ? "it had synced every byte of \(cut.files.count.counted("file"))"
                : "\(cut.bytesLost.counted("byte")) of \(files.map(\.name).joined(separator: ", ")) that it had not synced went"
            return FaultEffect(
                .proven, "process \(cut.end.server.processID) ended with \(cut.end.how), and \(lost)", lasts: true)
        } catch {
            return comingBack.notSeen(error)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        guard let server = scene.server else { return FaultEffect(.missed, "") }
        return comingBack.comeBack(&sale, server)
    }
}
