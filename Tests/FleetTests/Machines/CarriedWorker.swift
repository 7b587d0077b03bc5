import Fleet
import Foundation
import TestSupport

/// What starts a worker, started as the coordinator does, with a program in the worker's place.
struct CarriedWorker {
    let program: Program

    init(_ launch: WorkerLaunch, environment: [String: String], files: TestFolder) throws {
        program = try Program(
            launch.executable, launch.arguments, folder: files.path, files: files.path, environment: environment,
            input: .pipe)
    }

    /// Waits until it has said so.
    func says(_ text: String) -> Bool {
        TestProcess.eventually(withinSeconds: 20) { program.output.contains(text) }
    }
}
