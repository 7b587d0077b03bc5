internal import FlashSale

extension ReportDocument {
    /// The machines on which workers were, with what is proven of their clocks; nil where all were on the coordinator's own.
    static func machines(_ record: RunRecord) -> Section? {
        guard let machines = record.machines, !machines.isEmpty else { return nil }
        let workers = machines.reduce(0) { $0 + $1.workers.count }
        let engines = Set(machines.map(\.engine.rawValue)).sorted().joined(separator: " and ")
        var remarks = machines.compactMap { machine in
            machine.lost.map { "\(ForeignText.shown(machine.name)) was lost: \($0)" }
        }
        let unsound = machines.filter { !$0.clock.sound }.map { ForeignText.shown($0.name) }
        if !unsound.isEmpty {
            remarks.append(
                "the clock of \(unsound.joined(separator: ", ")) proves nothing, so that nothing is made of when its attempts were made beside those of others"
            )
        }
        remarks.append(
            "clock: how far moments of two machines can be apart that look the same; calls count from the earliest moment and returns from the latest one"
        )
        return Section(
            "Machines", text: "\(workers.counted("worker")) on \(machines.count.counted("machine")) through \(engines)",
            parts: [.table(table(machines)), .remarks(remarks)])
    }

    private static func table(_ machines: [RunRecord.Machine]) -> Table {
        func text(_ number: Double?, _ places: Int, _ unit: String) -> Table.Cell {
            .text(number.map { NumberText.grouped($0, places: places) + unit } ?? NumberText.absent)
        }
        func share(_ share: Double?) -> Table.Cell { text(share.map { $0 * 100 }, 0, "%") }
        func milliseconds(_ microseconds: Double?) -> Table.Cell { .milliseconds(microseconds.map { $0 / 1000 }) }
        return Table(
            columns: [
                .init("workers"), .init("attempts"), .init("won"), .init("p50 ms"), .init("p99 ms"),
                .init("CPU s"), .init("others", isOptional: true), .init("stolen", isOptional: true),
                .init("hiccup ms", isOptional: true), .init("clock ms"),
            ],
            rows: machines.map { machine in
                .init(
                    ForeignText.shown(machine.name) + (machine.lost == nil ? "" : " (lost)"),
                    cells: [
                        .text(machine.workers.count.grouped), .text(machine.attempts.grouped),
                        .text(machine.won.grouped),
                        milliseconds(machine.latencyUs.p50), milliseconds(machine.latencyUs.p99),
                        text(machine.cpuSeconds, 1, ""), share(machine.othersCpuShare), share(machine.stealShare),
                        milliseconds(machine.hiccupUs.max),
                        machine.clock.sound ? milliseconds(machine.clock.widthUs?.max) : .text("unknown"),
                    ])
            })
    }
}
