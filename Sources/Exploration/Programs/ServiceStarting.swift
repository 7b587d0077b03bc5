internal import FlashSale
internal import Proxy
internal import RedisDriver
internal import Services
internal import Strategies

/// Starts instances of a service on a thread of their own: they may ask Redis before they are open, and somebody has to answer.
struct ServiceStarting {
    /// How long an instance may take to end once it is told to, in nanoseconds.
    private static var graceNanoseconds: UInt64 { 300_000_000 }

    let settings: ProgramSettings
    let service: ProgramSettings.Service
    let proxy: SteppedProxy
    /// Where it is kept what instances say.
    let folder: String

    func start(_ index: Int, slot: Int) throws(RunError) -> ServiceProcess {
        let settings = serviceSettings(index, port: proxy.port(of: slot))
        return try ServedThread.run(proxy) { () throws(RunError) in try ServiceProcess.start(settings) }
    }

    /// Kills an instance, and starts it again at the same port.
    func restart(_ instance: ServiceProcess) throws(RunError) {
        try ServedThread.run(proxy) { () throws(RunError) in _ = try instance.restart() }
    }

    private func serviceSettings(_ index: Int, port: Int) -> ServiceSettings {
        let start: Strategy.ServiceStart
        if var own = service.start {
            own.graceNanoseconds = min(own.graceNanoseconds, Self.graceNanoseconds)
            start = own
        } else {
            start = startOfWords(port: port)
        }
        // Relative paths are from the folder of a file that is named.
        return ServiceSettings(
            start: start,
            file: service.start.flatMap { _ in settings.file?.strategy.file } ?? "\(settings.folder)/--serve",
            logPath: "\(folder)/service-\(index + 1).log", dataFolder: "\(folder)/run",
            redis: service.start == nil ? nil : RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: port)),
            executable: settings.executable, environment: settings.environment)
    }

    private func startOfWords(port: Int) -> Strategy.ServiceStart {
        let values = ProgramLaunches.redis(at: port)
        func text(_ text: String) -> ServiceText {
            let parts = Placeholders.fill(text, values).split(separator: "{port}", omittingEmptySubsequences: false)
                .map(String.init)
            let pieces = parts.flatMap { [ServiceText.Piece.text($0), .value(.port)] }.dropLast()
            return ServiceText(pieces: pieces.filter { $0 != .text("") })
        }
        let url = service.request.flatMap { ServiceAddress($0.url)?.base } ?? "http://127.0.0.1:{port}"
        var start = Strategy.ServiceStart(url: text(url), words: service.words.map(text), line: 1)
        start.variables = ProgramLaunches.variables(settings, port: port).sorted { $0.key < $1.key }
            .map { Strategy.ServiceStart.Variable(name: $0.key, value: text($0.value)) }
        start.graceNanoseconds = Self.graceNanoseconds
        return start
    }
}
