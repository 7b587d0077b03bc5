import FlashSale
import Fleet

/// Machines with 25 workers each: real ones that a shell records, or links that the replay serves.
struct BenchEngine: FleetEngine {
    /// The shell's command; empty where links are served.
    var command = ""
    var served: [WorkerLaunch.Served] = []

    mutating func prepare(workers: Int) throws(RunError) {}

    func launch(worker: Int) -> WorkerLaunch {
        WorkerLaunch(
            engine: .ssh, machine: "host-\(worker / 25)", executable: "/bin/sh", arguments: ["-c", command],
            served: served.isEmpty ? nil : served[worker])
    }

    func reason(worker: Int, exitCode: Int32?, errors: String) -> String? { nil }

    mutating func close() {}
}
