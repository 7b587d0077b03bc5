internal import CLinux
internal import FlashSale
internal import Shop
internal import Strategies

/// `busy-script`: a script that only counts, for about as long as is wanted. It ends by itself, whatever becomes of us.
struct BusyScript: FaultAction {
    private static let script = "local n = 0 for i = 1, tonumber(ARGV[1]) do n = n + i % 7 end return n"
    /// How many rounds tell how fast the server counts.
    private static let sample = 1_000_000
    /// Redis answers BUSY only after a while; more than this would look like a dead server.
    static let longestNanoseconds: UInt64 = 8_000_000_000

    mutating func strike(_ sale: inout Sale, in scene: FaultScene) -> FaultEffect {
        let wanted = scene.fault.lengthNanoseconds ?? 0
        do throws(RunError) {
            let perRound = Double(try nanoseconds(of: Self.sample, &sale)) / Double(Self.sample)
            let took = try nanoseconds(of: max(1, Int(Double(wanted) / max(perRound, 0.1))), &sale)
            return FaultEffect(.proven, "the server did nothing but count for \(took / 1_000_000) ms")
        } catch {
            return FaultEffect(.unproven, error.message)
        }
    }

    private func nanoseconds(of rounds: Int, _ sale: inout Sale) throws(RunError) -> UInt64 {
        let started = Clock.nanoseconds()
        let reply = try sale.callForFault(["EVAL", Self.script, "0", "\(rounds)"])
        guard reply.kind == .integer else {
            throw RunError(.unavailable, "the server answered the script with \(sale.shown(reply))")
        }
        return Clock.nanoseconds() - started
    }
}
