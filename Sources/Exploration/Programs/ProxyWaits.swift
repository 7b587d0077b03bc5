internal import CLinux
internal import FlashSale
internal import Proxy

/// Waiting for a proxy that has no thread, and for others at once.
enum ProxyWaits {
    /// Waits until anything can be read, and serves the proxy.
    ///
    /// - Parameters:
    ///   - others: what else is waited for.
    ///   - nanoseconds: fewer than a second.
    /// - Returns: whether there was anything, be it for the proxy or for others.
    @discardableResult
    static func serve(
        _ proxy: SteppedProxy, also others: [Int32] = [], nanoseconds: UInt64
    ) throws(RunError) -> Bool {
        let descriptors = proxy.descriptors
        let all = descriptors + others
        var ready = [UInt8](repeating: 0, count: all.count)
        guard stress_wait_any(all, Int32(all.count), nanoseconds, &ready) > 0 else { return false }
        for (index, descriptor) in descriptors.enumerated() where ready[index] != 0 { try proxy.serve(descriptor) }
        return true
    }
}
