internal import FlashSale
internal import Strategies

/// What FUNCTION STATS tells of the function that a server is executing.
struct RunningFunction {
    var name = ""
    var arguments: [String] = []
    var milliseconds = 0

    /// Nil if none runs.
    init?(_ stats: Reply) {
        guard let running = Self.value("running_script", in: stats, at: Reply.root),
            stats.kind(at: running) == .array
        else { return nil }
        if let node = Self.value("name", in: stats, at: running) { name = stats.string(at: node) }
        if let node = Self.value("duration_ms", in: stats, at: running) { milliseconds = stats.integer(at: node) ?? 0 }
        guard let node = Self.value("command", in: stats, at: running), stats.kind(at: node) == .array else { return }
        arguments = (0..<stats.elementCount(at: node)).compactMap { stats.element($0, of: node) }.map {
            stats.string(at: $0)
        }
    }

    /// Of a map that came as an array of names and values.
    private static func value(_ name: String, in reply: Reply, at map: Int) -> Int? {
        for index in stride(from: 0, to: reply.elementCount(at: map) - 1, by: 2) {
            guard let label = reply.element(index, of: map), reply.string(at: label) == name else { continue }
            return reply.element(index + 1, of: map)
        }
        return nil
    }

    /// Whether a run has called it: by a name that it alone gives, or on a key of its own.
    func isOurs(_ run: String) -> Bool {
        name.hasPrefix("stress_\(run)_") || arguments.contains { $0.contains(RunID.saleTag(run)) }
    }
}
