internal import FlashSale
internal import RedisDriver

/// One try to start a server: from spawning its guard to its first answer.
struct ServerLaunch {
    enum Result {
        case ready(ServerIdentity, RedisEndpoint, GuardHandle)
        /// Somebody else got the port first. Nothing of the try is left.
        case portTaken
        /// Nothing of the try is left.
        case failed(EmbeddedServerError)
    }

    private let endpoint: RedisEndpoint
    private let arrival: ServerArrival
    private let guardHandle: GuardHandle

    init(executable: String, settings: ServerSettings, password: RunPassword?) throws(SystemError) {
        endpoint = RedisEndpoint(
            transport: .tcp(host: ServerSettings.address, port: settings.port), password: password?.text)
        arrival = ServerArrival(settings: settings, endpoint: endpoint)
        guardHandle = try GuardHandle(executable: executable, settings: settings, password: password)
    }

    /// Listens to the guard and asks the server in turn.
    consuming func waitUntilReady() -> Result {
        var arrival = arrival
        var guardHandle = guardHandle
        switch arrival.wait(for: &guardHandle) {
        case .ready(let identity): return .ready(identity, endpoint, guardHandle)
        case .portTaken:
            guardHandle.stop()
            return .portTaken
        case .failed(let error):
            guardHandle.stop()
            return .failed(error)
        }
    }
}
