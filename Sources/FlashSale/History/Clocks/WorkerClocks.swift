/// Of which machine's clock the times of each worker are, where some workers are on other machines than the coordinator.
package struct WorkerClocks: Sendable, Equatable {
    /// A machine, what is proven of its clock, and its workers.
    package struct Machine: Sendable, Equatable {
        /// As the user knows it.
        package var name: String
        package var clock: MachineClock
        package var workers: [Int]
        /// CLOCK_MONOTONIC of its own at which its workers' doors opened; nil where nobody knows.
        package var opened: UInt64?

        package init(name: String, clock: MachineClock, workers: [Int], opened: UInt64? = nil) {
            self.name = name
            self.clock = clock
            self.workers = workers
            self.opened = opened
        }
    }

    package let machines: [Machine]
    /// Of each worker, one more than the index of its machine; 0 is the coordinator's own.
    private let ofWorker: [UInt16]
    /// Of each machine, the moment that is shown for the opening of its doors.
    private let openings: [UInt64?]

    /// - Parameter machines: those that are not the coordinator's own; fewer than 65,535.
    /// - Returns: nil where there is none, so that all times are of one clock.
    package init?(_ machines: [Machine]) {
        guard !machines.isEmpty else { return nil }
        self.machines = machines.map {
            Machine(name: $0.name, clock: $0.clock.thinned, workers: $0.workers, opened: $0.opened)
        }
        openings = self.machines.map { machine in
            machine.opened.map { opened in
                var reader = ClockReader(machine.clock)
                return reader.shown(atThere: opened)
            }
        }
        // A damaged file may name any worker; journals know no more than these.
        let known = 0...Int(UInt16.max)
        let last = machines.flatMap(\.workers).filter(known.contains).max() ?? 0
        var ofWorker = [UInt16](repeating: 0, count: last + 1)
        for (index, machine) in machines.enumerated() {
            for worker in machine.workers where known.contains(worker) {
                ofWorker[worker] = UInt16(clamping: index + 1)
            }
        }
        self.ofWorker = ofWorker
    }

    /// Of all of them, the coordinator's own included.
    var count: Int { machines.count + 1 }

    /// 0 for the coordinator's own, else one more than the index among ``machines``.
    @inline(__always)
    func machine(ofWorker worker: Int) -> Int { worker < ofWorker.count ? Int(ofWorker[worker]) : 0 }

    /// The moment from which times since the opening count for a worker: what is between the two is of one machine's clock alone.
    ///
    /// - Parameter opened: CLOCK_MONOTONIC of the coordinator's doors.
    @inline(__always)
    func opening(ofWorker worker: Int, opened: UInt64) -> UInt64 {
        let machine = machine(ofWorker: worker)
        return machine == 0 ? opened : openings[machine - 1] ?? opened
    }

    /// Whether the order that a machine's own clock gives its attempts can be relied on.
    func ordersOwn(_ machine: Int) -> Bool { machine == 0 || machines[machine - 1].clock.isSound }

    /// The machines whose clocks prove nothing.
    package var unsound: [Machine] { machines.filter { !$0.clock.isSound } }

    /// How far what is shown can be from what was, at the most, while a time passes; clocks that prove nothing are left out.
    func reach(during span: ClosedRange<UInt64>) -> UInt64 {
        machines.compactMap { $0.clock.widths(during: span)?.max }.max() ?? 0
    }

    /// Reads the clock of each machine, the coordinator's own left out.
    func readers() -> [ClockReader] { machines.map { ClockReader($0.clock) } }
}
