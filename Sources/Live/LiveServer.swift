internal import Dispatch
package import FlashSale
internal import Foundation
internal import HTTPTypes
internal import Host
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Serves the live page of a run on loopback. Its threads are there only while it is, and nobody in the run waits for them.
package final class LiveServer: Sendable {
    /// The page's address with its token.
    package let url: String
    private let feed: LiveFeed
    private let task: Task<Void, Never>
    private let ended: DispatchSemaphore

    /// How long the system may take to open the port.
    private static let startSeconds = 10.0
    /// How long readers may take for the last event, and the port to be closed.
    private static let endSeconds = 1.0
    /// Connections at a time; further ones wait.
    private static let connectionLimit = 64

    /// Opens the port, and answers from then on.
    ///
    /// - Parameter stop: does what Ctrl-C does; called at most once, from a thread of the server's.
    /// - Throws: ``RunError`` with 69 if the port cannot be had, or there is no room for the threads.
    package init(
        at address: LiveAddress, feed: LiveFeed, token: LiveToken = LiveToken(), stop: @escaping @Sendable () -> Void
    ) throws(RunError) {
        try ThreadRoom.expect(Self.threads)
        self.feed = feed
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let started = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        self.ended = ended
        let state = Started(started: started)
        let pages = LivePages(feed: feed, token: token, address: address, port: { state.port }, stop: stop)
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in pages.answer(request) },
            server: .http1(configuration: .init(additionalChannelHandlers: Self.handlers())),
            configuration: .init(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit)),
            onServerRunning: { channel in state.succeed(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(group),
            // What is wrong with a request is the browser's business, and standard output is for the report.
            logger: Logger(label: "live") { _ in SwiftLogNoOpLogHandler() })
        task = Task(executorPreference: LiveExecutor(on: group.next())) {
            do {
                try await application.run()
            } catch {
                state.fail("\(error)")
            }
            // Only now is nobody left who needs its thread.
            group.shutdownGracefully { _ in ended.signal() }
        }
        let isInTime = started.wait(timeout: .now() + Self.startSeconds) == .success
        guard isInTime, let taken = state.port else {
            let reason = state.failure ?? "the system did not open the port within \(Int(Self.startSeconds)) s"
            url = ""
            task.cancel()
            throw RunError(
                .unavailable,
                "--serve \(LiveAddress.authority(host: address.host, port: address.port)): the page cannot be served: "
                    + "\(ForeignText.shown(reason)); name another port, or 0 for any")
        }
        LiveSockets.closeOnExec()
        url = "http://\(LiveAddress.authority(host: address.host, port: taken))/\(token.text)/"
    }

    /// The server's own, and what the system's library of queues needs to end it.
    private static var threads: Int { 3 }

    /// There are none; but each new connection asks for them.
    private static func handlers() -> [any RemovableChannelHandler] {
        LiveSockets.closeOnExec()
        return []
    }

    /// Lets readers have the last event, and closes the port. Whoever is slow is cut off: it takes a second or two at most.
    package func close(because reason: String) {
        feed.close(because: reason)
        let deadline = Date(timeIntervalSinceNow: Self.endSeconds)
        while feed.writers > 0, Date() < deadline { usleep(2000) }
        task.cancel()
        _ = ended.wait(timeout: .now() + Self.endSeconds)
    }
}

/// How the start of the server went, for the thread that waits for it.
private final class Started: Sendable {
    private let result = Mutex<Result?>(nil)
    private let semaphore: DispatchSemaphore

    private enum Result {
        case port(Int)
        case failure(String)
    }

    init(started: DispatchSemaphore) { semaphore = started }

    func succeed(_ port: Int) { end(.port(port)) }
    func fail(_ reason: String) { end(.failure(reason)) }

    private func end(_ new: Result) {
        result.withLock { if $0 == nil { $0 = new } }
        semaphore.signal()
    }

    var port: Int? { result.withLock { if case .port(let port) = $0 { port } else { nil } } }
    var failure: String? { result.withLock { if case .failure(let reason) = $0 { reason } else { nil } } }
}
