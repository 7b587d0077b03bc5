package import FlashSale

/// Asks beforehand whether threads can be started: libraries wait for ever for one that the system refuses them.
package enum ThreadRoom {
    /// - Parameter count: how many are needed at the same time.
    /// - Throws: ``RunError`` with 69 if the system has no room for them, such as under `ulimit -u`.
    package static func expect(_ count: Int) throws(RunError) {
        guard let problem = problem(count) else { return }
        throw RunError(.unavailable, "\(problem), and \(count) more are needed; raise the limit (ulimit -u)")
    }

    /// Each starts the next one before it ends, so that all are there at once.
    private static func problem(_ count: Int) -> String? {
        guard count > 0 else { return nil }
        do throws(ThreadError) {
            return try JoinableThread { problem(count - 1) }.join()
        } catch {
            return "\(error)"
        }
    }
}
