internal import FlashSale
internal import Host
internal import Proxy
internal import Synchronization

/// Work on a thread of its own while the proxy is served: whoever is waited for there may ask Redis meanwhile.
enum ServedThread {
    /// Does the work, and returns once it is done.
    static func run<Value: Sendable>(
        _ proxy: SteppedProxy, _ body: @escaping @Sendable () throws(RunError) -> Value
    ) throws(RunError) -> Value {
        let isDone = SharedFlag()
        let thread: JoinableThread<Result<Value, RunError>>
        do throws(ThreadError) {
            thread = try JoinableThread(stackBytes: JoinableThreadStack.ofCommand) { () -> Result<Value, RunError> in
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
}

/// Set by one thread and looked at by another.
private final class SharedFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
