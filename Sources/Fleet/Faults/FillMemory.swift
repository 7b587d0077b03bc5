internal import FlashSale
internal import Shop
internal import Strategies

/// `fill-memory`: the server is full and refuses what may write.
struct FillMemory: FaultAction {
    private var limit = MemoryLimit()

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        do throws(RunError) {
            try limit.remember(&sale)
            for words in limit.full(policy: "noeviction") { try MemoryLimit.expectOK(words, &sale) }
            let reply = try sale.callForFault(["SET", sale.tagAtHome + ":full", "1"])
            if reply.kind == .error, reply.string().hasPrefix("OOM") {
                return FaultEffect(.proven, "a write of ours was refused: \(sale.shown(reply))", lasts: true)
            }
            _ = try? sale.callForFault(["UNLINK", sale.tagAtHome + ":full"])
            return FaultEffect(.unproven, "the server still took a write", lasts: true)
        } catch {
            return FaultEffect(.unproven, error.message, lasts: limit.isRemembered)
        }
    }

    mutating func heal(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        do throws(RunError) {
            for words in limit.former { try MemoryLimit.expectOK(words, &sale) }
            return FaultEffect(.proven, "")
        } catch {
            return FaultEffect(.unproven, error.message)
        }
    }
}

/// The server's `maxmemory` and its policy, as they were before.
struct MemoryLimit {
    private var settings: [(name: String, value: String)] = []

    var isRemembered: Bool { !settings.isEmpty }

    mutating func remember(_ sale: inout Sale) throws(RunError) {
        settings = []
        for name in ["maxmemory", "maxmemory-policy"] {
            let reply = try sale.callForFault(["CONFIG", "GET", name])
            guard let node = reply.element(1) else {
                throw RunError(.unavailable, "the server refuses CONFIG GET: \(sale.shown(reply))")
            }
            settings.append((name, reply.string(at: node)))
        }
    }

    /// One byte, which is less than a server needs for itself.
    func full(policy: String) -> [[String]] {
        [["CONFIG", "SET", "maxmemory-policy", policy], ["CONFIG", "SET", "maxmemory", "1"]]
    }

    var former: [[String]] { settings.map { ["CONFIG", "SET", $0.name, $0.value] } }

    static func expectOK(_ words: [String], _ sale: inout Sale) throws(RunError) {
        let reply = try sale.callForFault(words)
        guard reply.kind != .error else {
            throw RunError(
                .unavailable, "the server refuses \(words.joined(separator: " ")): \(sale.shown(reply))")
        }
    }
}
