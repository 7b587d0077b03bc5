internal import Clients
internal import FlashSale
internal import Host
internal import RedisDriver

/// What a worker takes of the address space, so that it can be asked for before any thread is started.
enum WorkerMemory {
    /// Of one connection: what hiredis keeps for it, and the machine of its client.
    private static var clientBytes: Int { 32 << 10 }
    /// What OpenSSL takes for one connection: a buffer of a record for each direction, and the handshake's.
    private static var sessionBytes: Int { 64 << 10 }
    /// Of one client of a service: libcurl's buffers, and the machine of its client.
    private static var serviceClientBytes: Int { 128 << 10 }
    /// Of everything that does not grow with the threads.
    private static var commonBytes: Int { 24 << 20 }

    static func need(_ order: CoordinatorMessage.Order, namesUnits: Bool) -> MemoryNeed {
        let scenario = order.scenario
        let sales = order.warmUpTag == nil ? 1 : 2
        // Attempts and purchases have latencies of their own; each thread writes to a segment of the journal, and of the names.
        let thread =
            JoinableThreadStack.bytes + sales * (2 * LatencyCounts.byteCount + JournalRecord.segmentSize)
            + (namesUnits ? JournalRecord.segmentSize : 0) + scenario.clients
            * (order.service == nil
                ? clientBytes + (order.endpoint?.tls == nil ? 0 : sessionBytes) : serviceClientBytes)
        return MemoryNeed(
            bytes: commonBytes + scenario.threads * thread,
            purpose:
                "worker \(order.worker): its \(scenario.threads.counted("thread")) need\(scenario.threads == 1 ? "s" : "")",
            advice: "start fewer threads")
    }
}
