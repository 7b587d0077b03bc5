package import FlashSale

/// Workers that are children of the coordinator, on its own machine.
package struct LocalEngine: FleetEngine {
    private let executable: String

    /// - Parameter executable: our own binary.
    package init(executable: String) { self.executable = executable }

    package mutating func prepare(workers: Int) throws(RunError) {}

    package func launch(worker: Int) -> WorkerLaunch {
        WorkerLaunch(engine: .local, machine: nil, executable: executable, arguments: ["worker"])
    }

    package func reason(worker: Int, exitCode: Int32?, errors: String) -> String? { nil }

    package mutating func close() {}
}
