internal import FlashSale
internal import Synchronization

/// The faults of the wire as a client sees them: one word to look at for each attempt, and no reference to count.
///
/// `@unchecked Sendable`: what it points to is atomic, or never changes.
package struct WireSwitch: BitwiseCopyable, @unchecked Sendable {
    let table: UnsafeMutablePointer<WireFaults.Table>

    /// Whether an attempt may be struck: never in a run without such faults.
    @inline(__always)
    var mayStrike: Bool { table.pointee.haveBegun.load(ordering: .relaxed) }

    var seed: UInt64 { table.pointee.seed }

    /// What strikes an attempt: the first fault that is on and draws it.
    @inline(never)
    func strike(attempt: Int) -> WireStrike? {
        let seed = table.pointee.seed
        for number in table.pointee.faults.indices where table.pointee.faults[number].isOn.load(ordering: .relaxed) {
            let index = table.pointee.faults[number].index
            let threshold = table.pointee.faults[number].threshold
            if FaultPlan.strikes(index, attempt: attempt, threshold: threshold, seed: seed) {
                return WireStrike(fault: index, table.pointee.faults[number].effect)
            }
        }
        return nil
    }
}
