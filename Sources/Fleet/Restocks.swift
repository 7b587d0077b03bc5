internal import CLinux
internal import FlashSale
internal import Host
internal import Shop

/// Gives units to the sale while the doors are open, when the strategy's file says so, and writes down what was given.
struct Restocks {
    /// What was given, and to which item.
    struct Made {
        var item: Int
        var restock: Restock
    }

    /// In the order of their times.
    private var due: ArraySlice<Restocking>
    private let opened: UInt64
    private let patienceMilliseconds: Int
    /// Those that were made, and those of which nobody knows.
    private(set) var made: [Made] = []
    /// Commands of this kind that were answered, by name.
    private(set) var sent: [String: Int] = [:]
    private(set) var findings: [Finding] = []

    /// - Parameters:
    ///   - opened: CLOCK_MONOTONIC of the doors' opening.
    ///   - patienceMilliseconds: how long an answer is waited for, in which nobody listens to the workers.
    init(_ steps: [Restocking], opened: UInt64, patienceMilliseconds: Int) {
        due = steps[...]
        self.opened = opened
        self.patienceMilliseconds = patienceMilliseconds
    }

    /// How long one may wait for something else.
    func milliseconds(from now: UInt64, atMost limit: Int32) -> Int32 {
        guard let next = due.first else { return limit }
        let instant = opened + next.atNanoseconds
        return now >= instant ? 0 : Int32(min(UInt64(limit), (instant - now) / 1_000_000))
    }

    /// Makes those whose time has come.
    mutating func look(at now: UInt64, _ sale: inout Sale) {
        while let step = due.first, now >= opened + step.atNanoseconds {
            due.removeFirst()
            let invoked = Clock.nanoseconds()
            let answer = sale.restock(step, withinMilliseconds: patienceMilliseconds)
            switch answer {
            case .made:
                made.append(
                    Made(
                        item: step.item,
                        restock: Restock(units: step.units, invokedNs: invoked, returnedNs: Clock.nanoseconds())))
                if let name = step.name { sent[name, default: 0] += 1 }
            case .notMade(let reason):
                findings.append(
                    Finding(
                        .restockFailed,
                        "The restock of \(step.units.counted("unit")) (line \(step.line)) was not made: \(reason)."))
            case .unknown(let reason):
                made.append(
                    Made(item: step.item, restock: Restock(units: step.units, invokedNs: invoked, returnedNs: nil)))
                findings.append(
                    Finding(
                        .restockFailed,
                        "Whether the restock of \(step.units.counted("unit")) (line \(step.line)) was made is not known: \(reason)."
                    ))
            }
        }
    }

    /// To be called once the doors are closed.
    mutating func close() {
        let units = due.reduce(0) { $0 + $1.units }
        guard let first = due.first else { return }
        findings.append(
            Finding(
                .restockNotMade,
                "The last buyer was served before the restock \(Double(first.atNanoseconds) / 1e9) s after the opening, so "
                    + "\(units.counted("unit")) never came to the sale: what happens then was not put to the test. Use more buyers "
                    + "(--buyers), a slower rush (--rate, --duration) or an earlier restock."))
        due = []
    }
}
