internal import CLinux
internal import FlashSale
internal import Host
internal import Proxy
internal import RedisDriver
internal import Services
internal import Strategies
internal import Synchronization

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
        return try run { () throws(RunError) in try ServiceProcess.start(settings) }
    }

    /// Kills an instance, and starts it again at the same port.
    func restart(_ instance: ServiceProcess) throws(RunError) {
        try run { () throws(RunError) in _ = try instance.restart() }
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(RunError) -> Value
    ) throws(RunError) -> Value {
        let isDone = SharedFlag()
        let thread: JoinableThread<Result<Value, RunError>>
        do throws(ThreadError) {
            thread = try JoinableThread { () -> Result<Value, RunError> in
                defer { isDone.set() }
                do throws(RunError) { return .success(try body()) } catch { return .failure(error) }
            }
        } catch {
            throw RunError(.unavailable, "\(error)")
        }
        var trouble: RunError?
        while !isDone.isSet {
            do throws(RunError) { try ProxyWaits.serve(proxy, nanoseconds: 1_000_000) } catch {
                trouble = trouble ?? error
            }
        }
        let result = thread.join()
        if let trouble { throw trouble }
        return try result.get()
    }

    private func serviceSettings(_ index: Int, port: Int) -> ServiceSettings {
        let values = ProgramLaunches.redis(at: port)
        func text(_ text: String) -> ServiceText {
            let parts = Placeholders.fill(text, values).split(separator: "{port}", omittingEmptySubsequences: false)
                .map(String.init)
            let pieces = parts.flatMap { [ServiceText.Piece.text($0), .value(.port)] }.dropLast()
            return ServiceText(pieces: pieces.filter { $0 != .text("") })
        }
        var start = Strategy.ServiceStart(
            url: text(ServiceAddress(service.request.url)?.base ?? ""), words: service.words.map(text), line: 1)
        start.variables = ProgramLaunches.variables(settings, port: port).sorted { $0.key < $1.key }
            .map { Strategy.ServiceStart.Variable(name: $0.key, value: text($0.value)) }
        start.graceNanoseconds = Self.graceNanoseconds
        // Relative paths are from the folder of a file that is named.
        return ServiceSettings(
            start: start, file: "\(settings.folder)/--serve", logPath: "\(folder)/service-\(index + 1).log",
            dataFolder: folder, redis: nil, executable: settings.executable, environment: settings.environment)
    }
}

/// Set by one thread and looked at by another.
private final class SharedFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
